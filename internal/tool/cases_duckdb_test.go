//go:build cgo

package tool

import (
	"bytes"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"kickoff/internal/engine/duckdb"
)

// TestCasesOnDuckDB runs the same cases on the engine that users have. Messages
// are compared without regard to their order, which no engine promises.
func TestCasesOnDuckDB(t *testing.T) {
	for _, tool := range All() {
		files, err := filepath.Glob(filepath.Join(casesDir, folder(tool), "*.txtar"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			t.Run(folder(tool)+"/"+strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
				src, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				archive := txtar.Parse(bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n")))
				want := make(map[string]string)
				for _, f := range archive.Files {
					switch kind, _, _ := strings.Cut(f.Name, " "); kind {
					case "out", "written", "messages", "error":
						want[f.Name] = string(f.Data)
					}
				}
				got := runCase(t, duckdb.Engine{}, tool, archive)
				want["messages"], got["messages"] = sortLines(want["messages"]), sortLines(got["messages"])
				if d := cmp.Diff(want, got); d != "" {
					t.Errorf("DuckDB gives another result (-want +got):\n%s", d)
				}
			})
		}
	}
}

// TestVolatileOnDuckDB draws from several threads.
func TestVolatileOnDuckDB(t *testing.T) { testVolatile(t, duckdb.Engine{}) }

func sortLines(s string) string {
	lines := strings.Split(s, "\n")
	sort.Strings(lines)
	return strings.Join(lines, "\n")
}
