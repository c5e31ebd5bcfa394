package cli

import (
	"encoding/json"
	"io"
	"net/http"

	"github.com/rogpeppe/go-internal/testscript"
)

// cmdCorrected calls the corrected URL of an explanation in JSON, and fails
// unless the gallery takes it: corrected stdout.
func cmdCorrected(ts *testscript.TestScript, neg bool, args []string) {
	var e explainedWire
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &e))
	resp, err := http.Get(e.Corrected.URL)
	ts.Check(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	ts.Check(err)
	if resp.StatusCode != 200 {
		ts.Fatalf("%s: %s", resp.Status, body)
	}
}
