package tool

import (
	"context"

	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/eval"
	"kickoff/internal/plan"
	"kickoff/record"
)

// messageTool writes to the log of the run.
var messageTool = Tool{
	Name:    "Message",
	Plugins: []string{"AlteryxBasePluginsGui.Message.Message"},
	Entry:   "AlteryxMessage",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Writes a message for the first, the last or some records, and passes the records on.",
	Options: []Option{
		{Path: "When", Doc: "First: before the first record; Last: after the last one; All: after all downstream tools, which here is after the last record too; Filter: before records for which the condition is true"},
		{Path: "Filter", Doc: "the condition of Filter"},
		{Path: "Type", Doc: "Message, Warning, Error, or ErrorStop, which is an error that ends what needs the records"},
		{Path: "Priority", Doc: "has no effect on the result"},
		{Path: "Transient", Doc: "has no effect on the result"},
		{Path: "MessageExpression", Doc: "gives the text of the message"},
	},
	Compile: compileMessage,
}

// maxMessages bounds what one tool writes to the log.
const maxMessages = 1000

// messenger is a Message at work.
type messenger struct {
	c            *Context
	when, kind   string
	filter, text *eval.Program
}

func compileMessage(c *Context) (Outputs, error) {
	in := c.Input("Input")
	m := &messenger{c: c}
	var err error
	if m.when, err = c.choice("When", "First", "Last", "All", "Filter"); err != nil {
		return nil, err
	}
	if m.kind, err = c.choice("Type", "Message", "Warning", "Error", "ErrorStop"); err != nil {
		return nil, err
	}
	if m.when == "Filter" {
		if m.filter, err = c.compiled("Filter", in.Schema()); err != nil {
			return nil, err
		}
	}
	if m.text, err = c.compiled("MessageExpression", in.Schema()); err != nil {
		return nil, err
	}
	out := &plan.Apply{In: []plan.Node{in}, Fields: in.Schema(), Name: c.Tool.Name, Each: true,
		Run: func(ctx context.Context, in []record.Reader, w record.Writer) error { return m.run(ctx, in[0], w) }}
	if !c.Outputs["Output"] {
		c.Sink(out, discard)
	}
	return Outputs{"Output": out}, nil
}

// compiled reads an expression of the configuration for use in Go.
func (c *Context) compiled(option string, in record.Schema) (*eval.Program, error) {
	source, err := c.required(option)
	if err != nil {
		return nil, err
	}
	n, err := c.Expr(option, source, in)
	if err != nil {
		return nil, err
	}
	return c.program(option, source, n)
}

func (m *messenger) run(ctx context.Context, in record.Reader, w record.Writer) error {
	text := m.text.Frame()
	var filter *eval.Frame
	if m.filter != nil {
		filter = m.filter.Frame()
	}
	last := newEmitter(ctx, in.Schema(), nil)
	at, said := 0, 0
	say := func(b *record.Batch, row int) error {
		v, err := text.Eval(b, row)
		if err != nil {
			return err
		}
		if m.kind == "ErrorStop" {
			return m.c.Errorf(diag.Failed, "", "%s", v.Text())
		}
		if said++; said == maxMessages+1 {
			m.c.Warnf("there are more than %d messages; the others are left out", maxMessages)
		}
		if said <= maxMessages {
			status := map[string]engine.Status{"Message": engine.Info, "Warning": engine.Warning, "Error": engine.Error}[m.kind]
			m.c.Run.Report(engine.Message{Tool: m.c.Tool, Status: status, Text: v.Text()})
		}
		return nil
	}
	err := eachBatch(ctx, in, func(b *record.Batch) error {
		for row := range b.Len {
			at++
			wanted := m.when == "First" && at == 1
			if filter != nil {
				v, err := filter.Eval(b, row)
				if err != nil {
					return err
				}
				wanted = v.IsTrue()
			}
			if wanted {
				if err := say(b, row); err != nil {
					return err
				}
			}
		}
		if (m.when == "Last" || m.when == "All") && b.Len > 0 {
			last.batch.Reset()
			last.copies(b, b.Len-1, len(b.Cols))
			last.batch.Len = 1
		}
		return w.Write(ctx, b)
	})
	if err != nil || last.batch.Len == 0 {
		return err
	}
	return say(last.batch, 0)
}
