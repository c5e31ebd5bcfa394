package eval

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// TestDocs executes the examples of docs/expressions.md.
func TestDocs(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "expressions.md"))
	if err != nil {
		t.Fatal(err)
	}
	var cases [][2]string
	for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| `([^`]*)` \\|$").FindAllStringSubmatch(string(page), -1) {
		cases = append(cases, [2]string{m[1], m[2]})
	}
	if len(cases) < 20 {
		t.Fatalf("only %d examples found", len(cases))
	}
	results(t, cases)
}
