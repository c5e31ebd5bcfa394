package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The snippets of `kickoff snippet`, run as they are against the real binary,
// in both eras.
func TestSnippets(t *testing.T) {
	s := serve(t, t.TempDir())
	id, err := s.publish(t.Context(), s.client(), "Sales Explorer.yxwz", "sales")
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []struct {
		name, file string
		run        []string
	}{
		{"curl", "snippet.sh", []string{"bash"}},
		{"go", "snippet.go", []string{"go", "run"}},
		{"javascript", "snippet.mjs", []string{"node"}},
		{"python", "snippet.py", []string{"python3"}},
		{"r", "snippet.R", []string{"Rscript", "--vanilla"}},
	} {
		t.Run(lang.name, func(t *testing.T) {
			if lang.name == "curl" {
				need(t, "curl")
			}
			program := need(t, lang.run[0])
			if lang.name == "r" {
				needLibrary(t, program, httr...)
			}
			for _, op := range []struct {
				words []string
				path  string // of the API: both eras
				want  string
			}{
				{[]string{"list"}, "/gallery", "Sales Explorer"},
				{[]string{"run", id, "-a", "Region=West", "-a", "Minimum Quantity=2"}, "/gallery", wantOfRun(lang.name)},
				{[]string{"questions", id}, "/webapi", "Minimum Quantity"},
			} {
				env := append(os.Environ(), "KICKOFF_URL="+strings.TrimSuffix(s.url, "/gallery")+op.path,
					"KICKOFF_KEY="+s.key, "KICKOFF_SECRET="+s.secret, "KICKOFF_KEYRING=off",
					// the curl snippet calls kickoff to sign
					"PATH="+filepath.Dir(binary)+string(os.PathListSeparator)+os.Getenv("PATH"))
				dir := t.TempDir()
				write := exec.Command(binary, append([]string{"snippet", lang.name}, op.words...)...)
				write.Env = env
				code, err := write.Output()
				if err != nil {
					t.Fatalf("write it: %v", err)
				}
				file := filepath.Join(dir, lang.file)
				if err := os.WriteFile(file, code, 0o600); err != nil {
					t.Fatal(err)
				}
				run := exec.Command(program, append(lang.run[1:], file)...)
				run.Dir, run.Env = dir, env
				out, err := run.CombinedOutput()
				if err != nil {
					t.Fatalf("%v: %v\n%s\n%s", op.words, err, out, code)
				}
				if !strings.Contains(string(out), op.want) {
					t.Errorf("%v printed no %q:\n%s", op.words, op.want, out)
				}
			}
		})
	}
}

// wantOfRun is what a snippet that runs a workflow prints: all wait for the
// end, but curl.
func wantOfRun(lang string) string {
	if lang == "curl" {
		return `"status":"Queued"`
	}
	return "Success"
}
