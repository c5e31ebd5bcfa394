package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Mistakes that people make, each made with a real client: the answer says which one it was.
func TestMistakes(t *testing.T) {
	s := serve(t, t.TempDir())
	id, err := s.publish(t.Context(), s.client(), "Sales Explorer.yxwz", "sales")
	if err != nil {
		t.Fatal(err)
	}
	python := os.Getenv("KICKOFF_TEST_PYTHON")
	if python == "" {
		python = "python3"
	}
	python = needLibrary(t, python, "-c", "import requests_oauthlib")
	for _, c := range []struct{ mistake, want string }{
		{"blank", "blank"},
		{"port", "port"},
		{"unsorted", "sort"},
		{"unsent", "not sent"},
		{"url-safe", "base64"},
		{"https", "https"},
		{"nonce", "nonce"},
		{"clock", "clock"},
		{"method", "GET"},
	} {
		t.Run(c.mistake, func(t *testing.T) {
			out, err := s.run(python, filepath.Join("testdata", "mistakes.py"), c.mistake, id)
			if err != nil {
				t.Fatal(err)
			}
			status, message, _ := strings.Cut(strings.TrimSpace(out), "\n")
			if status != "401" || !strings.Contains(message, c.want) {
				t.Errorf("status %s, %q holds no %q", status, message, c.want)
			}
			t.Log(message)
		})
	}
}
