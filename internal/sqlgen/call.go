package sqlgen

import (
	"fmt"
	"strings"

	"kickoff/expr"
	"kickoff/record"
)

// callFunc renders one function of the language over its rendered arguments.
type callFunc func(e exprs, n *expr.Call, args []value) (value, error)

// condCall renders the calls of which Null, as a condition, may stand for false.
func (e exprs) condCall(n *expr.Call) (value, bool, error) {
	return value{}, false, nil
}

// call renders a function: as SQL where SQL says it exactly, else as a call of
// the Go function, with the number of the site that reports what goes wrong.
func (e exprs) call(n *expr.Call) (value, error) {
	args, err := e.nodes(n.Args)
	if err != nil {
		return value{}, err
	}
	if f, ok := calls[strings.ToLower(n.Name)]; ok {
		v, err := f(e, n, args)
		if err != nil || v.sql != "" {
			return v, err
		}
	}
	return e.inGo(n, args)
}

// inGo renders the call of a Go function. Decimals go in as doubles.
func (e exprs) inGo(n *expr.Call, args []value) (value, error) {
	t := n.Type()
	if t == record.Invalid {
		return null(), nil
	}
	if t.IsString() {
		t = record.VWString
	}
	if t.IsNumeric() && !t.IsInteger() {
		t = record.Double
	}
	if t.IsInteger() {
		t = record.Int64
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

// calls are the functions that SQL says. A rendering may leave its value empty
// where SQL does not say it for these arguments.
var calls = map[string]callFunc{
	"null": func(e exprs, n *expr.Call, a []value) (value, error) { return null().as(n.Type()), nil },
}
