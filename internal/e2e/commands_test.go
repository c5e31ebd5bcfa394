package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"kickoff/examples"
)

// The client's commands against the real gallery, in both eras: log in once,
// then publish, list, ask, run, download, look closer.
func TestCommands(t *testing.T) {
	s := serve(t, t.TempDir())
	root := strings.TrimSuffix(s.url, "/gallery")
	for _, era := range []string{"oauth1", "oauth2"} {
		t.Run(era, func(t *testing.T) {
			dir := t.TempDir()
			kickoff := func(stdin string, args ...string) string {
				t.Helper()
				cmd := exec.Command(binary, args...)
				cmd.Dir, cmd.Stdin = dir, strings.NewReader(stdin)
				cmd.Env = append(os.Environ(), "KICKOFF_CONFIG="+filepath.Join(dir, "config"), "KICKOFF_KEYRING=off")
				out, err := cmd.Output()
				if err != nil {
					stderr := ""
					if e, ok := err.(*exec.ExitError); ok {
						stderr = string(e.Stderr)
					}
					t.Fatalf("kickoff %v: %v\n%s%s", args, err, out, stderr)
				}
				return string(out)
			}
			p, err := examples.Package("Sales Explorer.yxwz")
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "app.yxzp"), p, 0o600); err != nil {
				t.Fatal(err)
			}
			kickoff(s.secret+"\n", "login", root, "--auth", era, "--key", s.key, "--secret-stdin")
			id := strings.TrimSpace(kickoff("", "publish", "app.yxzp", "--name", "Explorer "+era, "--owner", s.email, "--source-id", era))
			again := strings.TrimSpace(kickoff("", "publish", "app.yxzp", "--name", "Explorer "+era, "--owner", s.email, "--source-id", era))
			if id != again {
				t.Errorf("the same source id makes another workflow: %s and %s", id, again)
			}
			var apps []struct {
				ID      string
				Version int
			}
			if err := json.Unmarshal([]byte(kickoff("", "list", "--json", "Explorer "+era)), &apps); err != nil {
				t.Fatal(err)
			}
			if len(apps) != 1 || apps[0].ID != id || apps[0].Version != 2 {
				t.Errorf("listed %+v", apps)
			}
			if out := kickoff("", "questions", "Explorer "+era); !strings.Contains(out, "Minimum Quantity") {
				t.Errorf("questions: %s", out)
			}
			file, _, _ := strings.Cut(kickoff("", "run", "explorer "+era, "-a", "Region=West", "-a", "Minimum Quantity=2", "-o", "out", "--format", "Csv"), "\n")
			data, err := os.ReadFile(filepath.Join(dir, file))
			if err != nil {
				t.Fatal(err)
			}
			if n := strings.Count(strings.TrimSpace(string(data)), "\n"); n != 10 {
				t.Errorf("%d records in %s", n, data)
			}
			if out := kickoff("", "jobs", id); !strings.Contains(out, "Success") {
				t.Errorf("jobs: %s", out)
			}
			kickoff("", "package", id, "-o", "back.yxzp")
			back, err := os.ReadFile(filepath.Join(dir, "back.yxzp"))
			if err != nil {
				t.Fatal(err)
			}
			if string(back[:2]) != "PK" {
				t.Error("the package is no archive")
			}
			if out := kickoff("", "doctor"); strings.Contains(out, "fail") || !strings.Contains(out, "key and secret are taken") {
				t.Errorf("doctor: %s", out)
			}
		})
	}
}
