package cli

import (
	"os"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// interpreters are what runs the snippets of a language.
var interpreters = map[string][]string{
	"curl":       {"bash"},
	"go":         {"go", "run"},
	"javascript": {"node"},
	"python":     {"python3"},
	"r":          {"Rscript", "--vanilla"},
}

// cmdSnippets writes and runs snippets of a language in files with an ending:
// snippets python py [operations]. The gallery refuses what is not signed as it should be.
func cmdSnippets(ts *testscript.TestScript, neg bool, args []string) {
	language, file := args[0], "snippet."+args[1]
	job := "aaaaaaaaaaaaaaaaaaaaaaa1"
	for _, tt := range []struct {
		words []string
		want  string // in what is printed, or in the file that is written
		file  string
	}{
		{[]string{"list"}, "Sales Explorer", ""},
		{[]string{"questions", "Sales Explorer"}, "Region", ""},
		{[]string{"run", "Monthly Report"}, "aaaaaaaaaaaaaaaaaaaaaaa2", ""},
		{[]string{"output", job, "o1"}, "East", "output.csv"},
		{[]string{"package", "Monthly Report"}, "PK a package", "workflow.yxzp"},
	} {
		if len(args) > 2 && !slices.Contains(args[2:], tt.words[0]) {
			continue
		}
		ts.Check(ts.Exec("kickoff", append([]string{"snippet", language}, tt.words...)...))
		ts.Check(os.WriteFile(ts.MkAbs(file), []byte(ts.ReadFile("stdout")), 0o600))
		run := append(interpreters[language], file)
		if err := ts.Exec(run[0], run[1:]...); err != nil {
			ts.Fatalf("%s %v: %v", language, tt.words, err)
		}
		got := ts.ReadFile("stdout")
		if _, err := os.Stat(ts.MkAbs(tt.file)); tt.file != "" && err == nil {
			got += ts.ReadFile(tt.file)
			ts.Check(os.Remove(ts.MkAbs(tt.file)))
		}
		if !strings.Contains(got, tt.want) {
			ts.Fatalf("%s %v printed %s", language, tt.words, got)
		}
	}
}
