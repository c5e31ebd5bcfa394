package expr

import (
	"strings"

	"kickoff/record"
)

// dateTimeFunctions take and give dates as ISO text. What is no date gives Null
// and a conversion error.
var dateTimeFunctions = []Function{
	row("DateTimeAdd", "date dt, number i, text unit", addResult, "dt moved by i units (years, months, days, hours, minutes, seconds); a day that the month does not have becomes its last.",
		`DateTimeAdd("2016-01-30", 1, "month")`, `2016-02-29`, `DateTimeAdd("2016-03-30", -1, "month")`, `2016-02-29`,
		`DateTimeAdd("2016-02-29", 1, "month")`, `2016-03-29`, `DateTimeAdd("2016-01-01", 1, "hours")`, `2016-01-01 01:00:00`),
	row("DateTimeDay", "date dt", integer, "The day of the month.",
		`DateTimeDay("2017-03-24 11:43:23")`, `24`, `DateTimeDay(Null())`, `Null`),
	row("DateTimeDiff", "date a, date b, text unit", integer, "a minus b in whole units.",
		`DateTimeDiff("2016-02-15", "2016-01-15 00:00:01", "Months")`, `0`, `DateTimeDiff("2016-02-29", "2016-01-31", "Months")`, `1`,
		`DateTimeDiff("2016-02-15 23:59:59", "2016-02-14", "Days")`, `1`, `DateTimeDiff("2016-02-14", "2016-01-15", "Days")`, `30`),
	row("DateTimeFirstOfMonth", "", dateTime, "The first day of the current month, at midnight.",
		`DateTimeDay(DateTimeFirstOfMonth())`, `1`, `DateTimeHour(DateTimeFirstOfMonth())`, `0`),
	row("DateTimeFormat", "date dt, text format, [text language], [text zone]", text, "dt as text in a format of % specifiers.",
		`DateTimeFormat("2008-04-22", "%d-%m-%Y")`, `22-04-2008`, `DateTimeFormat("2008-04-22", "%A,%d %B,%Y")`, `Tuesday,22 April,2008`,
		`DateTimeFormat("2008-04-22", "%d-%b-%y")`, `22-Apr-08`),
	row("DateTimeHour", "date dt", integer, "The hour, 0 to 23.",
		`DateTimeHour("2017-03-24 11:43:23")`, `11`, `DateTimeHour("2017-03-24")`, `0`),
	row("DateTimeLastOfMonth", "", dateTime, "The last day of the current month, one second before midnight.",
		`DateTimeHour(DateTimeLastOfMonth())`, `23`, `DateTimeDay(DateTimeAdd(DateTimeLastOfMonth(), 1, "second"))`, `1`),
	row("DateTimeMinutes", "date dt", integer, "The minute, 0 to 59.",
		`DateTimeMinutes("2017-03-24 11:43:23")`, `43`, `DateTimeMinutes("2017-03-24")`, `0`),
	row("DateTimeMonth", "date dt", integer, "The month, 1 to 12.",
		`DateTimeMonth("2017-03-24 11:43:23")`, `3`, `DateTimeMonth("no date")`, `Null`),
	row("DateTimeNow", "[text zone]", dateTime, "The time at which the run started, to the second.",
		`Length(DateTimeNow())`, `19`, `DateTimeNow() = DateTimeNow()`, `True`),
	row("DateTimeNowPrecise", "number digits", text, "The time at which the run started, with that many digits after the second.",
		`Length(DateTimeNowPrecise(3))`, `23`, `Length(DateTimeNowPrecise(0))`, `19`),
	row("DateTimeParse", "text s, text format, [text language], [text zone]", parseResult, "The date that s holds in a format of % specifiers. Text behind it is passed over, with a message.",
		`DateTimeParse("2016/28-03", "%Y/%d-%m")`, `2016-03-28`, `DateTimeParse("28 Mar 2016 1:05 PM", "%d %b %Y %I:%M %p")`, `2016-03-28 13:05:00`,
		`DateTimeParse("2016-03-28T13:05:00.250Z", "%Y-%m-%dT%H:%M:%S")`, `2016-03-28 13:05:00`, `DateTimeParse("no date", "%Y")`, `Null`),
	row("DateTimeQuarter", "date dt, [number firstMonth]", integer, "The quarter, 1 to 4; firstMonth is the month in which the year starts.",
		`DateTimeQuarter("2017-03-24")`, `1`, `DateTimeQuarter("2017-03-24", 4)`, `4`),
	row("DateTimeSeconds", "date dt", integer, "The second, 0 to 59.",
		`DateTimeSeconds("2017-03-24 11:43:23")`, `23`, `DateTimeSeconds("11:43:24")`, `24`),
	row("DateTimeStart", "", dateTime, "The time at which the run started.",
		`Length(DateTimeStart())`, `19`, `DateTimeStart() = DateTimeNow()`, `True`),
	row("DateTimeToday", "", date, "The day on which the run started.",
		`Length(DateTimeToday())`, `10`, `DateTimeDiff(DateTimeAdd(DateTimeToday(), -1, "days"), DateTimeToday(), "days")`, `-1`),
	row("DateTimeToLocal", "date dt, [text zone]", dateTime, "A time in UTC as the time of a zone, or of this machine.",
		`DateTimeToLocal("2014-08-11 12:00:00", "America/New_York")`, `2014-08-11 08:00:00`, `DateTimeToLocal(Null())`, `Null`),
	row("DateTimeToUTC", "date dt, [text zone]", dateTime, "A time of a zone, or of this machine, as the time in UTC.",
		`DateTimeToUTC("2014-08-11 08:00:00", "America/New_York")`, `2014-08-11 12:00:00`, `DateTimeToUTC(Null())`, `Null`),
	row("DateTimeTrim", "date dt, text unit", trimResult, "dt cut to the start of its year, month (firstofmonth), day, hour or minute; lastofmonth is the month's last second.",
		`DateTimeTrim("2016-12-07 16:03:00", "year")`, `2016-01-01 00:00:00`, `DateTimeTrim("2016-12-07 16:03:00", "lastofmonth")`, `2016-12-31 23:59:59`),
	row("DateTimeWeekNum", "date dt, [number firstDay]", integer, "The week of the year; the week of January 1 is 1. firstDay is the day weeks start with, 1 Sunday to 7.",
		`DateTimeWeekNum("2021-01-01")`, `1`, `DateTimeWeekNum("2021-01-03")`, `2`),
	row("DateTimeWorkDays", "date a, date b, [number firstDay]", integer, "The days from a to b, both included, that are Monday to Friday; firstDay is the first of the five, 1 Sunday to 7.",
		`DateTimeWorkDays("2021-01-01", "2021-01-08")`, `6`, `DateTimeWorkDays("2021-01-02", "2021-01-03")`, `0`),
	row("DateTimeYear", "date dt", integer, "The year.",
		`DateTimeYear("2017-03-24 11:43:23")`, `2017`, `DateTimeYear(Null())`, `Null`),
	row("ToDate", "any x", date, "A text, a DateTime or an Excel day number as a Date.",
		`ToDate("2016-03-28 10:00:00")`, `2016-03-28`, `ToDate(42457)`, `2016-03-28`, `ToDate(Null())`, `Null`),
	row("ToDateTime", "any x", dateTime, "A text, a Date or an Excel day number as a DateTime.",
		`ToDateTime("2016-03-28")`, `2016-03-28 00:00:00`, `ToDateTime(42457.5)`, `2016-03-28 12:00:00`),
}

// dateType is the date type of a node: its own, or that of a literal in ISO
// form, or V_WString where only the value tells.
func dateType(n Node) record.Type {
	if t, ok := n.(*Text); ok {
		if d := LiteralDate(t.Value); d != record.Invalid {
			return d
		}
	}
	if n.Type().IsDate() {
		return n.Type()
	}
	return record.VWString
}

// literalText is the value of a text literal.
func literalText(n Node) (string, bool) {
	t, ok := n.(*Text)
	if !ok {
		return "", false
	}
	return t.Value, true
}

// addResult: a Date moved by days, months or years is a Date; by less, it
// becomes a DateTime. Where the unit or the date is known only from the data,
// so is the result, which is then text in ISO form.
func addResult(args []Node) (record.Type, error) {
	unit, known := literalText(args[2])
	if !known {
		return record.VWString, nil
	}
	u, err := ParseUnit(unit)
	if err != nil {
		return record.Invalid, errorf(args[2], "DateTimeAdd: %v", err)
	}
	if t := dateType(args[0]); t != record.Date || u.Months > 0 || u.Days > 0 {
		return t, nil
	}
	return record.DateTime, nil
}

// trimResult: a Date stays a Date where it is cut to a day or more.
func trimResult(args []Node) (record.Type, error) {
	t := dateType(args[0])
	unit, known := literalText(args[1])
	if !known || t != record.Date {
		return t, nil
	}
	switch strings.ToLower(unit) {
	case "lastofmonth", "hour", "hours", "minute", "minutes":
		return record.DateTime, nil
	}
	return record.Date, nil
}

// parseResult: the specifiers of a literal format tell what is parsed.
func parseResult(args []Node) (record.Type, error) {
	format, known := literalText(args[1])
	if !known {
		return record.VWString, nil
	}
	return FormatType(format), nil
}

// FormatType returns what DateTimeParse makes of a format: a Date where it has
// no part of the time of day, a Time where it has no part of the day, else a
// DateTime.
func FormatType(format string) record.Type {
	var day, clock bool
	for i := 0; i+1 < len(format); i++ {
		if format[i] != '%' {
			continue
		}
		i++
		switch format[i] {
		case 'H', 'I', 'k', 'M', 'S', 'p', 'P', 'T', 'X':
			clock = true
		case '%', '*', 'n', 't', 'z', 'Z':
		default:
			if isDigit(format[i]) {
				clock = true
			} else {
				day = true
			}
		}
	}
	switch {
	case day && clock:
		return record.DateTime
	case clock:
		return record.Time
	}
	return record.Date
}
