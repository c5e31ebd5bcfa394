package sqlgen

import (
	"fmt"
	"strings"

	"kickoff/expr"
	"kickoff/internal/fn"
	"kickoff/record"
)

// callFunc renders one function of the language over its rendered arguments.
type callFunc func(e exprs, n *expr.Call, args []value) (value, error)

// call renders a function: as SQL where SQL says it exactly, else as a call of
// the Go function, with the number of the site that reports what goes wrong.
func (e exprs) call(n *expr.Call) (value, error) {
	args, err := e.nodes(n.Args)
	if err != nil {
		return value{}, err
	}
	if v, ok := e.fold(n, args); ok {
		return v, nil
	}
	if f := e.r.calls[strings.ToLower(n.Name)]; f != nil {
		v, err := f(e, n, args)
		if err != nil || v.sql != "" {
			return v, err
		}
	}
	return e.inGo(n, args)
}

// fold computes a call of literals while rendering. What gives a conversion
// error is left to be computed, and reported, for each record.
func (e exprs) fold(n *expr.Call, args []value) (value, bool) {
	if e.r.opts.Library == nil || n.Func == nil || n.Func.Volatile || n.Name == "Message" || len(n.Args) > 16 {
		return value{}, false
	}
	in := make([]fn.Value, len(args))
	for i, a := range args {
		switch {
		case a.typ == record.Invalid && a.lit:
		case !a.lit:
			return value{}, false
		case a.isText():
			in[i] = fn.Text(a.str)
		case a.typ == record.Bool:
			in[i] = fn.Bool(a.num != 0)
		case a.typ == record.Int64:
			in[i] = fn.Int(int64(a.num))
		case a.typ == record.Double:
			in[i] = fn.Float(a.num)
		case a.typ.IsDate():
			d, ok := fn.ParseISO(a.str)
			if !ok {
				return value{}, false
			}
			in[i] = d
		default:
			return value{}, false
		}
	}
	f, ok := e.r.opts.Library.Lookup(n.Name)
	if !ok {
		return value{}, false
	}
	out, err := f.Call(in)
	if err != nil {
		return value{}, false
	}
	return constant(out, n.Type())
}

// constant is the literal of a value, in the type that Check found.
func constant(v fn.Value, t record.Type) (value, bool) {
	switch {
	case v.IsNull():
		if t == record.Invalid {
			return null(), true
		}
		return value{sql: "NULL::" + TypeOf(record.Field{Type: t}), typ: plainType(t)}, true
	case t == record.Bool:
		b := boolean(fmt.Sprint(v.IsTrue()), true)
		b.lit = true
		if v.IsTrue() {
			b.num = 1
		}
		return b, true
	case t.IsInteger() && v.IsWhole():
		return intLiteralValue(v.Int()), true
	case t.IsNumeric() && v.IsNumber():
		return numberLiteral(v.Float()), true
	case t.IsString() && !v.IsNumber():
		return textLiteral(v.Text()), true
	case t.IsDate() && v.Type() == t:
		sql, _ := Literal(v.Int(), record.Field{Type: t})
		return value{sql: sql, typ: t, notNull: true, lit: true, str: v.Text()}, true
	}
	return value{}, false
}

// plainType is the type in which expressions hold values of t.
func plainType(t record.Type) record.Type {
	switch {
	case t.IsString():
		return record.VWString
	case t.IsInteger():
		return record.Int64
	case t.IsNumeric():
		return record.Double
	}
	return t
}

// inGo renders the call of a Go function. Decimals go in as doubles.
func (e exprs) inGo(n *expr.Call, args []value) (value, error) {
	t := plainType(n.Type())
	if t == record.Invalid {
		return null(), nil
	}
	name := FunctionName(n.Name, t)
	if e.r.opts.Function != nil {
		var err error
		if name, err = e.r.opts.Function(n.Name, t); err != nil {
			return value{}, err
		}
	}
	site := 0
	if e.r.opts.Site != nil {
		site = e.r.opts.Site(e.r.site)
	}
	list := []string{fmt.Sprint(site)}
	for _, a := range args {
		if a.typ == record.FixedDecimal {
			a = a.double()
		}
		list = append(list, a.sql)
	}
	return value{sql: name + "(" + strings.Join(list, ", ") + ")", typ: t, max: intMax[t]}, nil
}

// FunctionName names a Go function in the database, one for each type of result.
func FunctionName(name string, result record.Type) string {
	name = "kickoff_" + strings.ToLower(name)
	if result.IsString() {
		return name
	}
	return name + "_" + strings.ToLower(result.String())
}

// callTable lists the functions that SQL says exactly. A rendering gives an empty
// value where SQL does not say it for these arguments, and the function in Go is
// called.
func callTable() map[string]callFunc {
	return map[string]callFunc{
		// Text.
		"contains":           search("contains"),
		"endswith":           search("ends_with"),
		"findstring":         findString,
		"left":               edge("left"),
		"length":             length,
		"lowercase":          same("lower"),
		"padleft":            pad("lpad"),
		"padright":           pad("rpad"),
		"regex_countmatches": regexCount,
		"regex_match":        regexMatch,
		"regex_replace":      regexReplace,
		"replace":            replace,
		"replacechar":        replaceChar,
		"right":              edge("right"),
		"startswith":         search("starts_with"),
		"substring":          substring,
		"trim":               trim("trim"),
		"trimleft":           trim("ltrim"),
		"trimright":          trim("rtrim"),
		"uppercase":          same("upper"),

		// Conversion, choice and tests.
		"coalesce":     coalesce,
		"equalstrings": equalStrings,
		"iif":          iif,
		"isempty":      isEmpty,
		"isnull":       isNull,
		"isnumber":     isKind(expr.KindNumber),
		"isstring":     isKind(expr.KindText),
		"null":         nullCall,
		"switch":       switchCall,
		"todate":       toDate(record.Date),
		"todatetime":   toDate(record.DateTime),
		"tonumber":     toNumber,
		"tostring":     toString,

		// Numbers.
		"abs":     abs,
		"bound":   bound,
		"ceil":    wholeNumber("ceil"),
		"floor":   wholeNumber("floor"),
		"max":     extreme("greatest"),
		"min":     extreme("least"),
		"mod":     mod,
		"round":   round,
		"sqrt":    sqrt,
		"average": average,

		// Dates.
		"datetimeday":     datePart("day", true),
		"datetimehour":    datePart("hour", false),
		"datetimeminutes": datePart("minute", false),
		"datetimemonth":   datePart("month", true),
		"datetimeseconds": datePart("second", false),
		"datetimeyear":    datePart("year", true),
		"datetimeadd":     dateTimeAdd,
		"datetimediff":    dateTimeDiff,
	}
}
