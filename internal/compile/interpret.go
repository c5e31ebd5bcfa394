package compile

import (
	"kickoff/expr"
	"kickoff/internal/eval"
	"kickoff/internal/fn"
	"kickoff/record"
)

// constantText computes an expression without fields and writes its value as an
// option is written; Null is empty.
func (b *builder) constantText(n expr.Node) (string, error) {
	if b.lib == nil {
		b.lib = fn.New(fn.Options{Now: b.o.Run.Now, Seed: b.o.Run.Seed})
	}
	p, err := eval.Compile(n, b.lib)
	if err != nil {
		return "", err
	}
	v, err := p.Frame().EvalValues(nil)
	if err != nil || v.IsNull() {
		return "", err
	}
	v, err = fn.Assign(v, record.New("value", record.VWString, record.MaxVWString))
	if err != nil {
		return "", err
	}
	return v.Text(), nil
}
