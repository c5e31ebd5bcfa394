package tool

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/eval"
	"kickoff/internal/plan"
	"kickoff/record"
)

// testTool checks what a stream should be like.
var testTool = Tool{
	Name:    "Test",
	Plugins: []string{"AlteryxBasePluginsGui.Test.Test"},
	Entry:   "AlteryxTest",
	In:      []Anchor{{Name: "Input", Multi: true}},
	Doc:     "Checks numbers of records, equal streams and conditions. A test that fails is an error of the run; the other tools go on.",
	Options: []Option{
		{Path: "Tests/Test/Name", Doc: "what the test is called in messages"},
		{Path: "Tests/Test/Connection", Doc: "the stream that is tested"},
		{Path: "Tests/Test/Type", Doc: "RecCountValue: it has Value records; RecCountMatch: as many as the stream Value; RecMatch: the same records as the stream Value; ExpAll and ExpFirst: the expression Value is true for all records or for the first"},
		{Path: "Tests/Test/Value", Doc: "a number, a stream or an expression"},
		{Path: "DontReportSubsequent", Doc: "True: only the first failure is reported"},
	},
	Compile: compileTest,
}

// check is one test: what it reads, and what it says if it fails.
type check struct {
	in  []plan.Node
	run func(ctx context.Context, in []record.Reader) (failure string, err error)
}

func compileTest(c *Context) (Outputs, error) {
	once, failed := c.Config.Bool("DontReportSubsequent", false), false
	for i, e := range c.Config.All("Tests/Test") {
		at := fmt.Sprintf("Tests/Test[%d]", i+1)
		name := e.String("Name")
		t, err := c.check(at, strings.TrimSpace(e.String("Connection")), strings.TrimSpace(e.String("Type")), e.String("Value"))
		if err != nil {
			return nil, err
		}
		if t == nil {
			continue
		}
		verdict := &plan.Apply{In: t.in, Fields: record.Schema{record.New("Failed", record.Bool, 0)}, Name: c.Tool.Name,
			Run: func(ctx context.Context, in []record.Reader, _ record.Writer) error {
				failure, err := t.run(ctx, in)
				if err != nil {
					return err
				}
				if failure != "" && !(once && failed) {
					failed = true
					c.Run.Report(engine.Message{Tool: c.Tool, Status: engine.Error, Text: fmt.Sprintf("the test %q failed: %s", name, failure)})
				}
				return nil
			}}
		c.Sink(verdict, discard)
	}
	return nil, nil
}

// stream is the input that a test means, or nil where nothing is connected.
func (c *Context) stream(name string) plan.Node {
	for _, in := range c.Inputs["Input"] {
		if strings.EqualFold(in.Name, name) {
			return in.Node
		}
	}
	if len(c.Inputs["Input"]) == 1 && name == "" {
		return c.Input("Input")
	}
	return nil
}

// check compiles a test. It is nil where its stream is not connected.
func (c *Context) check(at, connection, typ, value string) (*check, error) {
	in := c.stream(connection)
	if in == nil {
		c.Warnf("%s: nothing is connected as %s, so the test is not made", at, connection)
		return nil, nil
	}
	switch typ {
	case "RecCountValue":
		want, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
		if err != nil {
			return nil, c.Errorf(diag.BadConfig, at+"/Value", "%q is not a number of records", value)
		}
		return &check{in: []plan.Node{in}, run: func(ctx context.Context, in []record.Reader) (string, error) {
			n, err := countRecords(ctx, in[0])
			return unless(n == want, "there are %d records, not %d", n, want), err
		}}, nil
	case "RecCountMatch", "RecMatch":
		other := c.stream(strings.TrimSpace(value))
		if other == nil {
			return nil, c.Errorf(diag.BadConfig, at+"/Value", "no stream is called %q", value)
		}
		t := &check{in: []plan.Node{in, other}, run: sameCount}
		if typ == "RecMatch" {
			t.run = sameRecords
		}
		return t, nil
	case "ExpAll", "ExpFirst":
		n, err := c.Expr(at+"/Value", value, in.Schema())
		if err != nil {
			return nil, err
		}
		p, err := c.program(at+"/Value", value, n)
		if err != nil {
			return nil, err
		}
		return &check{in: []plan.Node{in}, run: func(ctx context.Context, in []record.Reader) (string, error) {
			return holds(ctx, p.Frame(), in[0], typ == "ExpFirst")
		}}, nil
	}
	return nil, c.unsupported(at+"/Type", typ)
}

func unless(ok bool, format string, args ...any) string {
	if ok {
		return ""
	}
	return fmt.Sprintf(format, args...)
}

func countRecords(ctx context.Context, r record.Reader) (int64, error) {
	var n int64
	err := eachBatch(ctx, r, func(b *record.Batch) error {
		n += int64(b.Len)
		return nil
	})
	return n, err
}

func sameCount(ctx context.Context, in []record.Reader) (string, error) {
	n, err := countRecords(ctx, in[0])
	if err != nil {
		return "", err
	}
	m, err := countRecords(ctx, in[1])
	return unless(n == m, "there are %d records in one stream and %d in the other", n, m), err
}

// sameRecords compares two streams record by record.
func sameRecords(ctx context.Context, in []record.Reader) (string, error) {
	if a, b := in[0].Schema().Names(), in[1].Schema().Names(); strings.Join(a, "\x00") != strings.Join(b, "\x00") {
		return fmt.Sprintf("the fields are %s in one stream and %s in the other", strings.Join(a, ", "), strings.Join(b, ", ")), nil
	}
	want, err := record.ReadAll(ctx, in[1], 0)
	if err != nil {
		return "", err
	}
	at, failure := 0, ""
	err = eachBatch(ctx, in[0], func(b *record.Batch) error {
		for row := range b.Len {
			for col := 0; failure == "" && at < want.Len && col < len(b.Cols); col++ {
				if x, y := eval.At(b, row, col), eval.At(want, at, col); x.IsNull() != y.IsNull() || x.Text() != y.Text() {
					failure = fmt.Sprintf("in record %d, %s is %q in one stream and %q in the other", at+1, b.Schema[col].Name, shorten(x.Text()), shorten(y.Text()))
				}
			}
			at++
		}
		return nil
	})
	if failure == "" && at != want.Len {
		failure = fmt.Sprintf("there are %d records in one stream and %d in the other", at, want.Len)
	}
	return failure, err
}

// holds evaluates a condition for all records, or for the first.
func holds(ctx context.Context, f *eval.Frame, r record.Reader, first bool) (string, error) {
	at, failure := 0, ""
	err := eachBatch(ctx, r, func(b *record.Batch) error {
		for row := range b.Len {
			at++
			if failure != "" || first && at > 1 {
				continue
			}
			v, err := f.Eval(b, row)
			if err != nil {
				return err
			}
			failure = unless(v.IsTrue(), "the condition is not true for record %d", at)
		}
		return nil
	})
	return failure, err
}

// discard opens a writer that keeps nothing.
func discard(context.Context) (record.Writer, error) { return nowhere{}, nil }

type nowhere struct{}

func (nowhere) Write(context.Context, *record.Batch) error { return nil }
func (nowhere) Close() error                               { return nil }
