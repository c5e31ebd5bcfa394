package fn

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"kickoff/expr"
	"kickoff/record"
)

// names are the names of days (Sunday first) and months of a language, in full
// and short, as the Unicode CLDR has them.
type names struct {
	days, shortDays, months, shortMonths []string
	// whole: a name is read as it stands in the lists, since words have no end here.
	whole bool
}

// newNames takes lists with blanks between the names.
func newNames(days, shortDays, months, shortMonths string) *names {
	return &names{days: strings.Fields(days), shortDays: strings.Fields(shortDays), months: strings.Fields(months), shortMonths: strings.Fields(shortMonths)}
}

// newWholeNames is newNames for a script without blanks between words.
func newWholeNames(days, shortDays, months, shortMonths string) *names {
	n := newNames(days, shortDays, months, shortMonths)
	n.whole = true
	return n
}

var english = newNames(
	"Sunday Monday Tuesday Wednesday Thursday Friday Saturday",
	"Sun Mon Tue Wed Thu Fri Sat",
	"January February March April May June July August September October November December",
	"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
)

var german = newNames(
	"Sonntag Montag Dienstag Mittwoch Donnerstag Freitag Samstag",
	"So Mo Di Mi Do Fr Sa",
	"Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
	"Jan Feb Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez",
)

var french = newNames(
	"dimanche lundi mardi mercredi jeudi vendredi samedi",
	"dim. lun. mar. mer. jeu. ven. sam.",
	"janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
	"janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
)

var spanish = newNames(
	"domingo lunes martes miércoles jueves viernes sábado",
	"dom. lun. mar. mié. jue. vie. sáb.",
	"enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
	"ene. feb. mar. abr. may. jun. jul. ago. sep. oct. nov. dic.",
)

var italian = newNames(
	"domenica lunedì martedì mercoledì giovedì venerdì sabato",
	"dom lun mar mer gio ven sab",
	"gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
	"gen feb mar apr mag giu lug ago set ott nov dic",
)

var portuguese = newNames(
	"domingo segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado",
	"dom seg ter qua qui sex sáb",
	"janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
	"jan fev mar abr mai jun jul ago set out nov dez",
)

var japanese = newWholeNames(
	"日曜日 月曜日 火曜日 水曜日 木曜日 金曜日 土曜日",
	"日 月 火 水 木 金 土",
	"1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月",
	"1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月",
)

var chinese = newWholeNames( // simplified
	"星期日 星期一 星期二 星期三 星期四 星期五 星期六",
	"周日 周一 周二 周三 周四 周五 周六",
	"一月 二月 三月 四月 五月 六月 七月 八月 九月 十月 十一月 十二月",
	"1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月",
)

// languages are the names by the languages' own, in lower case.
var languages = map[string]*names{
	"": english, "english": english, "german": german, "deutsch": german, "french": french, "français": french,
	"spanish": spanish, "español": spanish, "italian": italian, "italiano": italian, "portuguese": portuguese, "português": portuguese,
	"japanese": japanese, "日本語": japanese, "chinese": chinese, "chinese simplified": chinese, "chinese (simplified)": chinese,
	"simplified chinese": chinese, "简体中文": chinese, "中文": chinese,
}

// language finds the names of a language; without one they are English.
func language(args []Value, i int) (*names, error) {
	if i >= len(args) || args[i].IsNull() {
		return english, nil
	}
	name := lower(strings.TrimSpace(args[i].Text()))
	if n := languages[name]; n != nil {
		return n, nil
	}
	return nil, &Conversion{Msg: fmt.Sprintf("the language %q is not known", name)}
}

// zoneArg loads the zone that an argument names, or returns the one of the machine.
func (l *Library) zoneArg(args []Value, i int) (*time.Location, error) {
	if i >= len(args) || args[i].IsNull() || strings.TrimSpace(args[i].Text()) == "" {
		return l.opt.Zone, nil
	}
	name := strings.TrimSpace(args[i].Text())
	zone, err := time.LoadLocation(name)
	if err != nil || strings.EqualFold(name, "local") {
		return nil, &Conversion{Msg: fmt.Sprintf("the time zone %q is not known", name)}
	}
	return zone, nil
}

// onClock is the moment at which the clock of a zone shows us.
func onClock(us int64, zone *time.Location) time.Time {
	t := time.UnixMicro(us).UTC()
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), zone)
}

func dateTimeFormat(l *Library, a []Value) (Value, error) {
	us, t, ok := moment(a[0])
	if a[0].IsNull() || a[1].IsNull() {
		return Value{}, nil
	}
	if !ok {
		return noDate("DateTimeFormat", a[0])
	}
	format := a[1].Text()
	if t == record.Time && expr.FormatType(format) != record.Time {
		return fail("DateTimeFormat: %s has no date for the format %q", brief(a[0]), format)
	}
	lang, err := language(a, 2)
	if err != nil {
		return Value{}, err
	}
	zone, err := l.zoneArg(a, 3)
	if err != nil {
		return Value{}, err
	}
	f := formatter{us: us, names: lang, zone: zone}
	f.format(format)
	return Text(f.String()), nil
}

// formatter writes one moment (formula reference, section 3.3, specifiers).
type formatter struct {
	strings.Builder
	us    int64
	names *names
	zone  *time.Location
}

// pad writes n with at least width characters.
func (f *formatter) pad(n int64, width int, with byte) {
	s := strconv.FormatInt(n, 10)
	for i := len(s); i < width; i++ {
		f.WriteByte(with)
	}
	f.WriteString(s)
}

func (f *formatter) format(format string) {
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			f.WriteByte(format[i])
			continue
		}
		i++
		if isDigit(format[i]) && format[i] != '0' {
			n := int(format[i] - '0')
			if i+1 < len(format) && n == 1 && format[i+1] <= '8' && isDigit(format[i+1]) {
				i++
				n = 10 + int(format[i]-'0')
			}
			f.WriteString(fraction(f.us, n))
			continue
		}
		f.specifier(format[i])
	}
}

// fraction prints n digits of the second's fraction.
func fraction(us int64, n int) string {
	s := fmt.Sprintf("%06d", mod(us, second))
	if n <= 6 {
		return s[:n]
	}
	return s + strings.Repeat("0", n-6)
}

func (f *formatter) specifier(c byte) {
	days := div(f.us, day)
	y, m, d := civil(days)
	h := hourOf(f.us)
	h12 := mod(h-1, 12) + 1
	jan1 := daysOf(y, 1, 1)
	switch c {
	case 'a':
		f.WriteString(f.names.shortDays[weekday(days)])
	case 'A':
		f.WriteString(f.names.days[weekday(days)])
	case 'b', 'h':
		f.WriteString(f.names.shortMonths[m-1])
	case 'B':
		f.WriteString(f.names.months[m-1])
	case 'c': // as in the C locale
		f.format("%a %b %e %H:%M:%S %Y")
	case 'C':
		f.pad(int64(y/100), 2, '0')
	case 'd':
		f.pad(int64(d), 2, '0')
	case 'D', 'x':
		f.format("%m/%d/%y")
	case 'e':
		f.pad(int64(d), 2, ' ')
	case 'H':
		f.pad(h, 2, '0')
	case 'I':
		f.pad(h12, 2, '0')
	case 'j':
		f.pad(days-jan1+1, 3, '0')
	case 'k':
		f.pad(h, 2, ' ')
	case 'm':
		f.pad(int64(m), 2, '0')
	case 'M':
		f.pad(minuteOf(f.us), 2, '0')
	case 'n':
		f.WriteByte('\n')
	case 'p':
		f.WriteString(map[bool]string{true: "PM", false: "AM"}[h >= 12])
	case 'P':
		f.WriteString(map[bool]string{true: "pm", false: "am"}[h >= 12])
	case 'S':
		f.pad(secondOf(f.us), 2, '0')
	case 't':
		f.WriteByte('\t')
	case 'T':
		f.format("%H:%M:%S")
	case 'u':
		f.pad(mod(weekday(days)-1, 7)+1, 1, '0')
	case 'U': // the week of the first Sunday is 1
		f.pad((days-jan1+7-weekday(days))/7, 2, '0')
	case 'w':
		f.pad(weekday(days), 1, '0')
	case 'W':
		f.pad((days-jan1+7-mod(weekday(days)-1, 7))/7, 2, '0')
	case 'X':
		f.format("%I:%M:%S %p")
	case 'y':
		f.pad(int64(y%100), 2, '0')
	case 'Y':
		f.pad(int64(y), 4, '0')
	case 'z':
		f.WriteString(onClock(f.us, f.zone).Format("-0700"))
	case 'Z':
		f.WriteString(onClock(f.us, f.zone).Format("MST"))
	case '%':
		f.WriteByte('%')
	default: // copied, as the formula reference leaves it open
		f.WriteByte('%')
		f.WriteByte(c)
	}
}

// dateTimeNow and the others give the time of the run.
func dateTimeNow(l *Library, a []Value) (Value, error) {
	zone, err := l.zoneArg(a, 0)
	if err != nil {
		return Value{}, err
	}
	us := wallClock(l.opt.Now.In(zone))
	return DateTime(us - mod(us, second)), nil
}

func dateTimeNowPrecise(l *Library, a []Value) (Value, error) {
	n := int(min(max(a[0].Int(), 0), 18))
	s := record.FormatDateTime(l.now - mod(l.now, second))
	if n > 0 {
		s += "." + fraction(l.now, n)
	}
	return Text(s), nil
}

func dateTimeToday(l *Library, _ []Value) (Value, error) { return Date(div(l.now, day)), nil }

func dateTimeFirstOfMonth(l *Library, _ []Value) (Value, error) {
	y, m, _ := civil(div(l.now, day))
	return DateTime(daysOf(y, m, 1) * day), nil
}

func dateTimeLastOfMonth(l *Library, _ []Value) (Value, error) {
	y, m, _ := civil(div(l.now, day))
	return DateTime(daysOf(y, m+1, 1)*day - second), nil
}

// dateTimeToLocal and dateTimeToUTC shift between UTC and a zone.
func dateTimeToLocal(l *Library, a []Value) (Value, error) {
	us, zone, err := l.zoned("DateTimeToLocal", a)
	if err != nil {
		return Value{}, err
	}
	return DateTime(wallClock(onClock(us, time.UTC).In(zone))), nil
}

func dateTimeToUTC(l *Library, a []Value) (Value, error) {
	us, zone, err := l.zoned("DateTimeToUTC", a)
	if err != nil {
		return Value{}, err
	}
	return DateTime(onClock(us, zone).UnixMicro()), nil
}

func (l *Library) zoned(name string, a []Value) (int64, *time.Location, error) {
	us, t, ok := moment(a[0])
	if !ok || t == record.Time {
		_, err := noDate(name, a[0])
		return 0, nil, err
	}
	zone, err := l.zoneArg(a, 1)
	return us, zone, err
}
