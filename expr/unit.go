package expr

import (
	"fmt"
	"strconv"
	"strings"
)

// Unit is a unit of time: months (a year is twelve), days, or a part of a day.
type Unit struct {
	Months, Days int64
	// Micros is the length of units shorter than a day; PerMicro is how many of
	// the unit make a microsecond where it is shorter than one.
	Micros, PerMicro int64
}

// smallUnits are the units below a second: their symbol, their name, and their
// digits after the point.
var smallUnits = [...]struct {
	symbol, name string
	digits       int
}{
	{"ds", "deciseconds", 1}, {"cs", "centiseconds", 2}, {"ms", "milliseconds", 3}, {"us", "microseconds", 6},
	{"ns", "nanoseconds", 9}, {"ps", "picoseconds", 12}, {"fs", "femtoseconds", 15}, {"as", "attoseconds", 18},
}

// ParseUnit reads a unit as DateTimeAdd and DateTimeDiff take it, ignoring
// case: any abbreviation of years, months, days, hours, minutes, seconds,
// milliseconds, microseconds and so on of at least three letters; ds, cs, ms, us,
// ns, ps, fs, as; or "1" to "18", the digits after the second.
func ParseUnit(s string) (Unit, error) {
	u := strings.ToLower(strings.TrimSpace(s))
	abbreviates := func(word string) bool { return len(u) >= 3 && strings.HasPrefix(word, u) }
	const second = 1_000_000
	switch {
	case abbreviates("years"):
		return Unit{Months: 12}, nil
	case abbreviates("months"):
		return Unit{Months: 1}, nil
	case abbreviates("days"):
		return Unit{Days: 1}, nil
	case abbreviates("hours"):
		return Unit{Micros: 3600 * second}, nil
	case abbreviates("minutes"):
		return Unit{Micros: 60 * second}, nil
	case abbreviates("seconds"):
		return Unit{Micros: second}, nil
	}
	digits, err := strconv.Atoi(u)
	for _, small := range smallUnits {
		if u == small.symbol || abbreviates(small.name) {
			digits, err = small.digits, nil
		}
	}
	if err != nil || digits < 1 || digits > 18 {
		return Unit{}, fmt.Errorf("%q is no unit of time", s)
	}
	out := Unit{Micros: second}
	for ; digits > 0; digits-- {
		if out.Micros > 1 {
			out.Micros /= 10
		} else {
			out.Micros, out.PerMicro = 0, max(out.PerMicro, 1)*10
		}
	}
	return out, nil
}
