package fn

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// toNumber reads the number that text starts with. What holds none is 0, or Null
// where keepNulls is set; Null and the empty text are so without a message.
func toNumber(_ *Library, a []Value) (Value, error) {
	none := Int(0)
	if flag(a, 2, false) {
		none = Value{}
	}
	v := a[0]
	if v.IsNull() {
		return none, nil
	}
	if v.IsNumber() {
		return v, nil
	}
	s := strings.Trim(v.Text(), numberSpace)
	point := byte('.')
	if len(a) > 3 && a[3].Text() != "" {
		point = a[3].Text()[0]
		s = withoutThousands(s, point)
	}
	if s == "" {
		return none, nil
	}
	quiet := flag(a, 1, false)
	f, rest, ok := ParseNumber(s, point)
	switch {
	case !ok && quiet:
		return none, nil
	case !ok:
		return none, &Conversion{Msg: "ToNumber: " + brief(v) + " is not a number"}
	case rest != "" && !quiet:
		return warn(Float(f), "ToNumber: %s was not fully converted", brief(v))
	}
	return Float(f), nil
}

// withoutThousands drops what may separate thousands: a space, a comma or a point,
// where it is not the decimal separator. That is done where the decimal separator
// is given, as the vendor's page of conversion functions says.
func withoutThousands(s string, point byte) string {
	separators := " ,."
	if strings.IndexByte(separators, point) < 0 || !strings.ContainsAny(s, separators) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r != rune(point) && strings.ContainsRune(separators, r) {
			return -1
		}
		return r
	}, s)
}

// toString prints a number, with a fixed number of decimals where it is given.
// Truth prints as 1 and 0; text passes through.
func toString(_ *Library, a []Value) (Value, error) {
	v := a[0]
	switch {
	case v.IsNull():
		return v, nil
	case !v.IsNumber():
		return Text(v.Text()), nil
	}
	s := ""
	if len(a) < 2 || a[1].IsNull() {
		if s = NumberText(v.Float()); v.IsWhole() {
			s = intText(v.Int())
		}
	} else {
		decimals := int(min(max(a[1].Int(), 0), 100))
		if s = FixedText(v.Float(), decimals); v.IsWhole() {
			s = intText(v.Int())
			if decimals > 0 {
				s += "." + strings.Repeat("0", decimals)
			}
		}
	}
	if sep := thousands(a); sep != "" && !strings.ContainsAny(s, "ein") {
		s = groupDigits(s, sep)
	}
	if len(a) > 3 && a[3].Text() != "" {
		if dot := strings.LastIndexByte(s, '.'); dot >= 0 && strings.Trim(s[dot+1:], "0123456789") == "" {
			s = s[:dot] + a[3].Text() + s[dot+1:]
		}
	}
	return Text(s), nil
}

// thousands is the separator that the third argument asks for: a comma for 1
// or "true", or a point where the decimals stand after a comma; or a text of its own.
func thousands(a []Value) string {
	if len(a) < 3 || a[2].IsNull() {
		return ""
	}
	switch s := a[2].Text(); {
	case a[2].IsNumber() && !a[2].IsTrue(), s == "", s == "0", strings.EqualFold(s, "false"):
		return ""
	case a[2].IsText() && s != "1" && !strings.EqualFold(s, "true"):
		return s
	}
	if len(a) > 3 && a[3].Text() == "," {
		return "."
	}
	return ","
}

// groupDigits puts sep between groups of three digits before the point.
func groupDigits(s, sep string) string {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	whole, frac, point := strings.Cut(s, ".")
	var b strings.Builder
	b.WriteString(sign)
	for i := range len(whole) {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(sep)
		}
		b.WriteByte(whole[i])
	}
	if point {
		b.WriteString("." + frac)
	}
	return b.String()
}

// digitsToInt reads the digits of a base that s starts with, after a sign. Text
// without a sign that fills exactly bits, or 64, is a number in two's complement.
func digitsToInt(name string, v Value, s string, base, bits int) (Value, error) {
	s = strings.TrimSpace(s)
	negative, signed := strings.HasPrefix(s, "-"), s != "" && (s[0] == '-' || s[0] == '+')
	if signed {
		s = s[1:]
	}
	n := 0
	for n < len(s) {
		if _, err := strconv.ParseUint(s[n:n+1], base, 8); err != nil {
			break
		}
		n++
	}
	if n == 0 {
		return fail("%s: %s is not a number of base %d", name, brief(v), base)
	}
	u, err := strconv.ParseUint(s[:n], base, 64)
	width := n * map[int]int{2: 1, 16: 4}[base]
	switch {
	case err != nil || signed && u > math.MaxInt64:
		return fail("%s: %s has more than 64 bits", name, brief(v))
	case negative:
		return Int(-int64(u)), nil
	case !signed && width == bits && bits == 32:
		return Int(int64(int32(uint32(u)))), nil
	case !signed && width == 64:
		return Int(int64(u)), nil
	case u > math.MaxInt64:
		return fail("%s: %s has more than 64 bits", name, brief(v))
	}
	return Int(int64(u)), nil
}

// binToInt takes 32 or 64 digits for a number with a sign (the vendor's page of
// conversion functions).
func binToInt(_ *Library, a []Value) (Value, error) {
	return digitsToInt("BinToInt", a[0], a[0].Text(), 2, 32)
}

// hexToNumber takes 16 digits for a number with a sign.
func hexToNumber(_ *Library, a []Value) (Value, error) {
	s := strings.TrimSpace(a[0].Text())
	if len(s) > 2 && (s[:2] == "0x" || s[:2] == "0X") {
		s = s[2:]
	}
	return digitsToInt("HexToNumber", a[0], s, 16, 64)
}

// inBase prints a whole number; a negative one as 64 bits.
func inBase(base int) func(*Library, []Value) (Value, error) {
	return func(_ *Library, a []Value) (Value, error) {
		return Text(strings.ToUpper(strconv.FormatUint(uint64(whole(a[0])), base))), nil
	}
}

func charFromInt(_ *Library, a []Value) (Value, error) {
	n := a[0].Int()
	if n <= 0 || n > utf8.MaxRune || !utf8.ValidRune(rune(n)) {
		return Value{}, nil
	}
	return Text(string(rune(n))), nil
}

func charToInt(_ *Library, a []Value) (Value, error) {
	r, n := utf8.DecodeRuneInString(a[0].Text())
	if n == 0 {
		return Value{}, nil
	}
	return Int(int64(r)), nil
}

func toDegrees(x float64) float64 { return x * 180 / math.Pi }
func toRadians(x float64) float64 { return x * math.Pi / 180 }

// errorf names a function in an error that ends the evaluation.
func errorf(format string, args ...any) (Value, error) {
	return Value{}, fmt.Errorf(format, args...)
}
