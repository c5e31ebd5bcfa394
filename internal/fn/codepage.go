package fn

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"kickoff/internal/codepage"
)

// convertFromCodePage reads the characters of s, which must be below 256, as bytes.
func convertFromCodePage(_ *Library, a []Value) (Value, error) {
	enc, ok := codepage.Lookup(int(a[1].Int()))
	if !ok {
		return errorf("ConvertFromCodePage: the code page %s is not known", a[1].Text())
	}
	b := make([]byte, 0, len(a[0].Text()))
	for _, r := range a[0].Text() {
		if r > 0xFF {
			return fail("ConvertFromCodePage: %s has characters that are no bytes", brief(a[0]))
		}
		b = append(b, byte(r))
	}
	s, err := enc.NewDecoder().Bytes(b)
	if err != nil {
		return fail("ConvertFromCodePage: %s is not text of code page %s", brief(a[0]), a[1].Text())
	}
	return Text(string(s)), nil
}

// convertToCodePage makes characters of the bytes; what the code page does not
// have becomes ?.
func convertToCodePage(_ *Library, a []Value) (Value, error) {
	enc, ok := codepage.Lookup(int(a[1].Int()))
	if !ok {
		return errorf("ConvertToCodePage: the code page %s is not known", a[1].Text())
	}
	var b strings.Builder
	encoder := enc.NewEncoder()
	for _, r := range a[0].Text() {
		s, err := encoder.Bytes([]byte(string(r)))
		if err != nil {
			s = []byte("?")
		}
		for _, c := range s {
			b.WriteRune(rune(c))
		}
	}
	return Text(b.String()), nil
}

// compounds are letters that stand for two.
var compounds = strings.NewReplacer("ß", "ss", "æ", "ae", "œ", "oe", "ø", "o", "đ", "d", "ð", "d", "þ", "th", "ł", "l", "ı", "i")

// decomposeForMatch strips accents and width, in lower case.
func decomposeForMatch(s string) string {
	s = compounds.Replace(strings.ToLower(norm.NFKD.String(s)))
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case r > 0xFF:
			return '?'
		}
		return r
	}, s)
}

func unicodeNormalize(_ *Library, a []Value) (Value, error) {
	forms := map[string]norm.Form{"NFC": norm.NFC, "NFD": norm.NFD, "NFKC": norm.NFKC, "NFKD": norm.NFKD}
	form, ok := forms[strings.ToUpper(strings.TrimSpace(a[1].Text()))]
	if !ok {
		return errorf("UnicodeNormalize: %s is no form; NFC, NFD, NFKC and NFKD are", brief(a[1]))
	}
	return Text(form.String(a[0].Text())), nil
}
