package tool

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kickoff/expr"
)

//go:generate go test -run Coverage -update .

// coverageFile is the page of the documentation that says what runs.
const coverageFile = "../../docs/engine-coverage.md"

// TestCoverage keeps the page in step with the tables of tools and functions.
func TestCoverage(t *testing.T) {
	got := coverage()
	if *update {
		if err := os.WriteFile(coverageFile, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(coverageFile)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(strings.ReplaceAll(string(want), "\r\n", "\n"), got); d != "" {
		t.Errorf("%s is not what the tables say; go test ./internal/tool -update (-file +tables):\n%s", filepath.Base(coverageFile), d)
	}
}

// coverage writes the page.
func coverage() string {
	var b strings.Builder
	b.WriteString("# What the engine runs\n\n")
	b.WriteString("This page is made from the tables of tools and functions by `go test ./internal/tool -update`.\n")
	b.WriteString("A tool, an option or a function that stands nowhere here does not run, and a workflow that\nholds it is told so before it starts. An option that has no effect on the result is listed as such.\n\n")
	b.WriteString("## Tools\n\n")
	for _, tool := range All() {
		fmt.Fprintf(&b, "### %s\n\n%s\n\n", tool.Name, tool.Doc)
		if tool.Differs != "" {
			fmt.Fprintf(&b, "Runs with a difference: %s\n\n", tool.Differs)
		}
		var known []string
		for _, p := range tool.Plugins {
			known = append(known, "`"+p+"`")
		}
		for _, m := range tool.Macros {
			known = append(known, "the macro `"+m+"`")
		}
		fmt.Fprintf(&b, "Known by: %s.", strings.Join(known, ", "))
		for _, side := range []struct {
			name    string
			anchors []Anchor
		}{{"Inputs", tool.In}, {"Outputs", tool.Out}} {
			if len(side.anchors) == 0 {
				continue
			}
			fmt.Fprintf(&b, " %s: %s.", side.name, anchorNames(side.anchors))
		}
		b.WriteString("\n\n")
		if len(tool.Options) == 0 {
			continue
		}
		b.WriteString("| option | meaning | not yet |\n|---|---|---|\n")
		for _, o := range tool.Options {
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", o.Path, cellText(o.Doc), cellText(o.NotYet))
		}
		b.WriteString("\n")
	}
	b.WriteString("## Functions\n\n| function | what it gives |\n|---|---|\n")
	for _, f := range expr.Functions() {
		fmt.Fprintf(&b, "| `%s(%s)` | %s |\n", f.Name, cellText(f.Args), cellText(f.Help))
	}
	return b.String()
}

func anchorNames(anchors []Anchor) string {
	names := make([]string, len(anchors))
	for i, a := range anchors {
		names[i] = a.Name
		switch {
		case a.Multi:
			names[i] += " (several)"
		case a.Optional:
			names[i] += " (optional)"
		}
	}
	return strings.Join(names, ", ")
}

// cellText keeps a text within its cell of a table.
func cellText(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

// TestTables checks what the pages and the checks are derived from.
func TestTables(t *testing.T) {
	last := ""
	plugins := make(map[string]string)
	for _, tool := range All() {
		if strings.ToLower(tool.Name) < last {
			t.Errorf("%s does not stand in the order of the alphabet", tool.Name)
		}
		last = strings.ToLower(tool.Name)
		if tool.Doc == "" || tool.Compile == nil {
			t.Errorf("%s lacks its documentation or Compile", tool.Name)
		}
		for _, id := range append(append([]string(nil), tool.Plugins...), tool.Macros...) {
			if other := plugins[strings.ToLower(id)]; other != "" {
				t.Errorf("%s is known as %s and as %s", id, other, tool.Name)
			}
			plugins[strings.ToLower(id)] = tool.Name
		}
		for _, o := range tool.Options {
			if o.Doc == "" {
				t.Errorf("%s: the option %s has no documentation", tool.Name, o.Path)
			}
		}
	}
}

// TestEveryToolHasCases: three at least, and one of them of an error.
func TestEveryToolHasCases(t *testing.T) {
	for _, tool := range All() {
		files, err := filepath.Glob(filepath.Join(casesDir, folder(tool), "*.txtar"))
		if err != nil {
			t.Fatal(err)
		}
		failing := 0
		for _, file := range files {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(src), "-- error --") || strings.Contains(string(src), "\n3: ") {
				failing++
			}
		}
		if len(files) < 3 || failing == 0 {
			t.Errorf("%s has %d cases, %d of them of an error; three and one are the least", tool.Name, len(files), failing)
		}
	}
}
