package explain

import "strconv"

// outputMistakes are undone before the search: they cost no hash.
var outputMistakes = []Mistake{
	{ID: "D1", Axis: InOutput, Marks: Provable | Visible, Likely: 1,
		Text: "The digest was written in hexadecimal, or base64 was made of its hexadecimal text.",
		Cure: "Take the 20 bytes of the digest and write them in base64."},
	{ID: "D2", Axis: InOutput, Marks: Provable | Visible, Likely: 1,
		Text: "The signature is in URL-safe base64, with - and _ for + and /.",
		Cure: "Use standard base64."},
	{ID: "D3", Axis: InOutput, Marks: Provable | Visible, Likely: 2,
		Text: "The \"=\" at the end of the signature is missing.",
		Cure: "Keep the padding of base64, and send it as %3D."},
	{ID: "D4", Axis: InOutput, Marks: Provable | Visible, Likely: 1,
		Text: "A \"+\" of the signature arrived as a blank.",
		Cure: "Percent-encode the signature when you put it into the address: + is %2B."},
	{ID: "D5", Axis: InOutput, Marks: Provable | Visible, Likely: 1,
		Text: "The signature was percent-encoded twice.",
		Cure: "Encode it once; some libraries return it encoded already."},
	{ID: "D7", Axis: InOutput, Marks: Visible, Likely: 2,
		Text: "oauth_signature_method is not spelt HMAC-SHA1.",
		Cure: "Send oauth_signature_method=HMAC-SHA1, in capitals, with a hyphen."},
	{ID: "D9", Axis: InOutput, Marks: Provable | Visible, Likely: 2,
		Text: "The signature holds a line break or blanks around it.",
		Cure: "Take line breaks out of the base64 text."},
}

// timeMistakes, those seen in the request and those that the server knows.
var timeMistakes = []Mistake{
	{ID: "T1", Axis: InTime, Marks: Visible, Likely: 1,
		Text: "The timestamp is in milliseconds.",
		Cure: "Send whole seconds since 1970, ten digits."},
	{ID: "T2", Axis: InTime, Marks: Visible | Stateful, Likely: 1,
		Text: "The timestamp is off by whole hours, halves or quarters: local time was taken for UTC.",
		Cure: "Count the seconds since 1970 in UTC, without daylight saving."},
	{ID: "T3", Axis: InTime, Marks: Stateful, Likely: 1,
		Text: "The clock of the sender is off.",
		Cure: "Set the clock, by a time service; the Date header of the answer shows the server's."},
	{ID: "T4", Axis: InTime, Marks: Visible, Likely: 2,
		Text: "The timestamp is no whole decimal number.",
		Cure: "Send whole seconds since 1970, without decimal point or exponent."},
	{ID: "T5", Axis: InTime, Marks: Stateful, Likely: 2,
		Text: "A signed address was used again.",
		Cure: "Sign every call anew, with the time and a new nonce."},
	{ID: "T6", Axis: InTime, Marks: Provable, Likely: 2,
		Text: "The time was taken twice: another second was signed than is sent.",
		Cure: "Take time and nonce once, and use the same texts for signing and sending.",
		variants: func(f *facts) []variant {
			sent, err := strconv.ParseInt(f.timestamp, 10, 64)
			if err != nil {
				return nil
			}
			var vs []variant
			for _, d := range []int64{-1, -2, -3, -4, -5, 1, 2, 3, 4, 5} {
				value := strconv.FormatInt(sent+d, 10)
				vs = append(vs, variant{axis: axTime, what: "%s was signed", arg: value, apply: func(r *recipe) {
					r.params.edit(func(list []*param) []*param {
						for i, p := range list {
							if p.name == "oauth_timestamp" {
								list[i] = p.with(value)
							}
						}
						return list
					})
				}})
			}
			return vs
		}},
	{ID: "N1", Axis: InTime, Marks: Stateful, Likely: 1,
		Text: "The nonce is always the same.",
		Cure: "Make a new random text for every call."},
	{ID: "N2", Axis: InTime, Marks: Stateful, Likely: 1,
		Text: "The nonce was used before in the same second: a retry or a redirect sent the same signature again.",
		Cure: "Sign again for every attempt, and call the address that needs no redirect."},
	{ID: "N3", Axis: InTime, Marks: Stateful, Likely: 3,
		Text: "The nonce was used before by another call: it is too short or badly random.",
		Cure: "Use at least ten letters and digits from a good random source."},
}

// wayMistakes happen between signer and server.
var wayMistakes = []Mistake{
	{ID: "H1", Axis: OnTheWay, Marks: Visible, Likely: 2,
		Text: "The address was cut: some oauth parameters are missing.",
		Cure: "Put the address in quotes on a command line; in a batch file write %% for %."},
	{ID: "H2", Axis: OnTheWay, Marks: Provable, Likely: 3,
		Text: "The shell replaced characters of the secret ($, !, `, \\).",
		Cure: "Put the secret in single quotes, or read it from a file.",
		variants: func(f *facts) []variant {
			return secrets(f, "with what the shell replaces taken out", shellName.ReplaceAllString(f.secret, ""))
		}},
	{ID: "H3", Axis: OnTheWay, Marks: Provable, Likely: 3,
		Text:     "A gateway or browser added a parameter behind the signer.",
		Cure:     "Have it leave signed addresses alone.",
		variants: func(f *facts) []variant { return leftOut(f, true) }},
	{ID: "H4", Axis: OnTheWay, Marks: Visible, Likely: 2,
		Text: "The request arrived without any oauth parameter: it was not signed, or a proxy took the Authorization header away.",
		Cure: "Send the oauth parameters in the query, or have the proxy pass the header on."},
	{ID: "H5", Axis: OnTheWay, Marks: Visible, Likely: 2,
		Text: "The address was encoded once more when it was sent (%25 in front of an escape).",
		Cure: "Tell the tool that the address is encoded already, or give it the plain one."},
	{ID: "H6", Axis: OnTheWay, Marks: Stateful, Likely: 1,
		Text: "The server speaks OAuth 2 and no longer OAuth 1.",
		Cure: "Get a token with the key pair and send it as Bearer token."},
}
