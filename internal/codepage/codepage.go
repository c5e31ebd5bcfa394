// Package codepage knows the encodings of Windows code page numbers.
package codepage

import (
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// Lookup returns the encoding of a code page: a *charmap.Charmap where each
// character is one byte. It returns false for a number it does not know.
func Lookup(n int) (encoding.Encoding, bool) {
	if m, ok := charmaps[n]; ok {
		return m, true
	}
	switch n {
	case 65001:
		return unicode.UTF8, true
	case 1200:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), true
	case 1201:
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), true
	case 932:
		return japanese.ShiftJIS, true
	case 20932, 51932:
		return japanese.EUCJP, true
	case 50220:
		return japanese.ISO2022JP, true
	case 936:
		return simplifiedchinese.GBK, true
	case 52936:
		return simplifiedchinese.HZGB2312, true
	case 54936:
		return simplifiedchinese.GB18030, true
	case 949, 51949:
		return korean.EUCKR, true
	case 950:
		return traditionalchinese.Big5, true
	}
	return nil, false
}

// charmaps are the code pages of one byte a character. ASCII, 20127, is read as
// Windows-1252, which holds it.
var charmaps = map[int]*charmap.Charmap{
	37: charmap.CodePage037, 437: charmap.CodePage437, 850: charmap.CodePage850, 852: charmap.CodePage852,
	855: charmap.CodePage855, 858: charmap.CodePage858, 860: charmap.CodePage860, 862: charmap.CodePage862,
	863: charmap.CodePage863, 865: charmap.CodePage865, 866: charmap.CodePage866, 874: charmap.Windows874,
	1047: charmap.CodePage1047, 1140: charmap.CodePage1140, 1250: charmap.Windows1250, 1251: charmap.Windows1251,
	1252: charmap.Windows1252, 1253: charmap.Windows1253, 1254: charmap.Windows1254, 1255: charmap.Windows1255,
	1256: charmap.Windows1256, 1257: charmap.Windows1257, 1258: charmap.Windows1258, 10000: charmap.Macintosh,
	10007: charmap.MacintoshCyrillic, 20127: charmap.Windows1252, 20866: charmap.KOI8R, 21866: charmap.KOI8U,
	28591: charmap.ISO8859_1, 28592: charmap.ISO8859_2, 28593: charmap.ISO8859_3, 28594: charmap.ISO8859_4,
	28595: charmap.ISO8859_5, 28596: charmap.ISO8859_6, 28597: charmap.ISO8859_7, 28598: charmap.ISO8859_8,
	28599: charmap.ISO8859_9, 28603: charmap.ISO8859_13, 28605: charmap.ISO8859_15,
}
