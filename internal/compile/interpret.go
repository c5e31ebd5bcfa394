package compile

import (
	"errors"
	"strconv"

	"kickoff/expr"
)

// constantText computes an expression without fields.
func constantText(n expr.Node) (string, error) {
	switch n := n.(type) {
	case *expr.Text:
		return n.Value, nil
	case *expr.Number:
		return strconv.FormatFloat(n.Value, 'f', -1, 64), nil
	}
	return "", errors.New("expressions of actions are not computed yet")
}
