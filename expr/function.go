package expr

import (
	"fmt"
	"strings"

	"kickoff/record"
)

// Function is one row of the function table; help, documentation, the checker
// and the tests are derived from it.
type Function struct {
	Name     string // as documented, "DateTimeAdd"; calls ignore case
	Category string // "String", "Math", "DateTime", ...
	Args     string // for people: "text s, number start, [number length]"
	Help     string // one line
	// Params are the arguments that Args says.
	Params []Param
	// MinArgs and MaxArgs bound the number of arguments; MaxArgs -1 is no bound.
	MinArgs, MaxArgs int
	// Result is the type of the result, given the types of the arguments.
	// It returns an error where an argument does not fit.
	Result func(args []Node) (record.Type, error)
	// Volatile functions give another value for each record: Rand, UuidCreate.
	Volatile bool
	// Examples are executed by the tests, in the interpreter and in SQL.
	Examples []Example
}

// Example is an expression and what it gives, printed as in a csv file; Null is
// "Null", and truth is "True" or "False".
type Example struct {
	Expr   string `json:"expression"`
	Result string `json:"result"`
}

// ParamKind says what an argument may be.
type ParamKind uint8

// The kinds of parameters. A Null() fits all of them.
const (
	NumberParam ParamKind = iota
	TextParam             // text; dates are text
	DateParam             // Date, DateTime, Time or text in ISO form
	AnyParam              // number, text or object
	FlagParam             // 0, 1, "true", "false"
	SameParam             // number or text, of the same kind as the other such arguments
	CondParam             // a condition
	ObjectParam           // a spatial object
)

// Param is one parameter of a function.
type Param struct {
	Name     string
	Kind     ParamKind
	Optional bool
	Repeat   bool // the last one: any number of further arguments of this kind
}

// paramKinds are the words that start a parameter in Args.
var paramKinds = map[string]ParamKind{
	"number": NumberParam, "text": TextParam, "date": DateParam, "any": AnyParam,
	"flag": FlagParam, "same": SameParam, "cond": CondParam,
	"object": ObjectParam,
}

// Param returns the parameter that argument i goes to.
func (f *Function) Param(i int) Param {
	return f.Params[min(i, len(f.Params)-1)]
}

// resultFunc gives the type of a call whose arguments fit the parameters.
type resultFunc func(args []Node) (record.Type, error)

// row makes a row of the table. args says the parameters as documented in
// Function.Args; examples are pairs of expression and result.
func row(name, args string, result resultFunc, help string, examples ...string) Function {
	f := Function{Name: name, Args: args, Help: help, MaxArgs: 0}
	for _, p := range strings.FieldsFunc(args, func(r rune) bool { return r == ',' }) {
		f.Params = append(f.Params, param(p))
	}
	f.MaxArgs = len(f.Params)
	for _, p := range f.Params {
		if p.Repeat {
			f.MaxArgs = -1
		}
		if !p.Optional {
			f.MinArgs++
		}
	}
	for i := 0; i+1 < len(examples); i += 2 {
		f.Examples = append(f.Examples, Example{examples[i], examples[i+1]})
	}
	f.Result = func(args []Node) (record.Type, error) {
		if err := f.fit(args); err != nil {
			return record.Invalid, err
		}
		return result(args)
	}
	return f
}

// param reads one parameter: "text s", "[number n]", "same v...".
func param(s string) Param {
	var p Param
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, "[") {
		s, p.Optional = strings.Trim(s, "[]"), true
	}
	kind, name, _ := strings.Cut(s, " ")
	p.Name, p.Repeat = strings.CutSuffix(name, "...")
	var known bool
	if p.Kind, known = paramKinds[kind]; !known || p.Name == "" {
		panic("expr: no parameter: " + s)
	}
	return p
}

// fit checks the arguments against the parameters and types the Null() among them.
func (f *Function) fit(args []Node) error {
	var same []Node
	for i, a := range args {
		p, k := f.Param(i), KindOf(a.Type())
		ok := true
		switch p.Kind {
		case NumberParam:
			ok = k == KindNumber || k == KindNull
			settle(a, record.Double)
		case TextParam, DateParam:
			ok = k == KindText || k == KindNull
			settle(a, record.VWString)
		case ObjectParam:
			ok = a.Type() == record.SpatialObj || k == KindNull
			settle(a, record.SpatialObj)
		case CondParam:
			if err := condition(f.Name, a); err != nil {
				return err
			}
		case SameParam:
			same = append(same, a)
		}
		if !ok {
			want := map[ParamKind]string{NumberParam: "a number", TextParam: "text", DateParam: "a date", ObjectParam: "a spatial object"}[p.Kind]
			return errorf(a, "%s takes %s as argument %d (%s), not %s (%s)", f.Name, want, i+1, p.Name, k, a.Type())
		}
	}
	_, err := oneKind(f.Name, same)
	return err
}

// arity says for people how many arguments the function takes.
func (f *Function) arity() string {
	switch {
	case f.MaxArgs < 0:
		return fmt.Sprintf("%d or more arguments", f.MinArgs)
	case f.MinArgs == f.MaxArgs && f.MinArgs == 1:
		return "1 argument"
	case f.MinArgs == f.MaxArgs:
		return fmt.Sprintf("%d arguments", f.MinArgs)
	}
	return fmt.Sprintf("%d to %d arguments", f.MinArgs, f.MaxArgs)
}

// gives is the result of a function that always returns t.
func gives(t record.Type) resultFunc {
	return func([]Node) (record.Type, error) { return t, nil }
}

// The usual results.
var (
	text     = gives(record.VWString)
	integer  = gives(record.Int64)
	double   = gives(record.Double)
	truth    = gives(record.Bool)
	date     = gives(record.Date)
	dateTime = gives(record.DateTime)
)

// doubleOf is double for a function whose arguments from position from on come in
// groups, such as a value and its date.
func doubleOf(from int, group ...string) resultFunc {
	return func(args []Node) (record.Type, error) {
		if n := (len(args) - from) % len(group); n != 0 {
			return record.Invalid, errorf(args[len(args)-1], "the last %s has no %s", group[n-1], group[n])
		}
		return record.Double, nil
	}
}

// likeArgs is the result of a function that returns one of its arguments from
// position from on.
func likeArgs(from int) resultFunc {
	return func(args []Node) (record.Type, error) {
		t, _ := commonOf(args[from:])
		return t, nil
	}
}
