package fn

import (
	"strings"
)

// iif, switchCase, coalesce and getVal get all their arguments evaluated; the interpreter
// evaluates only what is chosen.
func iif(_ *Library, a []Value) (Value, error) {
	if a[0].IsTrue() {
		return a[1], nil
	}
	return a[2], nil
}

func switchCase(_ *Library, a []Value) (Value, error) {
	for i := 2; i+1 < len(a); i += 2 {
		if Equal(a[0], a[i]) {
			return a[i+1], nil
		}
	}
	return a[1], nil
}

func coalesce(_ *Library, a []Value) (Value, error) {
	for _, v := range a {
		if !v.IsNull() {
			return v, nil
		}
	}
	return Value{}, nil
}

func getVal(_ *Library, a []Value) (Value, error) {
	if i := a[0].Int(); !a[0].IsNull() && i >= 0 && i < int64(len(a)-1) {
		return a[1+i], nil
	}
	return Value{}, nil
}

func null(*Library, []Value) (Value, error) { return Value{}, nil }

// message hands the text to the run's log and passes its last argument on.
func message(l *Library, a []Value) (Value, error) {
	if l.opt.Message != nil {
		l.opt.Message(int(a[0].Int()), a[1].Text())
	}
	return a[2], nil
}

func getEnvironmentVariable(l *Library, a []Value) (Value, error) {
	if l.opt.Getenv != nil {
		if s, ok := l.opt.Getenv(a[0].Text()); ok {
			return Text(s), nil
		}
	}
	return Value{}, nil
}

// readRegistryString gives the default: there is no registry.
func readRegistryString(_ *Library, a []Value) (Value, error) {
	if len(a) > 2 {
		return a[2], nil
	}
	return Text(""), nil
}

var xmlEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&apos;")

// urlEncoding writes all bytes but letters, digits and those of keep as %XX.
func urlEncoding(s, keep string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'z' || strings.IndexByte(keep, c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.WriteString("%" + string(hex[c>>4]) + string(hex[c&15]))
	}
	return b.String()
}

func urlEncode(s string) string {
	return urlEncoding(strings.ReplaceAll(s, `\`, "/"), "-._~:/")
}

func urlEncodeUTF8(s string) string { return urlEncoding(s, "-._~") }

// soundexCodes are the digits of the letters A to Z. A vowel, 0, separates equal
// codes; H and W do not and are passed over.
const soundexCodes = "01230120022455012623010202"

// soundex is the code of the American census. Text that does not start with a
// letter stays as it is.
func soundex(s string) string {
	if s == "" || s[0]|0x20 < 'a' || s[0]|0x20 > 'z' {
		return s
	}
	s = strings.ToUpper(s)
	code := []byte{s[0]}
	last := soundexCodes[s[0]-'A']
	for i := 1; i < len(s) && len(code) < 4; i++ {
		c := s[i]
		if c < 'A' || c > 'Z' || c == 'H' || c == 'W' {
			continue
		}
		if d := soundexCodes[c-'A']; d != last {
			if last = d; d != '0' {
				code = append(code, d)
			}
		}
	}
	for len(code) < 4 {
		code = append(code, '0')
	}
	return string(code)
}

// soundexDigits is the first four digits of s, or the Soundex code where there is none.
func soundexDigits(s string) string {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
	if digits == "" {
		return soundex(s)
	}
	return digits[:min(4, len(digits))]
}

// slashes separate the parts of a path.
const slashes = `\/`

func fileAddPaths(_ *Library, a []Value) (Value, error) {
	return Text(strings.TrimRight(a[0].Text(), slashes) + `\` + strings.TrimLeft(a[1].Text(), slashes)), nil
}

func fileExists(l *Library, a []Value) (Value, error) {
	return Bool(!a[0].IsNull() && l.opt.FileExists != nil && l.opt.FileExists(a[0].Text())), nil
}

// splitPath cuts a path into folder, name and extension.
func splitPath(s string) (dir, name, ext string) {
	if i := strings.LastIndexAny(s, slashes); i >= 0 {
		dir, s = s[:i], s[i+1:]
	}
	if i := strings.LastIndexByte(s, '.'); i >= 0 {
		return dir, s[:i], s[i:]
	}
	return dir, s, ""
}

func fileGetDir(s string) string      { dir, _, _ := splitPath(s); return dir }
func fileGetFileName(s string) string { _, name, _ := splitPath(s); return name }
func fileGetExt(s string) string      { _, _, ext := splitPath(s); return ext }
