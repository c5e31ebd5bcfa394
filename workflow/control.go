package workflow

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
)

// standIn is the first of the private characters that stand for control characters
// while a document is read.
const standIn = '\U0010FF00'

var (
	standIns  = regexp.MustCompile("[\U0010FF00-\U0010FF1F]")
	reference = regexp.MustCompile(`&#(?:[xX]0*([0-9a-fA-F]{1,2})|0*([0-9]{1,2}));`)
)

// replaceControls puts private characters in the place of references to control
// characters, such as &#x1F;, and reports whether there were any. XML knows no such
// characters, but the XmlTextWriter of .NET writes them like this and its
// reader does not check what references mean (its property Normalization), so
// they are in documents that hold them as delimiters or in data. In a CDATA section
// the same letters are text.
func replaceControls(data []byte) ([]byte, bool) {
	if !bytes.Contains(data, []byte("&#")) || standIns.Match(data) {
		return data, false
	}
	var out []byte
	some := false
	for len(data) > 0 {
		text, section := data, []byte(nil)
		if at := bytes.Index(data, []byte("<![CDATA[")); at >= 0 {
			text, section = data[:at], data[at:]
			if end := bytes.Index(section, []byte("]]>")); end >= 0 {
				section = section[:end+3]
			}
		}
		data = data[len(text)+len(section):]
		out = append(out, reference.ReplaceAllFunc(text, func(ref []byte) []byte {
			code := referred(ref)
			if code == 0 || code >= ' ' || code == '\t' || code == '\n' || code == '\r' {
				return ref
			}
			some = true
			return []byte(string(rune(standIn + code)))
		})...)
		out = append(out, section...)
	}
	return out, some
}

// referred is the character that a match of reference means.
func referred(ref []byte) int {
	m := reference.FindSubmatch(ref)
	digits, base := m[1], 16
	if digits == nil {
		digits, base = m[2], 10
	}
	n, err := strconv.ParseInt(string(digits), base, 32)
	if err != nil {
		return 0
	}
	return int(n)
}

// restoreControls undoes replaceControls in a text.
func restoreControls(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= standIn && r < standIn+' ' {
			return r - standIn
		}
		return r
	}, s)
}
