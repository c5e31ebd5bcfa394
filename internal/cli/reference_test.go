package cli

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

//go:generate go test -run ^TestGeneratedReference$ -update .

var update = flag.Bool("update", false, "rewrite generated files and goldens")

// docs/cli.md is made from the commands themselves.
func TestGeneratedReference(t *testing.T) {
	var b bytes.Buffer
	b.WriteString("# Command line\n\n<!-- Generated from the commands by go generate ./internal/cli; do not edit. -->\n\n")
	b.WriteString("Every command takes `--json` where it has something to print and `--profile` to choose the gallery. Errors are\nprinted as `error:` and `hint:` lines. Exit status: 0 success, 1 failed, 2 wrong usage, 3 the gallery refused the key or the\nsignature, 4 no usable answer, 5 the time given is over, 130 interrupted.\n")
	root := New(Deps{})
	commands := root.Commands()
	sort.Slice(commands, func(i, j int) bool { return commands[i].Name() < commands[j].Name() })
	for _, c := range commands {
		reference(&b, c)
	}
	file := filepath.Join("..", "..", "docs", "cli.md")
	if *update {
		if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	old, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(old), b.String()); diff != "" {
		t.Errorf("docs/cli.md is out of date, run go generate ./internal/cli:\n%s", diff)
	}
}

// reference writes one command, or a group with its commands.
func reference(b *bytes.Buffer, c *cobra.Command) {
	if c.Hidden || c.Name() == "help" {
		return
	}
	b.WriteString("\n## " + c.CommandPath() + "\n\n" + c.Short + ".\n\n```\n" + c.UseLine() + "\n```\n")
	if c.Long != "" {
		b.WriteString("\n" + strings.TrimSpace(c.Long) + "\n")
	}
	if c.HasLocalFlags() {
		b.WriteString("\n| flag | default | |\n|---|---|---|\n")
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if f.Hidden || f.Name == "help" {
				return
			}
			name := "`--" + f.Name + "`"
			if f.Shorthand != "" {
				name = "`-" + f.Shorthand + "`, " + name
			}
			def := f.DefValue
			if def == "[]" || def == "false" {
				def = ""
			}
			b.WriteString("| " + name + " | " + def + " | " + strings.ReplaceAll(f.Usage, "|", "\\|") + " |\n")
		})
	}
	if c.Example != "" {
		b.WriteString("\n```\n" + strings.TrimRight(c.Example, "\n") + "\n```\n")
	}
	for _, sub := range c.Commands() {
		reference(b, sub)
	}
}
