package fn

import (
	"strings"
	"unicode"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	utf "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/unicode/norm"
)

// CodePage returns the encoding of a Windows code page number.
func CodePage(n int64) (encoding.Encoding, bool) {
	switch n {
	case 65001:
		return utf.UTF8, true
	case 1200:
		return utf.UTF16(utf.LittleEndian, utf.IgnoreBOM), true
	case 1201:
		return utf.UTF16(utf.BigEndian, utf.IgnoreBOM), true
	case 932:
		return japanese.ShiftJIS, true
	case 51932:
		return japanese.EUCJP, true
	case 936:
		return simplifiedchinese.GBK, true
	case 54936:
		return simplifiedchinese.GB18030, true
	case 949, 51949:
		return korean.EUCKR, true
	case 950:
		return traditionalchinese.Big5, true
	case 20127: // ASCII
		return charmap.Windows1252, true
	}
	e, ok := charmaps[n]
	return e, ok
}

// charmaps are the code pages of one byte a character.
var charmaps = map[int64]encoding.Encoding{
	437: charmap.CodePage437, 850: charmap.CodePage850, 852: charmap.CodePage852, 855: charmap.CodePage855,
	858: charmap.CodePage858, 860: charmap.CodePage860, 862: charmap.CodePage862, 863: charmap.CodePage863,
	865: charmap.CodePage865, 866: charmap.CodePage866, 874: charmap.Windows874,
	1250: charmap.Windows1250, 1251: charmap.Windows1251, 1252: charmap.Windows1252, 1253: charmap.Windows1253,
	1254: charmap.Windows1254, 1255: charmap.Windows1255, 1256: charmap.Windows1256, 1257: charmap.Windows1257,
	1258: charmap.Windows1258, 10000: charmap.Macintosh, 20866: charmap.KOI8R, 21866: charmap.KOI8U,
	28591: charmap.ISO8859_1, 28592: charmap.ISO8859_2, 28593: charmap.ISO8859_3, 28594: charmap.ISO8859_4,
	28595: charmap.ISO8859_5, 28596: charmap.ISO8859_6, 28597: charmap.ISO8859_7, 28598: charmap.ISO8859_8,
	28599: charmap.ISO8859_9, 28603: charmap.ISO8859_13, 28605: charmap.ISO8859_15,
}

// convertFromCodePage reads the characters of s, which must be below 256, as bytes.
func convertFromCodePage(_ *Library, a []Value) (Value, error) {
	enc, ok := CodePage(a[1].Int())
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
	enc, ok := CodePage(a[1].Int())
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
