package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"kickoff/internal/compile"
	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/exec"
	"kickoff/internal/tool"
)

type checkOptions struct {
	answers  []string
	metaInfo bool
}

func newCheckCmd(a *app) *cobra.Command {
	var o checkOptions
	cmd := &cobra.Command{
		Use:   "check WORKFLOW",
		Short: "List what of a workflow file can be run here, tool by tool",
		Long: `Compile a workflow without running it, and list its tools: which run, which cannot
and why, and what to use instead. Input files are looked at for their fields.

Exit status 0: everything can be run.`,
		Example: `  kickoff check "Monthly Sales.yxmd"
  kickoff check "Sales Explorer.yxwz" --against-metainfo`,
		Args: args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error { return a.check(cmd.Context(), args[0], o) },
	}
	f := cmd.Flags()
	f.StringArrayVarP(&o.answers, "answer", "a", nil, "answer one question: `name=value`")
	f.BoolVar(&o.metaInfo, "against-metainfo", false, "compare the fields of each output with those that Designer has cached in the document")
	return cmd
}

// compiled compiles a workflow file without running it.
func (a *app) compiled(ctx context.Context, path string, pairs []string) (*compile.Program, error) {
	answers, err := a.readAnswers("", pairs)
	if err != nil {
		return nil, err
	}
	byName := make(map[string][]string)
	for _, x := range answers {
		byName[x.Name] = append(byName[x.Name], x.Value)
	}
	tmp, err := os.MkdirTemp("", "kickoff-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(tmp)
	doc, file, pkg, err := exec.Open(path, filepath.Join(tmp, "package"))
	if err != nil {
		return nil, err
	}
	run := &tool.Run{Package: pkg, OutDir: tmp, Now: a.Now(), Policy: tool.Policy{ReadAnywhere: true, Download: []string{"*"}, RunCommand: true},
		Report: func(m engine.Message) { a.printMessage(m) }}
	return compile.Check(ctx, doc, compile.Options{File: file, Answers: byName, Tools: tool.All(), Run: run}), nil
}

// checkedTool is a line of the list.
type checkedTool struct {
	ToolID int      `json:"toolId"`
	Path   []int    `json:"path,omitempty"`
	Tool   string   `json:"tool"`
	Plugin string   `json:"plugin"`
	State  string   `json:"state"` // runs, data, pruned, follows, refused
	Causes []string `json:"causes,omitempty"`
}

// checkedCause is a reason why tools cannot run, with how often it stands.
type checkedCause struct {
	Code    diag.Code `json:"code"`
	Text    string    `json:"text"`
	Instead string    `json:"instead,omitempty"`
	Count   int       `json:"count"`
	Tools   []string  `json:"tools"`
}

type checkResult struct {
	Runs     bool           `json:"runs"`
	Tools    []checkedTool  `json:"tools"`
	Causes   []checkedCause `json:"causes"`
	MetaInfo *metaInfo      `json:"metaInfo,omitempty"`
}

func (a *app) check(ctx context.Context, path string, o checkOptions) error {
	p, err := a.compiled(ctx, path, o.answers)
	if err != nil {
		return err
	}
	r := checkResult{Runs: len(p.Diags) == 0, Tools: checkedTools(p), Causes: checkedCauses(p.Diags)}
	if o.metaInfo {
		r.MetaInfo = againstMetaInfo(p)
	}
	if a.json {
		err = a.writeJSON(r)
	} else {
		err = a.printCheck(r)
	}
	if err == nil && !r.Runs {
		err = fmt.Errorf("%s cannot be run here", filepath.Base(path))
	}
	return err
}

func checkedTools(p *compile.Program) []checkedTool {
	byTool := make(map[string][]string)
	for _, d := range p.Diags {
		byTool[d.Tool.String()] = append(byTool[d.Tool.String()], cause(d))
	}
	list := []checkedTool{}
	for _, t := range p.Tools {
		c := checkedTool{ToolID: t.Diag.ID, Path: t.Diag.Path, Tool: t.Diag.Name, Plugin: t.Plugin, Causes: byTool[t.Diag.String()]}
		switch {
		case len(c.Causes) > 0:
			c.State = "refused"
		case t.State == compile.Refused:
			c.State = "follows"
		case t.State == compile.Pruned:
			c.State = "pruned"
		case t.State == compile.Unsure:
			c.State = "data"
		default:
			c.State = "runs"
		}
		list = append(list, c)
	}
	return list
}

// cause is a diagnostic without its tool.
func cause(d *diag.Diagnostic) string {
	c := *d
	c.Tool = diag.Tool{}
	return c.Error()
}

func checkedCauses(l diag.List) []checkedCause {
	list := []checkedCause{}
	at := make(map[string]int)
	for _, d := range l {
		text := cause(d)
		i, ok := at[text]
		if !ok {
			i = len(list)
			at[text] = i
			list = append(list, checkedCause{Code: d.Code, Text: text, Instead: d.Hint})
		}
		list[i].Count++
		list[i].Tools = append(list[i].Tools, d.Tool.String())
	}
	return list
}

func (a *app) printCheck(r checkResult) error {
	words := map[string]string{
		"runs": "runs", "data": "runs; its fields depend on the data", "pruned": "is left out: an input is not connected",
		"follows": "follows a tool that cannot run", "refused": "cannot run",
	}
	rows := [][]string{}
	for _, t := range r.Tools {
		d := diag.Tool{ID: t.ToolID, Name: t.Tool, Path: t.Path}
		rows = append(rows, []string{d.String(), words[t.State]})
	}
	if err := a.writeTable([]string{"TOOL", "HERE"}, rows); err != nil {
		return err
	}
	for _, c := range r.Causes {
		fmt.Fprintf(a.Out, "\n%d x %s\n  in %s\n", c.Count, c.Text, strings.Join(c.Tools, ", "))
		if c.Instead != "" {
			fmt.Fprintf(a.Out, "  instead: %s\n", c.Instead)
		}
	}
	if r.MetaInfo != nil {
		r.MetaInfo.print(a)
	}
	return nil
}

// metaInfo is the comparison with the schemas that the document has cached.
type metaInfo struct {
	Compared    int                  `json:"compared"`
	Same        int                  `json:"same"`
	Share       float64              `json:"share"` // Same of Compared, 0 to 1
	NotCompared int                  `json:"notCompared"`
	Differences []metaInfoDifference `json:"differences"`
}

type metaInfoDifference struct {
	ToolID int      `json:"toolId"`
	Tool   string   `json:"tool"`
	Anchor string   `json:"anchor"`
	Text   []string `json:"text"`
}

func againstMetaInfo(p *compile.Program) *metaInfo {
	c := p.AgainstMetaInfo()
	m := &metaInfo{Compared: c.Compared, Same: c.Same, NotCompared: c.Guessed, Differences: []metaInfoDifference{}}
	if c.Compared > 0 {
		m.Share = float64(c.Same) / float64(c.Compared)
	}
	for _, d := range c.Differences {
		m.Differences = append(m.Differences, metaInfoDifference{d.Tool.Diag.ID, d.Tool.Diag.Name, d.Anchor, d.Text})
	}
	return m
}

func (m *metaInfo) print(a *app) {
	fmt.Fprintf(a.Out, "\n%d of %d outputs (%.1f %%) have the fields that Designer cached", m.Same, m.Compared, 100*m.Share)
	if m.NotCompared > 0 {
		fmt.Fprintf(a.Out, "; %d depend on data and were not compared", m.NotCompared)
	}
	fmt.Fprintln(a.Out)
	for _, d := range m.Differences {
		fmt.Fprintf(a.Out, "tool %d (%s), %s\n", d.ToolID, d.Tool, d.Anchor)
		for _, line := range d.Text {
			fmt.Fprintf(a.Out, "  %s\n", line)
		}
	}
}
