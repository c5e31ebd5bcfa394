package expr

import (
	"errors"
	"time"

	"kickoff/record"
)

// Env is what names in an expression mean.
type Env struct {
	Schema record.Schema
	// Rows is how far [Row±n:x] may reach; 0 forbids it.
	Rows int
	// CurrentField is the position of the field that [_CurrentField_] means
	// (Multi-Field Formula), or -1.. see CurrentName.
	CurrentField *int
	// CurrentName is the text that [_CurrentField_] means where it is a name
	// (Dynamic Rename); nil where it is not.
	CurrentName *string
	Constant    func(namespace, name string) (value string, numeric, ok bool)
	Now         time.Time
}

// Parse reads an expression.
func Parse(source string) (Node, error) { return nil, errors.New("the parser is being written") }

// Check resolves names, finds the type of every node and returns the tree with
// constants replaced.
func Check(n Node, env Env) (Node, error) { return nil, errors.New("the checker is being written") }
