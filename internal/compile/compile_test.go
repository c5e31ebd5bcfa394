package compile

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"kickoff/internal/compile/compiletest"
	"kickoff/internal/engine"
	"kickoff/internal/engine/plain"
	"kickoff/internal/tool"
	"kickoff/record"
	"kickoff/workflow"
)

var update = flag.Bool("update", false, "rewrite the results in testdata")

// TestCases compiles and runs each testdata/*.txtar on the plain engine. A case
// has the comment of the archive, and the sections
//
//	main.yxmd       the document; other files stand beside it
//	answers         a line NAME=VALUE each
//	policy          "strict": nothing outside the folder may be read
//
// and the results, which -update rewrites:
//
//	check           the tools with their states and schemas, and the diagnostics, without data
//	messages        what was reported while compiling with data
//	out ID ANCHOR   the records of each stream
//	error           why compiling or running with data failed
//
// Documents are written short: <T id="1" plugin="Sort" ...> is a Node.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			a := txtar.Parse(bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n")))
			var given []txtar.File
			want := make(map[string]string)
			for _, f := range a.Files {
				switch kind, _, _ := strings.Cut(f.Name, " "); kind {
				case "check", "messages", "out", "error":
					want[f.Name] = string(f.Data)
				default:
					given = append(given, f)
				}
			}
			names, got := runCase(t, given)
			if *update {
				a.Files = given
				for _, name := range names {
					a.Files = append(a.Files, txtar.File{Name: name, Data: []byte(got[name])})
				}
				if err := os.WriteFile(file, txtar.Format(a), 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("the result differs (-want +got):\n%s", d)
			}
		})
	}
}

func runCase(t *testing.T, files []txtar.File) (names []string, got map[string]string) {
	t.Helper()
	dir := t.TempDir()
	answers := make(map[string][]string)
	policy := tool.Policy{ReadAnywhere: true, MaxIterations: 1000}
	for _, f := range files {
		switch f.Name {
		case "answers":
			for _, line := range strings.Split(strings.TrimSpace(string(f.Data)), "\n") {
				name, value, _ := strings.Cut(line, "=")
				answers[name] = append(answers[name], value)
			}
			continue
		case "policy":
			policy.ReadAnywhere = false
			continue
		}
		data := f.Data
		if strings.HasPrefix(filepath.Ext(f.Name), ".yx") {
			data = long(t, data)
		}
		path := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	main := filepath.Join(dir, "main.yxmd")
	doc, err := workflow.ReadFile(main)
	if err != nil {
		t.Fatal(err)
	}
	got = make(map[string]string)
	put := func(name, text string) {
		if text == "" {
			return
		}
		names = append(names, name)
		got[name] = strings.ReplaceAll(text, dir, "DIR")
	}
	ctx := context.Background()
	session, err := plain.Engine{}.Open(ctx, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	var log strings.Builder
	o := Options{File: main, Answers: answers, Tools: tool.All(), Run: &tool.Run{
		OutDir: t.TempDir(), Now: time.Date(2024, 2, 29, 13, 14, 15, 0, time.UTC), Seed: 1, Policy: policy,
		Report: func(m engine.Message) { fmt.Fprintf(&log, "%d %s: %s\n", m.Status, m.Tool, m.Text) },
	}}
	checked := Check(ctx, doc, o)
	put("check", programText(checked))
	if len(checked.Diags) > 0 {
		put("messages", log.String())
		return names, got
	}
	log.Reset()
	o.Run.Session = session
	p, err := Compile(ctx, doc, o)
	if err == nil {
		err = session.Run(ctx, p.Sinks)
	}
	if err == nil {
		for _, s := range p.Streams {
			var text string
			if text, err = records(ctx, session, s); err != nil {
				break
			}
			put(fmt.Sprintf("out %d %s", s.Tool.ID, s.Anchor), text)
		}
	}
	put("messages", log.String())
	if err != nil {
		put("error", err.Error()+"\n")
	}
	return names, got
}

// programText writes a program as a case holds it.
func programText(p *Program) string {
	var b strings.Builder
	states := map[State]string{Compiled: "compiled", Pruned: "pruned", Refused: "refused", Unsure: "unsure"}
	for _, t := range p.Tools {
		fmt.Fprintf(&b, "%s: %s\n", t.Diag, states[t.State])
		for _, a := range t.Anchors {
			var fields []string
			for _, f := range t.Schemas[a] {
				fields = append(fields, f.Name+" "+describe(f))
			}
			guess := ""
			if t.Guessed {
				guess = " (cached)"
			}
			fmt.Fprintf(&b, "  %s: %s%s\n", a, strings.Join(fields, ", "), guess)
		}
	}
	for _, d := range p.Diags {
		fmt.Fprintf(&b, "%s %s\n", d.Code, d)
		if d.Hint != "" {
			fmt.Fprintf(&b, "  hint: %s\n", d.Hint)
		}
	}
	return b.String()
}

// records writes the records of a stream, a line each.
func records(ctx context.Context, s engine.Session, st Stream) (string, error) {
	r, err := s.Read(ctx, st.Node)
	if err != nil {
		return "", err
	}
	defer r.Close()
	all, err := record.ReadAll(ctx, r, 0)
	if err != nil {
		return "", err
	}
	b := &strings.Builder{}
	fmt.Fprintln(b, strings.Join(all.Schema.Names(), " | "))
	for row := range all.Len {
		for col := range all.Cols {
			if col > 0 {
				b.WriteString(" | ")
			}
			if all.Cols[col].IsNull(row) {
				b.WriteString("Null")
			} else {
				b.WriteString(text(all, row, col))
			}
		}
		b.WriteByte('\n')
	}
	return b.String(), nil
}

// long writes a short document out.
func long(t *testing.T, data []byte) []byte {
	t.Helper()
	e, err := workflow.ParseElement(data)
	if err != nil {
		t.Fatal(err)
	}
	return []byte(compiletest.Expand(e).XML())
}

// A run that is cancelled ends soon and says so.
func TestCancelled(t *testing.T) {
	doc, err := workflow.Parse(long(t, []byte(`<D><T id="1" tool="TextInput"><NumRows value="0"/><Fields><Field name="a"/></Fields><Data/></T></D>`)))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	p := Check(ctx, doc, Options{Tools: tool.All(), Run: &tool.Run{}})
	if len(p.Diags) == 0 || !errors.Is(p.Diags, context.Canceled) {
		t.Errorf("diagnostics %v", p.Diags)
	}
}
