package expr

import "kickoff/record"

// Function is one row of the function table; help, documentation, the checker
// and the tests are derived from it.
type Function struct {
	Name     string // as documented, "DateTimeAdd"; calls ignore case
	Category string // "String", "Math", "DateTime", ...
	Args     string // for people: "s, start, [length]"
	Help     string // one line
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

// Example is an expression and what it gives, printed as in a csv file; Null is "Null".
type Example struct{ Expr, Result string }
