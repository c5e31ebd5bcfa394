package sqlgen

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"kickoff/expr"
	"kickoff/internal/fn"
	"kickoff/record"
)

// textOf is a text made of another one, of at most as many characters.
func textOf(sql string, of value) value {
	return value{sql: sql, typ: record.VWString, size: of.size, latin: of.latin, notNull: of.notNull}
}

// same renders a function of one text that changes no length.
func same(name string) callFunc {
	return func(e exprs, n *expr.Call, a []value) (value, error) {
		s := a[0].text()
		v := textOf(name+"("+s.sql+")", s)
		// The upper case of a Latin-1 letter may lie outside Latin-1.
		v.latin = v.latin && name == "lower"
		if s.latin && s.simple() {
			v.wideIf = fmt.Sprintf("strlen(%s) <> length(%s)", s.sql, s.sql)
		}
		return v, nil
	}
}

// ignoresCase reads the flag that says so; ok is false where it is no literal.
func ignoresCase(a []value, i int) (ignore, ok bool) {
	if i >= len(a) || a[i].typ == record.Invalid {
		return true, true
	}
	if !a[i].lit {
		return false, false
	}
	if a[i].isText() {
		s := strings.TrimSpace(a[i].str)
		return s != "" && s != "0" && !strings.EqualFold(s, "false"), true
	}
	return a[i].num != 0, true
}

// search renders Contains and its kin. Null gives false.
func search(name string) callFunc {
	return func(e exprs, n *expr.Call, a []value) (value, error) {
		ignore, ok := ignoresCase(a, 2)
		if !ok {
			return value{}, nil
		}
		s, t := a[0].text(), a[1].text()
		if ignore {
			s.sql = "lower(" + s.sql + ")"
			if t.lit {
				t.sql = Text(strings.ToLower(t.str))
			} else {
				t.sql = "lower(" + t.sql + ")"
			}
		}
		v := boolean(fmt.Sprintf("%s(%s, %s)", name, s.sql, t.sql), s.notNull && t.notNull)
		v.falsy = true
		return v, nil
	}
}

func findString(e exprs, n *expr.Call, a []value) (value, error) {
	if !a[1].lit || !a[1].isText() || a[1].str == "" {
		return value{}, nil
	}
	s := a[0].text()
	sql := "(strpos(" + s.sql + ", " + a[1].sql + ") - 1)"
	if !s.notNull {
		sql = "(coalesce(strpos(" + s.sql + ", " + a[1].sql + "), 0) - 1)"
	}
	return value{sql: sql, typ: record.Int64, max: 1 << 32, notNull: true}, nil
}

// edge renders Left and Right for a literal number of characters.
func edge(name string) callFunc {
	return func(e exprs, n *expr.Call, a []value) (value, error) {
		c, ok := a[1].count()
		if !ok || c < 0 {
			return value{}, nil
		}
		s := a[0].text()
		v := textOf(fmt.Sprintf("%s(%s, %d)", name, s.sql, c), s)
		if v.size == 0 || v.size > int(c) {
			v.size = max(int(c), 1)
		}
		return v, nil
	}
}

// count is the value of a literal number, cut to a whole one.
func (v value) count() (int64, bool) {
	if !v.lit || v.isText() || v.typ == record.Invalid || v.typ.IsDate() || v.num > 1<<31 || v.num < -1<<31 {
		return 0, false
	}
	return int64(v.num), true
}

func length(e exprs, n *expr.Call, a []value) (value, error) {
	s := a[0].text()
	sql := "length(" + s.sql + ")"
	if !s.notNull {
		sql = "coalesce(" + sql + ", 0)"
	}
	return value{sql: sql, typ: record.Int64, max: 1 << 31, notNull: true}, nil
}

func pad(name string) callFunc {
	return func(e exprs, n *expr.Call, a []value) (value, error) {
		c, ok := a[1].count()
		if !ok || !a[2].lit || !a[2].isText() || a[2].str == "" || !a[0].simple() || c < 0 || c > 10000 {
			return value{}, nil
		}
		char, _ := utf8.DecodeRuneInString(a[2].str)
		s := a[0].text()
		v := textOf(fmt.Sprintf("CASE WHEN length(%s) >= %d THEN %s ELSE %s(%s, %d, %s) END", s.sql, c, s.sql, name, s.sql, c, Text(string(char))), s)
		v.latin = v.latin && char <= 0xff
		if v.size > 0 {
			v.size = max(v.size, int(c))
		}
		return v, nil
	}
}

// replace takes Null for an empty text.
func replace(e exprs, n *expr.Call, a []value) (value, error) {
	if !a[1].lit || !a[1].isText() || a[1].str == "" || !a[2].lit {
		return value{}, nil
	}
	s, r := a[0].text(), a[2].text()
	if r.typ == record.Invalid || a[2].typ == record.Invalid {
		r = textLiteral("")
	}
	if !s.notNull {
		s.sql = "coalesce(" + s.sql + ", '')"
	}
	v := textOf(fmt.Sprintf("replace(%s, %s, %s)", s.sql, a[1].sql, r.sql), s)
	v.notNull, v.latin = true, s.latin && r.latin
	if utf8.RuneCountInString(r.str) > utf8.RuneCountInString(a[1].str) {
		v.size = 0
	}
	return v, nil
}

func replaceChar(e exprs, n *expr.Call, a []value) (value, error) {
	if !a[1].lit || !a[1].isText() || !a[2].lit || !a[2].isText() || a[1].str == "" {
		return value{}, nil
	}
	s, to := a[0].text(), ""
	if c, w := utf8.DecodeRuneInString(a[2].str); w > 0 {
		to = strings.Repeat(string(c), utf8.RuneCountInString(a[1].str))
	}
	v := textOf(fmt.Sprintf("translate(%s, %s, %s)", s.sql, a[1].sql, Text(to)), s)
	v.latin = v.latin && a[2].latin
	return v, nil
}

func substring(e exprs, n *expr.Call, a []value) (value, error) {
	start, ok := a[1].count()
	if !ok || start < 0 {
		return value{}, nil
	}
	s := a[0].text()
	if len(a) == 2 {
		return textOf(fmt.Sprintf("substring(%s, %d)", s.sql, start+1), s), nil
	}
	c, ok := a[2].count()
	if !ok || c < 0 {
		return value{}, nil
	}
	v := textOf(fmt.Sprintf("substring(%s, %d, %d)", s.sql, start+1, c), s)
	if v.size == 0 || v.size > int(c) {
		v.size = max(int(c), 1)
	}
	return v, nil
}

// trim removes a set of characters, white space where none is given.
func trim(name string) callFunc {
	return func(e exprs, n *expr.Call, a []value) (value, error) {
		set := " \t\n\v\f\r"
		if len(a) > 1 && a[1].typ != record.Invalid {
			if !a[1].lit || !a[1].isText() {
				return value{}, nil
			}
			if a[1].str != "" {
				set = a[1].str
			}
		}
		s := a[0].text()
		return textOf(fmt.Sprintf("%s(%s, %s)", name, s.sql, Text(set)), s), nil
	}
}

// pattern is a literal pattern in RE2's syntax; empty where RE2 does not have it, or
// where it may match an empty text and the caller cannot do with that.
func pattern(a []value, flag int, empty bool) string {
	ignore, ok := ignoresCase(a, flag)
	if !ok || !a[1].lit || !a[1].isText() {
		return ""
	}
	re, mayBeEmpty, ok := fn.RE2(a[1].str, ignore)
	if !ok || mayBeEmpty && !empty {
		return ""
	}
	return Text(re)
}

func regexMatch(e exprs, n *expr.Call, a []value) (value, error) {
	re := pattern(a, 2, true)
	if re == "" {
		return value{}, nil
	}
	s := a[0].text()
	v := boolean("regexp_full_match("+s.sql+", "+re+")", s.notNull)
	v.falsy = true
	return v, nil
}

func regexCount(e exprs, n *expr.Call, a []value) (value, error) {
	re := pattern(a, 2, false)
	if re == "" {
		return value{}, nil
	}
	return value{sql: "coalesce(len(regexp_extract_all(" + a[0].text().sql + ", " + re + ")), 0)", typ: record.Int64, max: 1 << 32, notNull: true}, nil
}

// regexReplace is rendered for replacements that change no case and do not use the
// text around the match. A Null text is empty.
func regexReplace(e exprs, n *expr.Call, a []value) (value, error) {
	re := pattern(a, 3, false)
	if re == "" || !a[2].lit || !a[2].isText() {
		return value{}, nil
	}
	to, ok := fn.RE2Replacement(a[1].str, a[2].str)
	if !ok {
		return value{}, nil
	}
	s := a[0].text()
	if !s.notNull {
		s.sql = "coalesce(" + s.sql + ", '')"
	}
	v := value{sql: "regexp_replace(" + s.sql + ", " + re + ", " + Text(to) + ", 'g')", typ: record.VWString, latin: s.latin && a[2].latin, notNull: true}
	if to == a[2].str && utf8.RuneCountInString(to) <= 1 {
		v.size = s.size
	}
	return v, nil
}
