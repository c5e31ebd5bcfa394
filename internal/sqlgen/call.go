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

func (e exprs) call(n *expr.Call) (value, error) {
	f, ok := calls[strings.ToLower(n.Name)]
	if !ok {
		return value{}, fmt.Errorf("function %s has no rendering", n.Name)
	}
	args, err := e.nodes(n.Args)
	if err != nil {
		return value{}, err
	}
	return f(e, n, args)
}

var calls = map[string]callFunc{
	"null": func(e exprs, n *expr.Call, a []value) (value, error) { return null().as(n.Type()), nil },
	"isnull": func(e exprs, n *expr.Call, a []value) (value, error) {
		return boolean("("+a[0].sql+" IS NULL)", true), nil
	},
	"abs": func(e exprs, n *expr.Call, a []value) (value, error) {
		return value{sql: "abs(" + a[0].double().sql + ")", typ: record.Double}, nil
	},
}
