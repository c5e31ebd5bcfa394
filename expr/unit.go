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

// shortUnits are the units below a second, by their digits after the point.
var shortUnits = map[string]int{
	"ds": 1, "cs": 2, "ms": 3, "us": 6, "ns": 9, "ps": 12, "fs": 15, "as": 18,
}

// ParseUnit reads a unit as DateTimeAdd and DateTimeDiff take it, ignoring
// case: any abbreviation of years, months, days, hours, minutes or seconds of at
// least three letters; ds, cs, ms, us, ns, ps; or "1" to "18", the digits after the
// second.
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
	digits, ok := shortUnits[u]
	if !ok {
		var err error
		if digits, err = strconv.Atoi(u); err != nil || digits < 1 || digits > 18 {
			return Unit{}, fmt.Errorf("%q is no unit of time", s)
		}
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
