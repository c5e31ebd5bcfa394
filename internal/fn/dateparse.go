package fn

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"kickoff/expr"
)

func dateTimeParse(l *Library, a []Value) (Value, error) {
	if a[0].IsNull() || a[1].IsNull() {
		return Value{}, nil
	}
	lang, err := language(a, 2)
	if err != nil {
		return Value{}, err
	}
	format := a[1].Text()
	p := dateParser{in: strings.TrimSpace(a[0].Text()), names: lang, lib: l, month: 1, day: 1}
	p.year, _, _ = civil(div(l.now, day))
	p.pivot = p.year
	us, err := p.parse(strings.TrimSpace(format))
	if err != nil {
		return fail("DateTimeParse: %s does not fit the format %q: %v", brief(a[0]), format, err)
	}
	v, ok := ofMoment(us, expr.FormatType(format))
	if !ok {
		return fail("DateTimeParse: %s is outside the years 1400 to 9999", brief(a[0]))
	}
	if rest := p.in[p.at:]; rest != "" {
		// Nothing documents what the product makes of it. Its messages are all of
		// text that a format does not fit, and formats had no fraction of a second for
		// years, while timestamps have them: so it stands, and is said.
		return warn(v, "DateTimeParse: %s is read by the format %q up to %s", brief(a[0]), format, brief(Text(rest)))
	}
	return v, nil
}

// dateParser reads a text by a format (formula reference, section 3.3,
// specifiers). A year that the format does not have is the current one.
type dateParser struct {
	in    string
	at    int
	names *names
	lib   *Library
	pivot int // the current year, for years of two digits

	year, month, day, yearDay   int
	hour, minute, second, micro int
	twelve, pm, am              bool
	point                       bool // the name before here stood with a point
	offset                      *int // seconds east of UTC
	zone                        *time.Location
}

func (p *dateParser) parse(format string) (int64, error) {
	for i := 0; i < len(format); i++ {
		c := format[i]
		point := p.point
		p.point = false
		switch {
		case c == '.' && point: // of "%b.", and read with the name
		case c == '%' && i+1 < len(format):
			i++
			width := 0
			if isDigit(format[i]) && format[i] != '0' {
				width = int(format[i] - '0')
				if width == 1 && i+1 < len(format) && isDigit(format[i+1]) && format[i+1] <= '8' {
					i++
					width = 10 + int(format[i]-'0')
				}
			}
			if err := p.specifier(format[i], width, numericNext(format[i+1:])); err != nil {
				return 0, err
			}
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			p.spaces()
		case c == '/' || c == '-': // either stands for both
			if p.at == len(p.in) || (p.in[p.at] != '/' && p.in[p.at] != '-') {
				return 0, p.expected("/ or -")
			}
			p.at++
		default:
			if p.at == len(p.in) || p.in[p.at] != c {
				return 0, p.expected(fmt.Sprintf("%q", string(rune(c))))
			}
			p.at++
		}
	}
	if p.at > 0 && p.at < len(p.in) && isDigit(p.in[p.at-1]) && isDigit(p.in[p.at]) {
		// Text may follow a date; a number that the format takes a part of is another one.
		return 0, p.expected("the end of the number")
	}
	p.spaces()
	return p.moment()
}

// numericNext reports whether a specifier that reads digits follows at once;
// then years take exactly their digits: %y%m%d.
func numericNext(format string) bool {
	return len(format) > 1 && format[0] == '%' && (strings.IndexByte("dHIjmMSyYek", format[1]) >= 0 || isDigit(format[1]))
}

func (p *dateParser) expected(what string) error {
	if p.at >= len(p.in) {
		return fmt.Errorf("it ends where %s is expected", what)
	}
	r, _ := utf8.DecodeRuneInString(p.in[p.at:])
	return fmt.Errorf("%q stands where %s is expected", string(r), what)
}

func (p *dateParser) spaces() {
	for p.at < len(p.in) && (p.in[p.at] == ' ' || p.in[p.at] >= '\t' && p.in[p.at] <= '\r') {
		p.at++
	}
}

// digits reads from low to high digits.
func (p *dateParser) digits(low, high int, what string) (int, error) {
	n, v := 0, 0
	for n < high && p.at < len(p.in) && isDigit(p.in[p.at]) {
		v = v*10 + int(p.in[p.at]-'0')
		n++
		p.at++
	}
	if n < low {
		return 0, p.expected(what)
	}
	return v, nil
}

// between reads digits of a value within bounds; blanks may stand before it.
func (p *dateParser) between(to *int, width, low, high int, what string) error {
	p.spaces()
	v, err := p.digits(1, width, what)
	if err == nil && (v < low || v > high) {
		err = fmt.Errorf("%d is no %s", v, what)
	}
	*to = v
	return err
}

func (p *dateParser) specifier(c byte, width int, tight bool) error {
	if width > 0 {
		return p.fraction(width)
	}
	switch c {
	case 'a', 'A':
		_, err := p.name(p.names.days, p.names.shortDays, "a day of the week")
		return err
	case 'b', 'B', 'h':
		m, err := p.name(p.names.months, p.names.shortMonths, "a month")
		p.month = m + 1
		return err
	case 'd', 'e':
		return p.between(&p.day, 2, 1, 31, "day")
	case 'H', 'k':
		return p.between(&p.hour, 2, 0, 23, "hour")
	case 'I':
		p.twelve = true
		return p.between(&p.hour, 2, 1, 12, "hour of twelve")
	case 'j':
		return p.between(&p.yearDay, 3, 1, 366, "day of the year")
	case 'm':
		return p.between(&p.month, 2, 1, 12, "month")
	case 'M':
		return p.between(&p.minute, 2, 0, 59, "minute")
	case 'S':
		return p.between(&p.second, 2, 0, 59, "second")
	case 'n', 't':
		p.spaces()
		return nil
	case 'p', 'P':
		return p.half()
	case 'T':
		return p.all("%H:%M:%S")
	case 'X':
		return p.all("%I:%M:%S %p")
	case 'y', 'Y':
		return p.readYear(c, tight)
	case '*': // any character, as formats of the tool DateTime have it
		if p.at == len(p.in) {
			return p.expected("a character")
		}
		_, n := utf8.DecodeRuneInString(p.in[p.at:])
		p.at += n
		return nil
	case 'z':
		return p.utcOffset()
	case 'Z':
		return p.zoneName()
	case '%':
		if p.at == len(p.in) || p.in[p.at] != '%' {
			return p.expected("%")
		}
		p.at++
		return nil
	}
	return fmt.Errorf("%%%c cannot be read", c)
}

// all reads by a format within a format.
func (p *dateParser) all(format string) error {
	for i := 0; i < len(format); i++ {
		switch {
		case format[i] == '%':
			i++
			if err := p.specifier(format[i], 0, false); err != nil {
				return err
			}
		case format[i] == ' ':
			p.spaces()
		case p.at < len(p.in) && p.in[p.at] == format[i]:
			p.at++
		default:
			return p.expected(string(format[i]))
		}
	}
	return nil
}

// readYear reads four digits or two. Two mean the year from 66 before the
// current one to 33 after it.
func (p *dateParser) readYear(c byte, tight bool) error {
	p.spaces()
	start, width := p.at, 4
	if c == 'y' && tight {
		width = 2
	}
	y, err := p.digits(1, width, "a year")
	if err != nil {
		return err
	}
	switch p.at - start {
	case 4:
	case 1, 2:
		y += p.pivot / 100 * 100
		if y > p.pivot+33 {
			y -= 100
		} else if y < p.pivot-66 {
			y += 100
		}
	default:
		return fmt.Errorf("%d is no year of two or four digits", y)
	}
	p.year = y
	return nil
}

// fraction reads up to width digits of a second's fraction.
func (p *dateParser) fraction(width int) error {
	unit := 100_000
	start := p.at
	for ; p.at < len(p.in) && p.at-start < width && isDigit(p.in[p.at]); p.at++ {
		p.micro += int(p.in[p.at]-'0') * unit
		unit /= 10
	}
	if p.at == start {
		return p.expected("a fraction of a second")
	}
	return nil
}

// name reads a name of the list or an abbreviation of at least two letters,
// with or without a point, in any case. Where words have no end, it is the longest of
// the names in full and short that stands there.
func (p *dateParser) name(list, short []string, what string) (int, error) {
	p.spaces()
	if p.names.whole {
		at, length := -1, 0
		for _, names := range [][]string{list, short} {
			for i, name := range names {
				if len(name) > length && strings.HasPrefix(p.in[p.at:], name) {
					at, length = i, len(name)
				}
			}
		}
		if at < 0 {
			return 0, p.expected(what)
		}
		p.at += length
		return at, nil
	}
	end := p.at
	for end < len(p.in) {
		r, n := utf8.DecodeRuneInString(p.in[end:])
		if !unicode.IsLetter(r) {
			break
		}
		end += n
	}
	word := lower(p.in[p.at:end])
	for i, full := range list {
		if utf8.RuneCountInString(word) >= 2 && strings.HasPrefix(lower(full), word) && (len(word) > 2 || unique(list, word)) {
			p.at = end
			if p.at < len(p.in) && p.in[p.at] == '.' {
				p.at++
				p.point = true
			}
			return i, nil
		}
	}
	return 0, p.expected(what)
}

// unique reports whether word starts exactly one name of the list.
func unique(list []string, word string) bool {
	n := 0
	for _, full := range list {
		if strings.HasPrefix(lower(full), word) {
			n++
		}
	}
	return n == 1
}

// half reads AM or PM.
func (p *dateParser) half() error {
	p.spaces()
	rest := lower(strings.ReplaceAll(p.in[p.at:min(len(p.in), p.at+4)], ".", ""))
	switch {
	case strings.HasPrefix(rest, "am"):
		p.am = true
	case strings.HasPrefix(rest, "pm"):
		p.pm = true
	default:
		return p.expected("AM or PM")
	}
	for letters := 0; letters < 2; p.at++ {
		if p.in[p.at] != '.' {
			letters++
		}
	}
	if p.at < len(p.in) && p.in[p.at] == '.' {
		p.at++
	}
	return nil
}

// moment puts the parts together. A time with an offset or a zone becomes the
// time in UTC.
func (p *dateParser) moment() (int64, error) {
	if p.hour >= 12 && p.am && p.hour != 12 {
		return 0, fmt.Errorf("%d o'clock is not AM", p.hour)
	}
	switch {
	case p.pm && p.hour < 12:
		p.hour += 12
	case p.am && p.hour == 12:
		p.hour = 0
	}
	days := daysOf(p.year, 1, p.yearDay)
	if p.yearDay == 0 {
		if p.day > monthDays(p.year, p.month) {
			return 0, fmt.Errorf("%s %d has no day %d", english.months[p.month-1], p.year, p.day)
		}
		days = daysOf(p.year, p.month, p.day)
	}
	us := days*day + int64(p.hour)*hour + int64(p.minute)*minute + int64(p.second)*second + int64(p.micro)
	switch {
	case p.offset != nil:
		us -= int64(*p.offset) * second
	case p.zone != nil:
		us = onClock(us, p.zone).UnixMicro()
	}
	return us, nil
}
