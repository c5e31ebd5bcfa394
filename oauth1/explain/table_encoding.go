package explain

import (
	"slices"
	"strings"
)

// encodingMistakes are those of percent-encoding (RFC 5849 section 3.6) and of
// putting the three elements together (section 3.4.1.1).
var encodingMistakes = []Mistake{
	{ID: "E1", Axis: InEncoding, Marks: Provable, Likely: 1,
		Text:     "The parameters were put into the base string without encoding them as a whole.",
		Cure:     "Encode the finished parameter text once more, so that \"&\" and \"=\" become %26 and %3D.",
		variants: shapes(joinRawParams, "third part not encoded", joinRaw, "second and third part not encoded", joinSwapped, "second and third part exchanged")},
	{ID: "E2", Axis: InEncoding, Marks: Provable, Likely: 1,
		Text:     "The address was put into the base string without encoding it.",
		Cure:     "Encode the address: https:// becomes https%3A%2F%2F.",
		variants: shapes(joinRawURL, "second part not encoded")},
	{ID: "E3", Axis: InEncoding, Marks: Provable, Likely: 2,
		Text:     "The base string was encoded once more, or the \"&\" between its parts was.",
		Cure:     "Join the three encoded parts by a bare \"&\" and leave the result alone.",
		variants: shapes(joinAllAgain, "all of it encoded once more", joinSeparators, "\"&\" between the parts encoded", joinAllOnce, "joined first and encoded as one text", joinNoSeparator, "parts joined without \"&\"")},
	{ID: "E4", Axis: InEncoding, Marks: Provable, Likely: 1,
		Text: "Values were not encoded before they were joined, so one of the two encodings is missing.",
		Cure: "Encode each name and value, join them, then encode the whole.",
		variants: func(*facts) []variant {
			return []variant{
				values("values were not encoded first", unencoded),
				values2("names and values were not encoded first", unencoded),
			}
		}},
	{ID: "E5", Axis: InEncoding, Marks: Provable, Likely: 1,
		Text: "Values were encoded once too often: the text of the query was taken for the value.",
		Cure: "Decode what comes from an address before you encode it for signing.",
		variants: func(*facts) []variant {
			return []variant{
				values("values were encoded twice", encodedTwice),
				values2("names and values were encoded twice", encodedTwice),
			}
		}},
	{ID: "E6", Axis: InEncoding, Marks: Provable, Likely: 1,
		Text: "A blank was signed as \"+\".",
		Cure: "Encode a blank as %20; \"+\" belongs to forms, not to base strings.",
		variants: func(*facts) []variant {
			return []variant{
				values2("blanks were signed as \"+\"", plusForm),
				values2("encoded as a form is in Java", javaForm),
				values2("encoded as a form is in .NET", dotNetForm),
				values2("encoded as a form is in PHP or older libraries", phpForm),
			}
		}},
	{ID: "E7", Axis: InEncoding, Marks: Provable | Visible, Likely: 1,
		Text: "A plus sign was sent as \"+\", which servers read as a blank.",
		Cure: "Send a plus sign as %2B.",
		variants: func(f *facts) []variant {
			if !f.anyRaw("+") {
				return nil
			}
			return []variant{{axis: axText, what: "\"+\" was signed as a plus sign", apply: func(r *recipe) {
				r.params.edit(func(list []*param) []*param {
					for i, p := range list {
						if strings.Contains(p.rawValue, "+") {
							list[i] = p.with(decode(p.rawValue, false))
						}
					}
					return list
				})
			}}}
		}},
	{ID: "E8", Axis: InEncoding, Marks: Provable, Likely: 1,
		Text: "Escapes were written in small letters.",
		Cure: "Use capitals: %2F, not %2f (RFC 5849 section 3.6).",
		variants: func(*facts) []variant {
			return append(everywhere("everywhere", smallHex),
				values("in values only", smallHex),
				values2("in names and values", smallHex),
				outer("in the last encoding only", smallHex))
		}},
	{ID: "E9", Axis: InEncoding, Marks: Provable, Likely: 1,
		Text: "The characters ! * ' ( ) were not escaped.",
		Cure: "Escape them too: %21 %2A %27 %28 %29. encodeURIComponent and the older Uri.EscapeDataString do not.",
		variants: func(*facts) []variant {
			var vs []variant
			vs = append(vs, everywhere("nowhere escaped", jsComponent)...)
			vs = append(vs, values2("not escaped in names and values", jsComponent))
			for _, k := range keptMarks {
				vs = append(vs, spelt("%s not escaped", k.set, k.speller, true))
			}
			return vs
		}},
	{ID: "E10", Axis: InEncoding, Marks: Provable, Likely: 2,
		Text: "\"~\" was escaped.",
		Cure: "Leave ~ as it is; Java's URLEncoder and older rawurlencode escape it.",
		variants: func(*facts) []variant {
			return append(everywhere("everywhere", tildeEscaped),
				values2("in names and values", tildeEscaped),
				values2("and \"*\" not", tildeEscapedStarKept))
		}},
	{ID: "E11", Axis: InEncoding, Marks: Provable, Likely: 2,
		Text: "\"-\", \".\" or \"_\" were escaped.",
		Cure: "Leave letters, digits and - . _ ~ as they are.",
		variants: func(*facts) []variant {
			var vs []variant
			for _, k := range escapedMarks {
				vs = append(vs, variant{axis: axWhole, what: "%s escaped everywhere", arg: k.set, apply: setEverywhere(k.speller)},
					spelt("%s escaped in names and values", k.set, k.speller, true),
					spelt("%s escaped in values", k.set, k.speller, false))
			}
			return vs
		}},
	{ID: "E12", Axis: InEncoding, Marks: Provable, Likely: 2,
		Text: "Letters beyond ASCII were not encoded as UTF-8.",
		Cure: "Turn the text into UTF-8 bytes and escape each byte: é is %C3%A9.",
		variants: func(f *facts) []variant {
			if f.ascii {
				return nil
			}
			var vs []variant
			for _, c := range []struct {
				what string
				c    charset
			}{{"as Latin-1", latin1}, {"as numbers of UTF-16 units", utf16Units}, {"by the low byte of UTF-16 units", lowByte}, {"by JavaScript's escape", jsEscape}} {
				vs = append(vs, values2(c.what, spell("", "").in(c.c)))
			}
			return append(vs, values2("by JavaScript's escape, with @ * + / left", spell("@*+/", "~").in(jsEscape)))
		}},
	{ID: "E13", Axis: InEncoding, Marks: Provable, Likely: 2,
		Text: "\"/\" or \":\" were not escaped.",
		Cure: "Escape / as %2F and : as %3A. In Python pass safe='' or '~' to quote, in R reserved=TRUE to URLencode.",
		variants: func(*facts) []variant {
			var vs []variant
			for _, k := range keptSlashes {
				set, s := k.set, k.speller
				if len(set) < 3 {
					vs = append(vs, variant{axis: axWhole, what: "%s left everywhere", arg: set, apply: setEverywhere(s)})
					if set != "/:" { // ":" and "/" left in the address is E2
						vs = append(vs, variant{axis: axWhole, what: "%s left in the last encoding", arg: set, apply: func(r *recipe) { r.join.outer = s }})
					}
				}
				vs = append(vs, spelt("%s left in names and values", set, s, true))
			}
			return vs
		}},
	{ID: "E14", Axis: InEncoding, Marks: Provable, Likely: 2,
		Text: "Names of parameters were not encoded, only values.",
		Cure: "Encode names as well: filter[x] is filter%5Bx%5D.",
		variants: func(*facts) []variant {
			return []variant{{axis: axNames, what: "names were not encoded first", apply: func(r *recipe) { r.params.names = unencoded }}}
		}},
	{ID: "E15", Axis: InEncoding, Marks: Provable | Visible, Likely: 3,
		Text:     "The address holds &amp; or typographic characters from a web page.",
		Cure:     "Type the address again, with plain \"&\", quotes and blanks.",
		variants: entities},
	{ID: "E16", Axis: InEncoding, Marks: Provable, Likely: 2,
		Text: "Values were put into the address as they are, without encoding them, so the server reads other values than were signed.",
		Cure: "Encode values when you build the address that is sent, too.",
		variants: func(f *facts) []variant {
			if !slices.ContainsFunc(f.right.params.list, func(p *param) bool { return !p.header && p.rawValue != p.encValue && !p.oauth }) {
				return nil
			}
			return []variant{{axis: axText, what: "the raw text of the query was signed as values", apply: func(r *recipe) {
				r.params.edit(func(list []*param) []*param {
					for i, p := range list {
						if !p.oauth && !p.header {
							list[i] = p.with(p.rawValue)
						}
					}
					return list
				})
			}}}
		}},
}

// Spellings other than that of RFC 5849 section 3.6, made once.
var (
	unencoded            = spell("", "").repeated(0)
	encodedTwice         = spell("", "").repeated(2)
	plusForm             = spell("", "").withPlus()
	javaForm             = spell("*", "~").withPlus()
	dotNetForm           = spell("!*()", "~").withPlus().lower()
	phpForm              = spell("", "~").withPlus()
	smallHex             = spell("", "").lower()
	jsComponent          = spell("!*'()", "")
	tildeEscaped         = spell("", "~")
	tildeEscapedStarKept = spell("*", "~")
	keptMarks            = spellings(func(s string) *speller { return spell(s, "") }, "*", "!", "!*()", "'", "()", "!'()")
	escapedMarks         = spellings(func(s string) *speller { return spell("", s) }, "-._~", "-._", "_")
	keptSlashes          = spellings(func(s string) *speller { return spell(s, "") }, "/", "/:", ";,/?:@&=+$#!*'()", "$&+,/:;=?@!*'()")
)

// spelling is a speller with the characters that it treats wrongly.
type spelling struct {
	set string
	*speller
}

func spellings(f func(string) *speller, sets ...string) []spelling {
	var ss []spelling
	for _, s := range sets {
		ss = append(ss, spelling{s, f(s)})
	}
	return ss
}

func values(what string, s *speller) variant {
	return spelt(what, "", s, false)
}

func values2(what string, s *speller) variant {
	return spelt(what, "", s, true)
}

func outer(what string, s *speller) variant {
	return variant{axis: axWhole, what: what, apply: func(r *recipe) { r.join.outer = s }}
}

func spelt(what, arg string, s *speller, names bool) variant {
	return variant{axis: axValues, what: what, arg: arg, spell: s, names: names, apply: func(r *recipe) {
		r.params.values = s
		if names {
			r.params.names = s
		}
	}}
}

func everywhere(what string, s *speller) []variant {
	return []variant{{axis: axWhole, what: what, apply: setEverywhere(s)}}
}

func setEverywhere(s *speller) func(*recipe) {
	return func(r *recipe) { r.params.values, r.params.names, r.join.outer = s, s, s }
}

// shapes makes variants from join shapes and their texts.
func shapes(kindsAndTexts ...any) func(*facts) []variant {
	return func(*facts) []variant {
		var vs []variant
		for i := 0; i < len(kindsAndTexts); i += 2 {
			shape := kindsAndTexts[i].(joinShape)
			vs = append(vs, variant{axis: axJoin, what: kindsAndTexts[i+1].(string), apply: func(r *recipe) { r.join.shape = shape }})
		}
		return vs
	}
}

// entities are addresses that went through a web page or a word processor.
func entities(f *facts) []variant {
	var vs []variant
	if f.owns() > 1 {
		vs = append(vs, variant{axis: axNames, what: "signed with \"&amp;\" between the parameters", apply: func(r *recipe) {
			first := true
			r.params.editSent(func(list []*param) []*param {
				for i, p := range list {
					if p.oauth {
						continue
					}
					if !first {
						q := newParam("amp;"+p.name, p.value)
						q.rawValue, q.form, q.bare = p.rawValue, p.form, p.bare
						list[i] = q
					}
					first = false
				}
				return list
			})
		}})
	}
	for _, c := range []struct{ what, old, new string }{
		{"blanks were signed as non-breaking blanks", " ", "\u00a0"},
		{"apostrophes were signed as typographic ones", "'", "\u2019"},
		{"hyphens were signed as dashes", "-", "\u2013"},
	} {
		if f.anyValue(c.old) {
			vs = append(vs, variant{axis: axText, what: c.what, apply: func(r *recipe) {
				r.params.edit(func(list []*param) []*param {
					for i, p := range list {
						if !p.oauth && strings.Contains(p.value, c.old) {
							list[i] = p.with(strings.ReplaceAll(p.value, c.old, c.new))
						}
					}
					return list
				})
			}})
		}
	}
	return vs
}
