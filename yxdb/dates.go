package yxdb

import "fmt"

// parseDate reads YYYY-MM-DD as days since 1970-01-01.
func parseDate(b []byte) (int64, bool) {
	if len(b) != 10 || b[4] != '-' || b[7] != '-' {
		return 0, false
	}
	y, ok1 := digits(b[0:4])
	m, ok2 := digits(b[5:7])
	d, ok3 := digits(b[8:10])
	if !ok1 || !ok2 || !ok3 || m < 1 || m > 12 || d < 1 || d > monthDays(y, m) {
		return 0, false
	}
	return civilDays(y, m, d), true
}

// parseTime reads HH:MM:SS with an optional fraction as microseconds.
func parseTime(b []byte) (int64, bool) {
	if len(b) < 8 || b[2] != ':' || b[5] != ':' {
		return 0, false
	}
	h, ok1 := digits(b[0:2])
	m, ok2 := digits(b[3:5])
	s, ok3 := digits(b[6:8])
	if !ok1 || !ok2 || !ok3 || h > 23 || m > 59 || s > 59 {
		return 0, false
	}
	us := (h*3600 + m*60 + s) * 1_000_000
	if len(b) > 8 {
		unit := int64(100_000)
		if b[8] != '.' {
			return 0, false
		}
		for _, c := range b[9:] {
			if c < '0' || c > '9' {
				return 0, false
			}
			us += int64(c-'0') * unit
			unit /= 10
		}
	}
	return us, true
}

// parseDateTime reads a date, a blank and a time as microseconds since 1970.
func parseDateTime(b []byte) (int64, bool) {
	if len(b) < 19 || b[10] != ' ' && b[10] != 'T' {
		return 0, false
	}
	d, ok1 := parseDate(b[:10])
	t, ok2 := parseTime(b[11:])
	return d*86400_000_000 + t, ok1 && ok2
}

func digits(b []byte) (n int64, ok bool) {
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, true
}

func monthDays(y, m int64) int64 {
	switch {
	case m == 2 && (y%4 == 0 && y%100 != 0 || y%400 == 0):
		return 29
	case m == 2:
		return 28
	case m == 4 || m == 6 || m == 9 || m == 11:
		return 30
	}
	return 31
}

// civilDays counts days since 1970-01-01 in the Gregorian calendar, years from 0
// (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms").
func civilDays(y, m, d int64) int64 {
	if m <= 2 {
		y--
		m += 12
	}
	return 365*y + y/4 - y/100 + y/400 + (153*(m-3)+2)/5 + d - 1 - 719468
}

func errDate(b []byte) error { return fmt.Errorf("%w: %q is no date or time", ErrCorrupt, b) }
