package config

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"
)

//go:generate go test -run ^TestGeneratedSettings$ -update .

var update = flag.Bool("update", false, "rewrite generated files")

// docs/settings.md is made from the flags, which are the one list of settings.
func TestGeneratedSettings(t *testing.T) {
	var b strings.Builder
	b.WriteString("# Settings of `kickoff serve`\n\n<!-- Generated from the flags by go generate ./internal/config; do not edit. -->\n\n")
	b.WriteString("A flag beats the environment, which beats the TOML file (`--config`), which beats the default.\n\n")
	b.WriteString("| flag | environment | default | |\n|---|---|---|---|\n")
	fs := pflag.NewFlagSet("", pflag.ContinueOnError)
	new(Server).Flags(fs)
	fs.VisitAll(func(f *pflag.Flag) {
		def := f.DefValue
		if def == "[]" {
			def = ""
		}
		fmt.Fprintf(&b, "| `--%s` | `%s` | %s | %s |\n", f.Name, EnvName(f.Name), def, strings.ReplaceAll(f.Usage, "*", "`*`"))
	})
	file := filepath.Join("..", "..", "docs", "settings.md")
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	old, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(old), b.String()); diff != "" {
		t.Errorf("docs/settings.md is out of date, run go generate ./internal/config:\n%s", diff)
	}
}
