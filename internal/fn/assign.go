package fn

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"kickoff/internal/spatial"
	"kickoff/record"
)

// Assign converts a value to the type and size of a field (formula reference,
// section 2, assignment conversion; the vendor's record library is its source).
// The error, if any, is a *Conversion: what cannot be converted is Null, and
// with a warning the value is as near as the field can hold.
func Assign(v Value, to record.Field) (Value, error) {
	switch {
	case v.IsNull():
		return v, nil
	case to.Type == record.Bool:
		return assignBool(v), nil
	case to.Type.IsInteger():
		return assignInt(v, to.Type)
	case to.Type == record.Double || to.Type == record.Float:
		return assignFloat(v, to.Type)
	case to.Type == record.FixedDecimal:
		return assignDecimal(v, to)
	case to.Type.IsString():
		return assignText(v, to)
	case to.Type.IsDate():
		return assignDate(v, to.Type)
	case v.t == to.Type:
		return v, nil
	case to.Type == record.SpatialObj && v.IsText():
		return assignSpatial(v)
	}
	return fail("a value of type %s cannot become a %s", v.t, to.Type)
}

// assignSpatial reads GeoJSON.
func assignSpatial(v Value) (Value, error) {
	if v.Text() == "" {
		return Value{}, nil
	}
	o, err := spatial.ParseGeoJSON(v.Text())
	if err != nil {
		return fail("%s is no spatial object: %v", brief(v), err)
	}
	return ofShape(o), nil
}

// fail returns Null and a conversion error.
func fail(format string, args ...any) (Value, error) {
	return Value{}, &Conversion{Msg: fmt.Sprintf(format, args...)}
}

// warn returns a conversion warning beside the value that stands.
func warn(v Value, format string, args ...any) (Value, error) {
	return v, &Conversion{Msg: fmt.Sprintf(format, args...), Warning: true}
}

// brief quotes the start of a value for a message.
func brief(v Value) string {
	s := v.Text()
	if len(s) > 60 {
		cut := 57
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut] + "..."
	}
	return strconv.Quote(s)
}

// assignBool: a number other than 0 is true, and so is text that starts with T
// or a digit other than 0.
func assignBool(v Value) Value {
	if v.IsNumber() {
		return Bool(v.IsTrue())
	}
	s := v.Text()
	return Bool(s != "" && (s[0] == 'T' || s[0] == 't' || s[0] >= '1' && s[0] <= '9'))
}

// IntRange is what an integer type holds.
func IntRange(t record.Type) (low, high int64) {
	switch t {
	case record.Byte:
		return 0, math.MaxUint8
	case record.Int16:
		return math.MinInt16, math.MaxInt16
	case record.Int32:
		return math.MinInt32, math.MaxInt32
	}
	return math.MinInt64, math.MaxInt64
}

// assignInt rounds numbers half away from zero and reads the digits that text
// starts with. A FixedDecimal is text in the vendor's record library, so it loses
// its decimals.
func assignInt(v Value, t record.Type) (Value, error) {
	low, high := IntRange(t)
	if v.IsText() {
		return textToInt(v, t, low, high)
	}
	if v.t == record.FixedDecimal {
		whole, frac, _ := strings.Cut(v.s, ".")
		if strings.Trim(frac, "0") != "" {
			whole = v.s
		}
		return textToInt(Text(whole), t, low, high)
	}
	i := int64(v.n)
	if !v.IsWhole() {
		f := roundAway(v.Float())
		if f != f || f < float64(low) || f > float64(high) || f >= math.MaxInt64 {
			return fail("%s is out of range for %s", v.Text(), t)
		}
		i = int64(f)
	}
	if i < low || i > high {
		return fail("%s is out of range for %s", v.Text(), t)
	}
	return Int(i), nil
}

func textToInt(v Value, t record.Type, low, high int64) (Value, error) {
	s := strings.Trim(v.Text(), whiteSpace)
	if s == "" {
		return Value{}, nil
	}
	n, base, digit := 0, 10, isDigit
	switch {
	case s[0] == '+' || s[0] == '-':
		n = 1
	case len(s) > 2 && s[0] == '0' && s[1]|0x20 == 'x':
		n, base, digit = 2, 16, isHex
	}
	first := n
	for n < len(s) && digit(s[n]) {
		n++
	}
	if n == first {
		return fail("%s is not a number", brief(v))
	}
	sign := ""
	if s[0] == '-' {
		sign = "-"
	}
	i, err := strconv.ParseInt(sign+s[first:n], base, 64)
	if err != nil || i < low || i > high {
		return fail("%s is out of range for %s", brief(v), t)
	}
	if n < len(s) {
		return warn(Int(i), "%s was not fully converted", brief(v))
	}
	return Int(i), nil
}

// assignFloat warns where an Int64 has more digits than the type holds.
func assignFloat(v Value, t record.Type) (Value, error) {
	if v.IsText() {
		if strings.TrimSpace(v.Text()) == "" {
			return Value{}, nil
		}
		f, rest, ok := ParseNumber(v.Text(), '.')
		if !ok {
			return fail("%s is not a number", brief(v))
		}
		if f = single(f, t); math.IsInf(f, 0) {
			return fail("%s is out of range for %s", brief(v), t)
		}
		if rest != "" {
			return warn(Float(f), "%s was not fully converted", brief(v))
		}
		return Float(f), nil
	}
	f := single(v.Float(), t)
	mantissa := int64(1) << 52
	if t == record.Float {
		mantissa = 1 << 23
	}
	if i := int64(v.n); v.t == record.Int64 && (i > mantissa || i < -mantissa) && toInt(f) != i {
		return warn(Float(f), "%d lost digits as %s", i, t)
	}
	return Float(f), nil
}

// single cuts a double to 32 bits for a Float.
func single(f float64, t record.Type) float64 {
	if t == record.Float {
		return float64(float32(f))
	}
	return f
}

// assignDecimal rounds what has too many decimals. Text must be a plain number: a
// sign, digits, a point with digits after it. The width counts sign and point.
func assignDecimal(v Value, to record.Field) (Value, error) {
	var s string
	cut := false
	switch {
	case v.IsText():
		t := v.Text()
		if t == "" {
			return Value{}, nil
		}
		if !plainNumber(t) {
			return fail("%s is not a FixedDecimal", brief(v))
		}
		s, cut = roundDecimals(t, to.Scale)
	case v.t == record.FixedDecimal:
		s, cut = roundDecimals(v.s, to.Scale)
	case v.IsWhole():
		s, _ = roundDecimals(intText(int64(v.n)), to.Scale)
	default:
		if f := v.Float(); f != f || math.IsInf(f, 0) {
			return fail("%s is not a number", v.Text())
		}
		s = FixedText(v.Float(), to.Scale)
	}
	if to.Size > 0 && len(s) > to.Size {
		return fail("%s is too long for FixedDecimal %d.%d", brief(v), to.Size, to.Scale)
	}
	if most, exact := DecimalDigits(to); exact && len(s) > most && len(s)-strings.Count(s, "-")-strings.Count(s, ".") > most {
		return fail("%s has more than %d digits", brief(v), most)
	}
	if cut {
		return warn(Decimal(s), "%s was rounded to %s", brief(v), s)
	}
	return Decimal(s), nil
}

// DecimalDigits returns how many digits the values of a FixedDecimal may have: as
// many as its size, which counts the point and the sign too, but no more than 38.
// Where 38 would not leave as many before the point as an Int64 has, it is not
// exact: a Double stands for the field.
func DecimalDigits(f record.Field) (digits int, exact bool) {
	const most, whole = 38, 19
	w, s := f.Size, f.Scale
	if w <= 0 {
		w, s = 19, 6
	}
	w = max(w, s+1)
	return min(w, most), w <= most || s <= most-whole
}

// plainNumber reports whether s is [+-]digits[.digits]; the digits before the
// point may be missing.
func plainNumber(s string) bool {
	s = strings.TrimLeft(s[:1], "+-") + s[1:]
	whole, frac, point := strings.Cut(s, ".")
	return (whole != "" || point) && (frac != "") == point && strings.Trim(whole+frac, "0123456789") == ""
}

// roundDecimals writes plain decimal text with exactly scale decimals, half away
// from zero, and reports whether digits other than 0 were lost.
func roundDecimals(s string, scale int) (string, bool) {
	s = strings.TrimPrefix(s, "+")
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	whole, frac, _ := strings.Cut(s, ".")
	if whole = strings.TrimLeft(whole, "0"); whole == "" {
		whole = "0"
	}
	lost := len(frac) > scale && strings.Trim(frac[scale:], "0") != ""
	if len(frac) > scale {
		up := frac[scale] >= '5'
		if frac = frac[:scale]; up {
			digits := increment(whole + frac)
			whole, frac = digits[:len(digits)-scale], digits[len(digits)-scale:]
		}
	}
	frac += strings.Repeat("0", scale-len(frac))
	if whole == "0" && strings.Trim(frac, "0") == "" {
		sign = ""
	}
	if scale > 0 {
		whole += "." + frac
	}
	return sign + whole, lost
}

// increment adds 1 to a number in digits.
func increment(digits string) string {
	nines := len(digits) - len(strings.TrimRight(digits, "9"))
	zeros := strings.Repeat("0", nines)
	if digits = digits[:len(digits)-nines]; digits == "" {
		return "1" + zeros
	}
	return digits[:len(digits)-1] + string(digits[len(digits)-1]+1) + zeros
}

// assignText cuts text to the size of the field; narrow fields hold Latin-1.
func assignText(v Value, to record.Field) (Value, error) {
	s := v.Text()
	narrow := false
	if !to.Type.IsWide() {
		s, narrow = latin1(s)
	}
	if to.Size > 0 && len(s) > to.Size {
		if n := cutRunes(s, to.Size); n < len(s) {
			return warn(Text(s[:n]), "%s was cut to %d characters", brief(v), to.Size)
		}
	}
	if narrow {
		return warn(Text(s), "%s has characters that %s does not hold", brief(v), to.Type)
	}
	return Text(s), nil
}

// cutRunes returns the length in bytes of the first n characters of s.
func cutRunes(s string, n int) int {
	for i := range s {
		if n == 0 {
			return i
		}
		n--
	}
	return len(s)
}

// latin1 puts ? for characters outside Latin-1.
func latin1(s string) (string, bool) {
	if strings.IndexFunc(s, func(r rune) bool { return r > 0xFF }) < 0 {
		return s, false
	}
	return strings.Map(func(r rune) rune {
		if r > 0xFF {
			return '?'
		}
		return r
	}, s), true
}

// assignDate cuts text to the width of the type and reads it; a Date becomes
// midnight as a DateTime. A double is a day number of 1899-12-30 on. The time of a
// DateTime goes into a Time.
func assignDate(v Value, t record.Type) (Value, error) {
	switch {
	case v.t == record.Double || v.t == record.FixedDecimal:
		if d, ok := fromSerial(v.Float()); ok {
			return dateAs(d, t), nil
		}
		return fail("%s is not a %s", v.Text(), t)
	case v.IsNumber():
		return fail("a %s cannot become a %s", v.t, t)
	case !v.IsText():
		return fail("a %s cannot become a %s", v.t, t)
	case v.t == record.Time && t != record.Time:
		return fail("%s is not a %s", brief(v), t)
	case v.t.IsDate():
		return dateAs(v, t), nil
	}
	s := strings.TrimSpace(v.s)
	if s == "" {
		return Value{}, nil
	}
	if width := record.FixedSize(t); t != record.DateTime && len(s) > width && !(t == record.Time && s[width] == '.') {
		if full, ok := ParseISO(s); ok && (full.t == record.DateTime) {
			return dateAs(full, t), nil
		}
		s = s[:width]
	}
	d, ok := ParseISO(s)
	if !ok && t == record.DateTime && len(s) > 19 {
		d, ok = ParseISO(s[:19])
	}
	if !ok || (d.t == record.Time) != (t == record.Time) {
		return fail("%s is not a %s", brief(v), t)
	}
	return dateAs(d, t), nil
}
