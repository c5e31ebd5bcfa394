package tool

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/engine/plain"
	"kickoff/record"
	"kickoff/workflow"
)

var update = flag.Bool("update", false, "rewrite the results in testdata/tools")

// casesDir holds a folder for each tool, with a txtar file for each case:
//
//	config          the Configuration element
//	in ANCHOR       an input; several of one anchor as "in ANCHOR #1"
//	file NAME       a file in the workflow's folder
//	cached ANCHOR   the schema that the document holds for an output, a table without records
//	constant NAME   the value of [User.NAME]
//	allow HOST      a host that Download may reach
//
// and the results, which -update rewrites:
//
//	out ANCHOR      the records of an output
//	written NAME    a text file that was written
//	messages        what was reported
//	error           the diagnostic
const casesDir = "../../testdata/tools"

// folder is the name of a tool's folder.
func folder(t *Tool) string {
	return strings.NewReplacer(" ", "_", "%", "percent").Replace(strings.ToLower(t.Name))
}

func TestCases(t *testing.T) {
	for _, tool := range All() {
		files, err := filepath.Glob(filepath.Join(casesDir, folder(tool), "*.txtar"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			name := folder(tool) + "/" + strings.TrimSuffix(filepath.Base(file), ".txtar")
			t.Run(name, func(t *testing.T) {
				testCase(t, tool, file)
			})
		}
	}
}

// TestCaseFolders finds folders that belong to no tool, whose cases would never run.
func TestCaseFolders(t *testing.T) {
	dirs, err := os.ReadDir(casesDir)
	if err != nil {
		t.Fatal(err)
	}
	known := make(map[string]bool)
	for _, tool := range All() {
		known[folder(tool)] = true
	}
	for _, d := range dirs {
		if !known[d.Name()] {
			t.Errorf("no tool is called %q", d.Name())
		}
	}
}

func testCase(t *testing.T, tool *Tool, file string) {
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	// A checkout may have turned the line ends.
	archive := txtar.Parse(bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n")))
	got := runCase(t, plain.Engine{}, tool, archive)
	var kept []txtar.File
	want := make(map[string]string)
	for _, f := range archive.Files {
		switch kind, _, _ := strings.Cut(f.Name, " "); kind {
		case "out", "written", "messages", "error":
			want[f.Name] = string(f.Data)
		default:
			kept = append(kept, f)
		}
	}
	if *update {
		var names []string
		for name := range got {
			names = append(names, name)
		}
		sort.Strings(names)
		for _, name := range names {
			kept = append(kept, txtar.File{Name: name, Data: []byte(got[name])})
		}
		archive.Files = kept
		if err := os.WriteFile(file, txtar.Format(archive), 0o666); err != nil {
			t.Fatal(err)
		}
	} else if d := cmp.Diff(want, got); d != "" {
		t.Errorf("the result differs (-want +got):\n%s", d)
	}
}

// runCase runs a case on an engine and returns its results as sections.
func runCase(t *testing.T, e engine.Engine, tool *Tool, archive *txtar.Archive) map[string]string {
	t.Helper()
	ctx := context.Background()
	var messages strings.Builder
	report := func(m engine.Message) { fmt.Fprintf(&messages, "%d: %s\n", m.Status, m.Text) }
	session, err := e.Open(ctx, engine.Options{TempDir: t.TempDir(), Events: func(ev engine.Event) {
		if m, ok := ev.(*engine.Message); ok {
			report(*m)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	constants := make(map[string]string)
	run := &Run{
		Session: session, Dir: t.TempDir(), OutDir: t.TempDir(), Seed: 1,
		Now: time.Date(2024, 2, 29, 13, 14, 15, 0, time.UTC),
		Constant: func(namespace, name string) (string, bool, bool) {
			v, ok := constants[strings.ToLower(name)]
			return v, false, ok
		},
		Report: report,
		Policy: Policy{MaxCross: 1000, MaxIterations: 100},
	}
	c := &Context{Context: ctx, Tool: diag.Tool{ID: 7, Name: tool.Name}, Config: &workflow.Element{Name: "Configuration"},
		Inputs: make(map[string][]Input), Outputs: make(map[string]bool), Run: run}
	for _, a := range tool.Out {
		c.Outputs[a.Name] = true
	}
	for _, f := range archive.Files {
		kind, name, _ := strings.Cut(f.Name, " ")
		switch kind {
		case "config":
			if c.Config, err = workflow.ParseElement(f.Data); err != nil {
				t.Fatal(err)
			}
		case "in":
			v, err := parseTable(string(f.Data))
			if err != nil {
				t.Fatal(err)
			}
			anchor, connection := name, ""
			if i := strings.LastIndex(name, " #"); i >= 0 {
				anchor, connection = name[:i], name[i+1:]
			}
			c.Inputs[anchor] = append(c.Inputs[anchor], Input{Name: connection, Node: v})
		case "cached":
			v, err := parseTable(string(f.Data))
			if err != nil {
				t.Fatal(err)
			}
			if c.Cached == nil {
				c.Cached = make(map[string]record.Schema)
			}
			c.Cached[name] = v.Fields
		case "file":
			path := filepath.Join(run.Dir, filepath.FromSlash(name))
			if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, f.Data, 0o666); err != nil {
				t.Fatal(err)
			}
		case "allow":
			run.Policy.Download = append(run.Policy.Download, name)
		case "constant":
			constants[strings.ToLower(name)] = strings.TrimSpace(string(f.Data))
		}
	}
	got := make(map[string]string)
	if err := execute(c, tool, got); err != nil {
		var l diag.List
		for _, d := range append(l, diag.All(err)...) {
			got["error"] += fmt.Sprintf("%s: %s\n", d.Code, strings.ReplaceAll(d.Error(), run.Dir, "DIR"))
		}
	}
	if messages.Len() > 0 {
		got["messages"] = strings.ReplaceAll(messages.String(), run.Dir, "DIR")
	}
	filepath.WalkDir(run.OutDir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		rel, _ := filepath.Rel(run.OutDir, path)
		if bytes.IndexByte(data, 0) >= 0 {
			data = fmt.Appendf(nil, "%d bytes\n", len(data))
		}
		got["written "+filepath.ToSlash(rel)] = string(bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")))
		return nil
	})
	return got
}

// execute compiles the tool and computes all its outputs and sinks.
func execute(c *Context, tool *Tool, got map[string]string) error {
	outs, err := tool.Build(c)
	if err != nil {
		return err
	}
	for _, a := range tool.Out {
		n := outs[a.Name]
		if n == nil { // the tool sends its records another way
			continue
		}
		r, err := c.Run.Session.Read(c, n)
		if err != nil {
			return err
		}
		all, err := record.ReadAll(c, r, 0)
		if err := errors.Join(err, r.Close()); err != nil {
			return err
		}
		got["out "+a.Name] = printTable(all)
	}
	return c.Run.Session.Run(c, c.Run.Sinks)
}
