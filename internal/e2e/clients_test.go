package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func example(parts ...string) string {
	return filepath.Join(append([]string{"..", "..", "examples"}, parts...)...)
}

// What the demo prints is the main job, done by the command line's own code.
func TestDemo(t *testing.T) {
	s := &server{t: t}
	out, err := s.run(binary, "demo")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Monthly Sales", "Sales Explorer", "Minimum Quantity", "· Success in", "the first 5 of 10 rows", "oauth_signature", "curl '", "library(httr)", "gallery.New("} {
		if !strings.Contains(out, want) {
			t.Errorf("the demo does not print %q:\n%s", want, out)
		}
	}
}

// Clients that exist, against the real binary: each lists, asks, runs with
// answers, waits, and reads the output.
func TestClients(t *testing.T) {
	s := serve(t, t.TempDir())
	if _, err := s.publish(t.Context(), s.client(), "Sales Explorer.yxwz", "sales"); err != nil {
		t.Fatal(err)
	}
	python := os.Getenv("KICKOFF_TEST_PYTHON")
	if python == "" {
		python = "python3"
	}
	for _, c := range []struct {
		name, program string
		probe         []string // ends well where the library is installed
		args          []string
		want          []string
	}{
		{"R", "Rscript", httr, []string{example("r", "kickoff.R")}, []string{"1 app: Sales Explorer", "Region = East", "10 rows in a data.frame"}},
		{"Python", python, []string{"-c", "import requests_oauthlib"}, []string{example("python", "kickoff.py")}, []string{"1 app: Sales Explorer", "Region = East", "10 rows"}},
		{"JavaScript", "node", []string{"-e", "require('oauth-1.0a')"}, []string{example("javascript", "kickoff.mjs")}, []string{"1 app: Sales Explorer", "Region = East", "10 rows"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, err := s.run(needLibrary(t, c.program, c.probe...), c.args...)
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range c.want {
				if !strings.Contains(out, want) {
					t.Errorf("no %q in:\n%s", want, out)
				}
			}
		})
	}
}

// The mistake of many R users: the root of the API is signed, the list is called.
func TestForum(t *testing.T) {
	s := serve(t, t.TempDir())
	out, err := s.run(needLibrary(t, "Rscript", httr...), example("r", "forum.R"))
	if err != nil {
		t.Fatal(err)
	}
	status, body, _ := strings.Cut(out, "\n")
	if strings.TrimSpace(status) != "401" {
		t.Errorf("status %s, want 401", status)
	}
	var e map[string]any
	if err := json.Unmarshal([]byte(body), &e); err != nil {
		t.Fatalf("the body is no JSON: %v\n%s", err, body)
	}
	if e["exceptionName"] != "UnauthorizedException" {
		t.Errorf("exceptionName %v", e["exceptionName"])
	}
	if m, _ := e["message"].(string); !strings.HasPrefix(m, "The provided signature(oauth_signature) is invalid.") {
		t.Errorf("message %q", m)
	} else if !strings.Contains(m, "API root") {
		t.Errorf("message %q does not say what was signed", m)
	}
}
