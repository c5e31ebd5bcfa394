package format

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"kickoff/record"
)

// InferColumn returns the smallest type that holds every value of a column of
// text: what Text Input does to fields without a type and Auto Field to the
// fields that are selected. null may be shorter than values, as in a record.Column; a Null or empty value fits every
// type. The name of the field is left empty.
//
// Integers become Byte (0 to 255), Int16, Int32 or Int64; an integer with a
// leading zero or beyond Int64 is text. Other numbers of up to 15 significant
// digits become Double; YYYY-MM-DD
// becomes Date, with HH:MM:SS DateTime, HH:MM:SS alone Time; True and False
// Bool. Else it is text as long as the longest value: String or WString where
// most values are about as long, else V_String or V_WString; wide
// where a character is beyond Latin-1. A column without a value is V_WString of
// the greatest size.
func InferColumn(values []string, null []bool) record.Field {
	f := inference{all: allCandidates}
	for i, v := range values {
		if (i >= len(null) || !null[i]) && v != "" {
			f.add(v)
		}
	}
	return f.field()
}

// candidate is a set of the types that are still possible.
type candidate uint8

const (
	maybeInt candidate = 1 << iota
	maybeDouble
	maybeDate
	maybeDateTime
	maybeTime
	maybeBool
	allCandidates = maybeInt | maybeDouble | maybeDate | maybeDateTime | maybeTime | maybeBool
)

type inference struct {
	all    candidate
	lo, hi int64
	wide   bool
	n, sum int // values and their characters
	max    int
}

func (f *inference) add(v string) {
	n := utf8.RuneCountInString(v)
	f.n++
	f.sum += n
	f.max = max(f.max, n)
	if n != len(v) && !f.wide {
		for _, c := range v {
			f.wide = f.wide || c > 0xFF
		}
	}
	if f.all == 0 {
		return
	}
	f.all &= f.fits(v)
}

// fits returns the types that hold v.
func (f *inference) fits(v string) candidate {
	switch c := v[0]; {
	case c == '-' || c == '+' || c == '.':
		return f.number(v)
	case c >= '0' && c <= '9':
		var k candidate
		if len(v) == 8 && v[2] == ':' && f.all&maybeTime != 0 && isTime(v, "15:04:05") {
			k |= maybeTime
		}
		if len(v) == 10 && v[4] == '-' && f.all&maybeDate != 0 && isTime(v, "2006-01-02") {
			k |= maybeDate
		}
		if len(v) == 19 && v[4] == '-' && f.all&maybeDateTime != 0 && isTime(v, "2006-01-02 15:04:05") {
			k |= maybeDateTime
		}
		return k | f.number(v)
	case strings.EqualFold(v, "True") || strings.EqualFold(v, "False"):
		return maybeBool
	}
	return 0
}

func isTime(v, layout string) bool {
	t, err := time.Parse(layout, v)
	return err == nil && (t.Year() >= 1400 || layout[0] == '1') // the years that a Date holds
}

// number says whether v is an integer, another number, or text. A number that
// would not read back as it is written is text: 007, an integer beyond Int64, a
// decimal of more than 15 significant digits.
func (f *inference) number(v string) candidate {
	if f.all&(maybeInt|maybeDouble) == 0 {
		return 0
	}
	digits := strings.TrimPrefix(v, "-")
	plain := digits != ""
	for i := range len(digits) {
		plain = plain && digits[i] >= '0' && digits[i] <= '9'
	}
	if len(digits) > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9' {
		return 0
	}
	if plain {
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil {
			return 0
		}
		f.lo, f.hi = min(f.lo, n), max(f.hi, n)
		return maybeInt | maybeDouble
	}
	significant, mantissa := 0, true
	for i := range len(v) {
		// ParseFloat takes more than a number: inf, 0x1p-2, 1_000.
		c := v[i]
		switch {
		case c >= '0' && c <= '9':
			if mantissa && (c > '0' || significant > 0) {
				significant++
			}
		case c|0x20 == 'e':
			mantissa = false
		case c != '.' && c != '-' && c != '+':
			return 0
		}
	}
	if significant > 15 {
		return 0
	}
	if x, err := strconv.ParseFloat(v, 64); err != nil || math.IsInf(x, 0) || v[0] == '+' {
		return 0
	}
	return maybeDouble
}

func (f *inference) field() record.Field {
	if f.n == 0 {
		return record.New("", record.VWString, record.MaxVWString)
	}
	switch k := f.all; {
	case k&maybeInt != 0:
		return record.New("", integerType(f.lo, f.hi), 0)
	case k&maybeDouble != 0:
		return record.New("", record.Double, 0)
	case k&maybeDate != 0:
		return record.New("", record.Date, 0)
	case k&maybeDateTime != 0:
		return record.New("", record.DateTime, 0)
	case k&maybeTime != 0:
		return record.New("", record.Time, 0)
	case k&maybeBool != 0:
		return record.New("", record.Bool, 0)
	}
	// Fixed width is chosen where little room is lost by it. The border is not
	// documented; in cached schemas a mean loss of up to 5.4 characters is fixed, one from
	// 5.49 on is not, and nothing above 255 is.
	fixed := f.max <= 255 && float64(f.max)-float64(f.sum)/float64(f.n) < 5.45
	t := record.VString
	switch {
	case fixed && f.wide:
		t = record.WString
	case fixed:
		t = record.String
	case f.wide:
		t = record.VWString
	}
	return record.New("", t, f.max)
}

// integerType is the smallest integer type that holds lo to hi.
func integerType(lo, hi int64) record.Type {
	switch {
	case lo >= 0 && hi <= math.MaxUint8:
		return record.Byte
	case lo >= math.MinInt16 && hi <= math.MaxInt16:
		return record.Int16
	case lo >= math.MinInt32 && hi <= math.MaxInt32:
		return record.Int32
	}
	return record.Int64
}
