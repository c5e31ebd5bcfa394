package snippet

import (
	"bytes"
	"flag"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kickoff/gallery"
)

var update = flag.Bool("update", false, "rewrite the goldens")

// Every language has every operation in both eras; none holds what was not
// given to it. What they do when they run is tested in internal/cli.
func TestAllCombinations(t *testing.T) {
	for _, lang := range Languages {
		for _, op := range Operations() {
			for _, oauth2 := range []bool{false, true} {
				var b bytes.Buffer
				err := Write(&b, lang, Request{Base: "https://host/gallery/api", Key: "K1", OAuth2: oauth2, Proxy: "http://127.0.0.1:8484", Operation: op})
				if err != nil {
					t.Errorf("%s %s: %v", lang, op, err)
					continue
				}
				text := b.String()
				if strings.Contains(text, "<no value>") || strings.Contains(text, "{{") {
					t.Errorf("%s %s: %s", lang, op, text)
				}
				if lang == "go" {
					if _, err := parser.ParseFile(token.NewFileSet(), "x.go", text, parser.AllErrors); err != nil {
						t.Errorf("%s: %v", op, err)
					}
				}
			}
		}
	}
	if err := Write(&bytes.Buffer{}, "cobol", Request{Operation: "list"}); err == nil {
		t.Error("there is a snippet for cobol")
	}
	if err := Write(&bytes.Buffer{}, "go", Request{Operation: "fly"}); err == nil {
		t.Error("there is an operation fly")
	}
}

// Texts that would end a literal do not.
func TestGoldens(t *testing.T) {
	for _, lang := range Languages {
		var b bytes.Buffer
		err := Write(&b, lang, Request{
			Base: "https://host/gallery/api", Key: "K1", Proxy: "http://127.0.0.1:8484", Operation: "run", Workflow: "a b/c",
			Answers: []gallery.Answer{{Name: "It's", Value: `a "quoted" $text #(lf) \n <é> ${x}` + "`0"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("testdata", lang+".golden")
		if *update {
			if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), b.String()); diff != "" {
			t.Errorf("%s: %s", lang, diff)
		}
	}
}
