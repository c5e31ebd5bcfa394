package fn

import (
	"math"
	"time"

	"kickoff/expr"
	"kickoff/record"
)

// Microseconds of the units of time.
const (
	second = int64(1_000_000)
	minute = 60 * second
	hour   = 60 * minute
	day    = 24 * hour
)

// excelEpoch is 1899-12-30 in days since 1970-01-01.
const excelEpoch = -25569

// ParseISO reads YYYY-MM-DD, HH:MM:SS[.f] or both with a space or T between, in the
// years 1400 to 9999. Digits of a second beyond the sixth are dropped.
func ParseISO(s string) (Value, bool) {
	if len(s) >= 8 && s[2] == ':' {
		us, ok := parseClock(s)
		return Time(us), ok
	}
	if len(s) < 10 || expr.LiteralDate(s[:10]) != record.Date {
		return Value{}, false
	}
	days := daysOf(number(s[:4]), number(s[5:7]), number(s[8:10]))
	if len(s) == 10 {
		return Date(days), true
	}
	if s[10] != ' ' && s[10] != 'T' {
		return Value{}, false
	}
	us, ok := parseClock(s[11:])
	return DateTime(days*day + us), ok
}

// parseClock reads HH:MM:SS[.f] to the end of s.
func parseClock(s string) (int64, bool) {
	if len(s) < 8 || expr.LiteralDate(s[:8]) != record.Time {
		return 0, false
	}
	us := int64(number(s[:2]))*hour + int64(number(s[3:5]))*minute + int64(number(s[6:8]))*second
	if len(s) == 8 {
		return us, true
	}
	if s[8] != '.' || len(s) == 9 {
		return 0, false
	}
	unit := second
	for i := 9; i < len(s); i++ {
		if !isDigit(s[i]) {
			return 0, false
		}
		unit /= 10
		us += int64(s[i]-'0') * unit
	}
	return us, true
}

// number reads digits that are known to be digits.
func number(s string) int {
	n := 0
	for i := 0; i < len(s); i++ {
		n = n*10 + int(s[i]-'0')
	}
	return n
}

// daysOf returns the days since 1970-01-01; a day beyond the month runs on.
func daysOf(y, m, d int) int64 {
	return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC).Unix() / 86400
}

// civil returns year, month and day.
func civil(days int64) (y, m, d int) {
	t := time.Unix(days*86400, 0).UTC()
	return t.Year(), int(t.Month()), t.Day()
}

// monthDays is the length of a month.
func monthDays(y, m int) int { return time.Date(y, time.Month(m)+1, 0, 0, 0, 0, 0, time.UTC).Day() }

// wallClock is what the clock of t's zone shows, in microseconds since 1970.
func wallClock(t time.Time) int64 {
	_, offset := t.Zone()
	return t.UnixMicro() + int64(offset)*second
}

// The first and the last moment that a DateTime holds.
var (
	firstMoment = daysOf(1400, 1, 1) * day
	lastMoment  = daysOf(10000, 1, 1)*day - 1
)

// moment returns a date as microseconds since 1970 (a Time since midnight) and
// its type. Text must be in ISO form.
func moment(v Value) (us int64, t record.Type, ok bool) {
	if v.t.IsString() {
		if v, ok = ParseISO(v.s); !ok {
			return 0, record.Invalid, false
		}
	}
	switch v.t {
	case record.Date:
		return int64(v.n) * day, v.t, true
	case record.DateTime, record.Time:
		return int64(v.n), v.t, true
	}
	return 0, record.Invalid, false
}

// ofMoment is the value of a moment as type t, or false where it is beyond the
// years that dates have.
func ofMoment(us int64, t record.Type) (Value, bool) {
	switch {
	case t == record.Time:
		return Time(mod(us, day)), true
	case us < firstMoment || us > lastMoment:
		return Value{}, false
	case t == record.Date:
		return Date(div(us, day)), true
	}
	return DateTime(us), true
}

// dateAs converts a Date, DateTime or Time to another of these. A Date is the
// midnight that it starts with.
func dateAs(v Value, t record.Type) Value {
	us, _, _ := moment(v)
	out, _ := ofMoment(us, t)
	return out
}

// fromSerial reads the days since 1899-12-30 that Excel counts.
func fromSerial(x float64) (Value, bool) {
	if !(x >= 0 && x < 2958466) {
		return Value{}, false
	}
	whole, frac := math.Modf(x)
	return DateTime((int64(whole)+excelEpoch)*day + int64(math.Round(frac*86400))*second), true
}

// div and mod round down, so that moments before 1970 fall on their day.
func div(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func mod(a, b int64) int64 { return a - div(a, b)*b }

// noDate is the conversion error of a value that is no date.
func noDate(name string, v Value) (Value, error) {
	return fail("%s: %s is not a date or time", name, brief(v))
}

// datePart makes a function that returns part of a moment. Parts of the day are
// not there in a Time.
func datePart(name string, ofDay bool, part func(us int64) int64) func(*Library, []Value) (Value, error) {
	return func(_ *Library, a []Value) (Value, error) {
		us, t, ok := moment(a[0])
		if !ok || ofDay && t == record.Time {
			return noDate(name, a[0])
		}
		return Int(part(us)), nil
	}
}

func yearOf(us int64) int64   { y, _, _ := civil(div(us, day)); return int64(y) }
func monthOf(us int64) int64  { _, m, _ := civil(div(us, day)); return int64(m) }
func dayOf(us int64) int64    { _, _, d := civil(div(us, day)); return int64(d) }
func hourOf(us int64) int64   { return mod(us, day) / hour }
func minuteOf(us int64) int64 { return mod(us, hour) / minute }
func secondOf(us int64) int64 { return mod(us, minute) / second }

// dateTimeAdd moves a date by whole units. A month that is too short takes its
// last day.
func dateTimeAdd(_ *Library, a []Value) (Value, error) {
	us, t, ok := moment(a[0])
	if !ok {
		return noDate("DateTimeAdd", a[0])
	}
	u, err := expr.ParseUnit(a[2].Text())
	if err != nil {
		return fail("DateTimeAdd: %v", err)
	}
	i := math.Trunc(a[1].Float())
	if i != i || math.Abs(i) > 1e15 {
		return fail("DateTimeAdd: %s %s lead beyond the year 9999", a[1].Text(), a[2].Text())
	}
	switch {
	case t == record.Time && (u.Months > 0 || u.Days > 0):
		return fail("DateTimeAdd: %s has no %s", brief(a[0]), a[2].Text())
	case u.Months > 0:
		us, ok = addMonths(us, i*float64(u.Months))
	case u.Days > 0:
		us, ok = addMicros(us, i*float64(day))
	case u.PerMicro > 0:
		us, ok = addMicros(us, math.Trunc(i/float64(u.PerMicro)))
	default:
		us, ok = addMicros(us, i*float64(u.Micros))
	}
	if t == record.Date && u.Months == 0 && u.Days == 0 {
		t = record.DateTime
	}
	if ok {
		if v, ok := ofMoment(us, t); ok {
			return v, nil
		}
	}
	return fail("DateTimeAdd: the result is outside the years 1400 to 9999")
}

// addMicros adds within bounds that cannot overflow.
func addMicros(us int64, by float64) (int64, bool) {
	if math.Abs(by) > 4e17 {
		return 0, false
	}
	return us + int64(by), true
}

func addMonths(us int64, by float64) (int64, bool) {
	if math.Abs(by) > 12*9999 {
		return 0, false
	}
	y, m, d := civil(div(us, day))
	months := int64(y*12+m-1) + int64(by)
	y, m = int(div(months, 12)), int(mod(months, 12))+1
	return daysOf(y, m, min(d, monthDays(y, m)))*day + mod(us, day), true
}

// dateTimeDiff counts whole units from b to a. A month is complete when the day
// and time of b are reached, or the end of a month that has no such day.
func dateTimeDiff(_ *Library, a []Value) (Value, error) {
	to, t1, ok := moment(a[0])
	if !ok {
		return noDate("DateTimeDiff", a[0])
	}
	from, t2, ok := moment(a[1])
	if !ok {
		return noDate("DateTimeDiff", a[1])
	}
	u, err := expr.ParseUnit(a[2].Text())
	if err != nil {
		return fail("DateTimeDiff: %v", err)
	}
	if (t1 == record.Time) != (t2 == record.Time) || t1 == record.Time && u.Months > 0 {
		return fail("DateTimeDiff: %s and %s cannot be compared in %s", brief(a[0]), brief(a[1]), a[2].Text())
	}
	switch {
	case u.Months > 0:
		return Int(monthsBetween(from, to) / u.Months), nil
	case u.Days > 0:
		return Int((to - from) / day), nil
	case u.PerMicro > 0:
		if f := float64(to-from) * float64(u.PerMicro); math.Abs(f) < math.MaxInt64 {
			return Int((to - from) * u.PerMicro), nil
		}
		return fail("DateTimeDiff: too many %s", a[2].Text())
	}
	return Int((to - from) / u.Micros), nil
}

func monthsBetween(from, to int64) int64 {
	if from > to {
		return -monthsBetween(to, from)
	}
	fy, fm, fd := civil(div(from, day))
	ty, tm, td := civil(div(to, day))
	if td == monthDays(ty, tm) {
		fd = min(fd, td)
	}
	n := int64(ty-fy)*12 + int64(tm-fm)
	if td < fd || td == fd && mod(to, day) < mod(from, day) {
		n--
	}
	return n
}

// dateTimeTrim cuts a date to the start of a unit.
func dateTimeTrim(_ *Library, a []Value) (Value, error) {
	us, t, ok := moment(a[0])
	if !ok || t == record.Time {
		return noDate("DateTimeTrim", a[0])
	}
	y, m, d := civil(div(us, day))
	trimmed := t
	switch lower(a[1].Text()) {
	case "year", "years", "firstofyear":
		us = daysOf(y, 1, 1) * day
	case "month", "months", "firstofmonth":
		us = daysOf(y, m, 1) * day
	case "day", "days":
		us = daysOf(y, m, d) * day
	case "hour", "hours":
		us, trimmed = us-mod(us, hour), record.DateTime
	case "minute", "minutes":
		us, trimmed = us-mod(us, minute), record.DateTime
	case "lastofmonth":
		us, trimmed = daysOf(y, m+1, 1)*day-second, record.DateTime
	default:
		return fail("DateTimeTrim: %s is no unit of time", brief(a[1]))
	}
	v, _ := ofMoment(us, trimmed)
	return v, nil
}

// toDate and toDateTime read ISO text, dates and the day numbers of Excel.
func toDate(_ *Library, a []Value) (Value, error) { return asDate("ToDate", a[0], record.Date) }

func toDateTime(_ *Library, a []Value) (Value, error) {
	return asDate("ToDateTime", a[0], record.DateTime)
}

func asDate(name string, v Value, t record.Type) (Value, error) {
	d, ok := v, v.t.IsDate()
	switch {
	case v.IsNumber():
		d, ok = fromSerial(v.Float())
	case v.t.IsString():
		d, ok = ParseISO(v.s)
	}
	if !ok || d.t == record.Time {
		return noDate(name, v)
	}
	return dateAs(d, t), nil
}

// dateTimeQuarter: the year may start in another month than January.
func dateTimeQuarter(_ *Library, a []Value) (Value, error) {
	us, t, ok := moment(a[0])
	if !ok || t == record.Time {
		return noDate("DateTimeQuarter", a[0])
	}
	first := int64(1)
	if len(a) > 1 {
		first = a[1].Int()
	}
	return Int(mod(monthOf(us)-first, 12)/3 + 1), nil
}

// dateTimeWeekNum counts the weeks that start on a day, from the one that
// January 1 falls in (the formula reference leaves the detail open).
func dateTimeWeekNum(_ *Library, a []Value) (Value, error) {
	us, t, ok := moment(a[0])
	if !ok || t == record.Time {
		return noDate("DateTimeWeekNum", a[0])
	}
	start := int64(1)
	if len(a) > 1 {
		start = a[1].Int()
	}
	days := div(us, day)
	y, _, _ := civil(days)
	jan1 := daysOf(y, 1, 1)
	return Int((days-jan1+mod(weekday(jan1)+1-start, 7))/7 + 1), nil
}

// weekday is 0 for Sunday.
func weekday(days int64) int64 { return mod(days+4, 7) }

// dateTimeWorkDays counts the five working days of each week from a to b.
func dateTimeWorkDays(_ *Library, a []Value) (Value, error) {
	from, t1, ok1 := moment(a[0])
	to, t2, ok2 := moment(a[1])
	if !ok1 || t1 == record.Time {
		return noDate("DateTimeWorkDays", a[0])
	}
	if !ok2 || t2 == record.Time {
		return noDate("DateTimeWorkDays", a[1])
	}
	first := int64(2)
	if len(a) > 2 {
		first = a[2].Int()
	}
	lo, hi := div(from, day), div(to, day)
	sign := int64(1)
	if lo > hi {
		lo, hi, sign = hi, lo, -1
	}
	n := (hi - lo + 1) / 7 * 5
	for d := lo + (hi-lo+1)/7*7; d <= hi; d++ {
		if mod(weekday(d)+1-first, 7) < 5 {
			n++
		}
	}
	return Int(sign * n), nil
}
