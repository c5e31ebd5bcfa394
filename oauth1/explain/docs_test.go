package explain_test

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"kickoff/oauth1/explain"
)

var update = flag.Bool("update", false, "rewrite docs/oauth-mistakes.md")

// TestDocs holds docs/oauth-mistakes.md to the table.
func TestDocs(t *testing.T) {
	const path = "../../docs/oauth-mistakes.md"
	want := markdown()
	if *update {
		if err := os.MkdirAll("../../docs", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs from the table: run go generate ./oauth1/explain", path)
	}
}

// TestCatalogue checks what texts and ids promise.
func TestCatalogue(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range explain.Catalogue() {
		if seen[m.ID] {
			t.Errorf("%s is there twice", m.ID)
		}
		seen[m.ID] = true
		if m.Text == "" || m.Cure == "" || m.Axis == "" || m.Marks == 0 || m.Likely < 1 || m.Likely > 3 {
			t.Errorf("%s is incomplete: %+v", m.ID, m)
		}
		if m.Text[len(m.Text)-1] != '.' || m.Cure[len(m.Cure)-1] != '.' {
			t.Errorf("%s: texts are sentences", m.ID)
		}
	}
	if len(seen) < 80 {
		t.Errorf("%d mistakes", len(seen))
	}
}
