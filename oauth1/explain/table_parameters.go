package explain

import (
	"crypto/sha1"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
)

// parameterMistakes are those of the parameter element (RFC 5849 section 3.4.1.3).
var parameterMistakes = []Mistake{
	{ID: "Q1", Axis: InParameters, Marks: Provable, Likely: 1,
		Text: "The call's own query parameters were sent but not signed.",
		Cure: "Put all query parameters into the base string, beside the oauth ones.",
		variants: func(f *facts) []variant {
			if f.owns() == 0 {
				return nil
			}
			return []variant{{axis: axOwn, what: "only the oauth parameters were signed", apply: func(r *recipe) { r.params.drop(func(p *param) bool { return !p.oauth }) }}}
		}},
	{ID: "Q2", Axis: InParameters, Marks: Provable, Likely: 1,
		Text:     "One parameter was sent but not signed.",
		Cure:     "Sign after the last parameter has been added, or stop whatever adds it behind the signer.",
		variants: func(f *facts) []variant { return leftOut(f, false) }},
	{ID: "Q3", Axis: InParameters, Marks: Provable, Likely: 2,
		Text:     "A parameter was signed but not sent: an empty, default or deselected one.",
		Cure:     "Sign what is sent and nothing else; drop empty parameters before signing or send them.",
		variants: notSent},
	{ID: "Q4", Axis: InParameters, Marks: Provable, Likely: 1,
		Text:     "An empty oauth_token, oauth_callback or oauth_verifier was signed, but not sent.",
		Cure:     "Galleries use no tokens: leave these parameters out of the base string, or send them too.",
		variants: emptyTokens},
	{ID: "Q5", Axis: InParameters, Marks: Provable, Likely: 2,
		Text:     "Parameters were counted twice, from the address and from a list.",
		Cure:     "Give the parameters once: in the address or in the list.",
		variants: doubled},
	{ID: "Q6", Axis: InParameters, Marks: Provable, Likely: 1,
		Text:     "The parameters were not sorted.",
		Cure:     "Sort all parameters by encoded name, then by encoded value (RFC 5849 section 3.4.1.3.2).",
		variants: unsorted},
	{ID: "Q7", Axis: InParameters, Marks: Provable, Likely: 1,
		Text:     "Own and oauth parameters were sorted as two groups and joined.",
		Cure:     "Sort all parameters together: \"offset\" belongs between \"oauth_version\" and \"packageType\".",
		variants: orders(orderOAuthFirst, "oauth parameters in front", orderOwnFirst, "own parameters in front")},
	{ID: "Q8", Axis: InParameters, Marks: Provable, Likely: 2,
		Text:     "The parameters were sorted before they were encoded.",
		Cure:     "Encode names and values first, then sort.",
		variants: orders(orderDecoded, "sorted before encoding")},
	{ID: "Q9", Axis: InParameters, Marks: Provable, Likely: 3,
		Text:     "The parameters were sorted as whole \"name=value\" texts, so that \"=\" took part in the comparison.",
		Cure:     "Compare names, and values only where names are equal.",
		variants: orders(orderText, "sorted as whole texts")},
	{ID: "Q10", Axis: InParameters, Marks: Provable, Likely: 2,
		Text:     "The parameters were sorted without regard to case or by the rules of a language.",
		Cure:     "Sort by bytes (ordinal): capitals come before \"_\" and small letters.",
		variants: orders(orderLower, "sorted in small letters", orderUpper, "sorted in capitals", orderCulture, "sorted as words")},
	{ID: "Q11", Axis: InParameters, Marks: Provable, Likely: 2,
		Text:     "Of parameters with the same name only one was signed, or their values were joined.",
		Cure:     "Keep every pair; sort equal names by value.",
		variants: collapsed},
	{ID: "Q12", Axis: InParameters, Marks: Provable, Likely: 3,
		Text:     "Values of equal names were sorted as numbers.",
		Cure:     "Sort values as text: 10 comes before 2.",
		variants: orders(orderNumbers, "sorted by number")},
	{ID: "Q13", Axis: InParameters, Marks: Provable, Likely: 3,
		Text:     "oauth_signature itself was signed.",
		Cure:     "Leave oauth_signature out of the base string.",
		variants: signedSignature},
	{ID: "Q14", Axis: InParameters, Marks: Provable, Likely: 3,
		Text:     "realm was signed.",
		Cure:     "Leave realm out of the base string (RFC 5849 section 3.4.1.3.1).",
		variants: signedRealm},
	{ID: "Q15", Axis: InParameters, Marks: Provable, Likely: 2,
		Text:     "The JSON body or its hash was signed.",
		Cure:     "Leave bodies other than forms out of the base string.",
		variants: signedBody},
	{ID: "Q16", Axis: InParameters, Marks: Provable, Likely: 2,
		Text:     "The form body was not signed, or not as it was sent.",
		Cure:     "Put the fields of a form body (application/x-www-form-urlencoded) among the parameters.",
		variants: formMistakes},
	{ID: "Q17", Axis: InParameters, Marks: Visible, Likely: 1,
		Text: "oauth parameters stand in two places or appear twice.",
		Cure: "Send them once: all in the query or all in the Authorization header."},
	{ID: "Q18", Axis: InParameters, Marks: Provable, Likely: 2,
		Text:     "An oauth parameter was signed and not sent, or sent and not signed.",
		Cure:     "Sign all oauth parameters that are sent, but for oauth_signature; oauth_version too, if you send it.",
		variants: protocolSet},
	{ID: "Q19", Axis: InParameters, Marks: Provable, Likely: 3,
		Text:     "A parameter without \"=\" or with a second one was signed in another form.",
		Cure:     "Sign \"flag\" as \"flag=\", and the whole value up to the next \"&\".",
		variants: flags},
	{ID: "Q20", Axis: InParameters, Marks: Provable, Likely: 3,
		Text: "The call's own parameters stand unsorted among the oauth ones.",
		Cure: "Sort all parameters together after the last one has been added.",
		variants: func(f *facts) []variant {
			var vs []variant
			for i := 1; i < f.oauths() && f.owns() > 0; i++ {
				vs = append(vs, variant{axis: axOrder, what: "own parameters stand behind %s oauth parameters", arg: strconv.Itoa(i), apply: func(r *recipe) { r.params.order = order{orderOwnInside, i} }})
			}
			return vs
		}},
}

func unsorted(f *facts) []variant {
	vs := orders(orderSent, "signed as they were sent", orderOwnSentFirst, "own parameters unsorted in front", orderOwnSentLast, "own parameters unsorted at the end", orderBackward, "sorted backwards", orderNamesOnly, "equal names not sorted by value")(f)
	for i, list := range usual {
		for _, k := range []struct {
			kind orderKind
			what string
		}{{orderUsual, "oauth parameters in the order %s …"}, {orderUsualFirst, "own parameters in front, then %s …"}} {
			vs = append(vs, variant{axis: axOrder, what: k.what, arg: strings.Join(list[:3], ", "), apply: func(r *recipe) { r.params.order = order{k.kind, i} }})
		}
	}
	return vs
}

// orders makes variants from kinds and their texts.
func orders(kindsAndTexts ...any) func(*facts) []variant {
	return func(*facts) []variant {
		var vs []variant
		for i := 0; i < len(kindsAndTexts); i += 2 {
			kind := kindsAndTexts[i].(orderKind)
			vs = append(vs, variant{axis: axOrder, what: kindsAndTexts[i+1].(string), apply: func(r *recipe) { r.params.order = order{kind: kind} }})
		}
		return vs
	}
}

// trackers are parameters that gateways and browsers add to addresses.
var trackers = []string{"_", "cb", "ts", "t", "utm_source", "utm_medium", "utm_campaign", "gclid", "fbclid", "msclkid", "sessionid", "jsessionid", "x-forwarded-for"}

func isTracker(name string) bool { return slices.Contains(trackers, strings.ToLower(name)) }

// leftOut drops one own parameter: those that gateways add, or the others.
func leftOut(f *facts, tracked bool) []variant {
	var vs []variant
	for i := range f.right.params.list {
		p := f.right.params.list[i]
		if p.oauth || p.form || isTracker(p.name) != tracked {
			continue
		}
		vs = append(vs, variant{axis: axOwn, what: "%q was not signed", arg: p.name, apply: func(r *recipe) {
			r.params.drop(func(q *param) bool { return q.name == p.name && q.value == p.value && q.rawValue == p.rawValue })
		}})
	}
	return vs
}

// unsent lists parameters that clients of galleries tend to sign and not send.
var unsent = func() []*param {
	var ps []*param
	for _, name := range []string{"search", "limit", "offset", "sortField", "direction", "packageType", "page", "pageSize", "filter", "view", "name", "format", "includeMessages", "priority", "state"} {
		ps = append(ps, newParam(name, ""))
	}
	for _, nv := range [][2]string{{"limit", "10"}, {"limit", "100"}, {"offset", "0"}, {"packageType", "0"}, {"direction", "asc"}, {"sortField", "name"}, {"page", "1"}, {"pageSize", "10"}, {"format", "Csv"}, {"format", "Raw"}, {"format", "json"}, {"priority", "0"}, {"includeMessages", "true"}} {
		ps = append(ps, newParam(nv[0], nv[1]))
	}
	return ps
}()

func notSent(f *facts) []variant {
	var vs []variant
	for _, p := range unsent {
		if f.sends(p.name) {
			continue
		}
		vs = append(vs, variant{axis: axExtra, what: "%q was signed and not sent", arg: p.name + "=" + p.value, apply: func(r *recipe) { r.params.add(p) }})
	}
	return vs
}

var tokens = []*param{newParam("oauth_token", ""), newParam("oauth_callback", ""), newParam("oauth_verifier", ""), newParam("oauth_callback", "oob")}

func emptyTokens(f *facts) []variant {
	var vs []variant
	for _, p := range tokens {
		if !f.sends(p.name) {
			vs = append(vs, variant{axis: axToken, what: "%q was signed and not sent", arg: p.name + "=" + p.value, apply: func(r *recipe) { r.params.add(p) }})
		}
	}
	if f.sends("oauth_token") {
		vs = append(vs, variant{axis: axToken, what: "%q was sent and not signed", arg: "oauth_token", apply: func(r *recipe) {
			r.params.drop(func(p *param) bool { return p.name == "oauth_token" })
		}})
	}
	return vs
}

func doubled(f *facts) []variant {
	vs := []variant{{axis: axDouble, what: "all parameters were signed twice", apply: func(r *recipe) {
		r.params.edit(func(list []*param) []*param { return append(list, list...) })
	}}}
	twice := func(what, arg string, which func(*param) bool) {
		vs = append(vs, variant{axis: axDouble, what: what, arg: arg, apply: func(r *recipe) {
			r.params.edit(func(list []*param) []*param {
				for _, p := range list {
					if which(p) {
						list = append(list, p)
					}
				}
				return list
			})
		}})
	}
	if f.owns() > 1 {
		twice("the own parameters were signed twice", "", func(p *param) bool { return !p.oauth })
	}
	twice("the oauth parameters were signed twice", "", func(p *param) bool { return p.oauth })
	for i := range f.right.params.list {
		if p := f.right.params.list[i]; !p.oauth {
			twice("%q was signed twice", p.name, func(q *param) bool { return q.name == p.name && q.rawValue == p.rawValue })
		}
	}
	return vs
}

func collapsed(f *facts) []variant {
	names := map[string]int{}
	repeated := false
	for _, p := range f.right.params.list {
		names[p.name]++
		repeated = repeated || names[p.name] > 1
	}
	if !repeated {
		return nil
	}
	collapse := func(what string, merge func(kept, next *param) *param) variant {
		return variant{axis: axRepeat, what: what, apply: func(r *recipe) {
			r.params.editSent(func(list []*param) []*param {
				var out []*param
				at := map[string]int{}
				for _, p := range list {
					if i, ok := at[p.name]; ok {
						out[i] = merge(out[i], p)
						continue
					}
					at[p.name] = len(out)
					out = append(out, p)
				}
				return out
			})
		}}
	}
	return []variant{
		collapse("only the first value was signed", func(kept, _ *param) *param { return kept }),
		collapse("only the last value was signed", func(_, next *param) *param { return next }),
		collapse("the values were joined by commas", func(kept, next *param) *param { return kept.with(kept.value + "," + next.value) }),
	}
}

func signedSignature(f *facts) []variant {
	var vs []variant
	for _, s := range []struct{ what, value string }{
		{"signed as an empty parameter", ""},
		{"a right signature was signed once more", f.rightSignature},
	} {
		if s.value == "" && s.what != "signed as an empty parameter" {
			continue
		}
		p := newParam("oauth_signature", s.value)
		vs = append(vs, variant{axis: axSignature, what: s.what, apply: func(r *recipe) { r.params.add(p) }})
	}
	return vs
}

func signedRealm(f *facts) []variant {
	var vs []variant
	for i, value := range append([]string{""}, f.realm) {
		if i > 0 && value == "" {
			break
		}
		p := newParam("realm", value)
		vs = append(vs, variant{axis: axRealm, what: "signed as %q", arg: "realm=" + value, apply: func(r *recipe) { r.params.add(p) }})
	}
	return vs
}

func signedBody(f *facts) []variant {
	if len(f.q.Body) == 0 {
		return nil
	}
	body := string(f.q.Body)
	sum := sha1.Sum(f.q.Body)
	hash := base64.StdEncoding.EncodeToString(sum[:])
	add := func(what string, p *param) variant {
		return variant{axis: axBody, what: what, apply: func(r *recipe) { r.params.add(p) }}
	}
	vs := []variant{
		{axis: axFourth, what: "the body stands as a fourth part", apply: func(r *recipe) { r.join.extra = body }},
		add("the body was signed as a parameter name", newParam(body, "")),
		add("the body was signed as the parameter \"body\"", newParam("body", body)),
	}
	if !f.sends("oauth_body_hash") {
		vs = append(vs, add("oauth_body_hash was signed and not sent", newParam("oauth_body_hash", hash)))
	}
	return vs
}

func formMistakes(f *facts) []variant {
	if !slices.ContainsFunc(f.right.params.list, func(p *param) bool { return p.form }) {
		return nil
	}
	vs := []variant{
		{axis: axForm, what: "the form fields were not signed", apply: func(r *recipe) { r.params.drop(func(p *param) bool { return p.form }) }},
		{axis: axForm, what: "the form was signed as one parameter without a value", apply: func(r *recipe) {
			r.params.drop(func(p *param) bool { return p.form })
			r.params.add(newParam(f.q.Request.Form, ""))
		}},
		{axis: axForm, what: "the form was signed raw, not decoded first", apply: func(r *recipe) {
			r.params.edit(func(list []*param) []*param {
				for i, p := range list {
					if p.form {
						list[i] = p.with(p.rawValue)
					}
				}
				return list
			})
		}},
	}
	for i := range f.right.params.list {
		if p := f.right.params.list[i]; p.form {
			vs = append(vs, variant{axis: axForm, what: "the field %q was not signed", arg: p.name, apply: func(r *recipe) {
				r.params.drop(func(q *param) bool { return q.form && q.name == p.name && q.rawValue == p.rawValue })
			}})
		}
	}
	return vs
}

func protocolSet(f *facts) []variant {
	var vs []variant
	if !f.sends("oauth_version") {
		p := newParam("oauth_version", "1.0")
		vs = append(vs, variant{axis: axProtocol, what: "%q was signed and not sent", arg: p.name, apply: func(r *recipe) { r.params.add(p) }})
	}
	for _, p := range f.right.params.list {
		if p.oauth && p.name != "oauth_token" {
			vs = append(vs, variant{axis: axProtocol, what: "%q was sent and not signed", arg: p.name, apply: func(r *recipe) {
				r.params.drop(func(q *param) bool { return q.name == p.name })
			}})
		}
	}
	return append(vs, variant{axis: axProtocol, what: "no oauth parameter was signed", apply: func(r *recipe) {
		r.params.drop(func(q *param) bool { return q.oauth })
	}})
}

func flags(f *facts) []variant {
	var vs []variant
	each := func(what string, which func(*param) bool, change func(*param) *param) {
		if !slices.ContainsFunc(f.right.params.list, which) {
			return
		}
		vs = append(vs, variant{axis: axFlag, what: what, apply: func(r *recipe) {
			r.params.edit(func(list []*param) []*param {
				for i := range list {
					if which(list[i]) {
						list[i] = change(list[i])
					}
				}
				return list
			})
		}})
	}
	empty := func(p *param) bool { return p.value == "" }
	each("empty parameters were signed without \"=\"", empty, func(p *param) *param {
		q := *p
		q.bare = true
		return &q
	})
	second := func(p *param) bool { return strings.Contains(p.rawValue, "=") }
	each("values were cut at their second \"=\"", second, func(p *param) *param {
		cut, _, _ := strings.Cut(p.value, "=")
		return p.with(cut)
	})
	if slices.ContainsFunc(f.right.params.list, empty) {
		vs = append(vs, variant{axis: axFlag, what: "empty parameters were not signed", apply: func(r *recipe) { r.params.drop(empty) }})
	}
	return vs
}
