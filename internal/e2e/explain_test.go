package e2e

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The request of a user whose R code signs the root of the API and calls the
// list: explained from its address alone, and the corrected address works.
func TestExplainForum(t *testing.T) {
	s := serve(t, t.TempDir())
	file := filepath.Join(t.TempDir(), "forum.R")
	code := `
library(httr)
root <- paste0(Sys.getenv("KICKOFF_URL"), "/api/")
app <- oauth_app("x", Sys.getenv("KICKOFF_KEY"), Sys.getenv("KICKOFF_SECRET"))
answer <- GET(paste0(root, "v1/workflows/subscription/"), query = oauth_signature(root, "GET", app))
cat(status_code(answer), answer$url)
`
	if err := os.WriteFile(file, []byte(code), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := s.run(needLibrary(t, "Rscript", httr...), file)
	if err != nil {
		t.Fatal(err)
	}
	status, url, _ := strings.Cut(strings.TrimSpace(out), " ")
	if status != "401" {
		t.Fatalf("status %s", status)
	}
	out, err = s.run(binary, "explain", "--json", url)
	if err != nil {
		t.Fatal(err)
	}
	var e struct {
		Found []struct {
			Mistakes     []struct{ ID string }
			ProvesSecret bool
		}
		Corrected struct{ URL string }
	}
	if err := json.Unmarshal([]byte(out), &e); err != nil {
		t.Fatal(err)
	}
	if len(e.Found) != 1 || len(e.Found[0].Mistakes) != 1 || e.Found[0].Mistakes[0].ID != "U1" || !e.Found[0].ProvesSecret {
		t.Errorf("found %s", out)
	}
	resp, err := http.Get(e.Corrected.URL)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("the corrected address gives %s", resp.Status)
	}
}
