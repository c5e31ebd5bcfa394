package kickoff_test

import (
	"os/exec"
	"strings"
	"testing"
)

// layers is the import policy, lowest layer first: a package imports only from
// layers below its own. It is a statement of policy; change it together with
// ARCHITECTURE.md.
var layers = [][]string{
	{"record", "internal/codepage", "internal/spatial", "internal/diag", "oauth1/internal/keyed"},
	{"expr", "workflow", "oauth1", "gallery", "yxdb", "examples"},
	{"oauth1/explain", "oauth1/noncemem", "oauth1/noncetest", "internal/fn", "internal/plan", "internal/store", "internal/blob", "internal/secret",
		"internal/compile/compiletest"},
	{"internal/eval", "internal/engine", "internal/format", "internal/queue", "internal/store/sqlstore", "internal/account"},
	{"internal/tool", "internal/sqlgen", "internal/store/sqlite", "internal/store/storetest", "internal/queue/local",
		"internal/queue/queuetest", "internal/engine/plain"},
	{"internal/engine/duckdb", "internal/engine/enginetest", "internal/compile"},
	{"internal/exec"},
	{"internal/job", "internal/profile", "internal/config", "internal/datadir", "internal/proxy", "internal/doctor", "internal/snippet", "internal/captured"},
	{"internal/server"},
	{"internal/cli"},
	{"cmd/kickoff", "internal/bench", "internal/e2e"},
}

// bans are imports that a layer would allow and the design does not, each with
// its reason.
var bans = []struct{ pkg, imports, reason string }{
	{"internal/tool", "internal/sqlgen", "tools never write SQL"},
	{"internal/server", "internal/store/sqlite", "the server knows stores by their interface only"},
	{"internal/server", "internal/queue/local", "the server knows queues by their interface only"},
	{"internal/cli", "internal/store/sqlite", "cmd/kickoff alone names a concrete store"},
	{"internal/cli", "internal/engine/duckdb", "cmd/kickoff alone names a concrete engine; the client builds without cgo"},
	{"internal/compile", "internal/engine/duckdb", "all up to SQL text builds and tests without cgo"},
	{"gallery", "oauth1", "the client takes an *http.Client, so signing is a transport"},
}

func TestImportPolicy(t *testing.T) {
	layer := make(map[string]int)
	for i, l := range layers {
		for _, p := range l {
			layer[p] = i
		}
	}
	out, err := exec.Command("go", "list", "-f", "{{.ImportPath}} {{join .Imports \" \"}}", "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		f := strings.Fields(line)
		pkg := strings.TrimPrefix(f[0], "kickoff/")
		if pkg == "kickoff" {
			continue // the module root holds this test only
		}
		mine, ok := layer[pkg]
		if !ok {
			t.Errorf("%s stands in no layer: add it to layers and to ARCHITECTURE.md", pkg)
			continue
		}
		for _, imp := range f[1:] {
			other, own := strings.CutPrefix(imp, "kickoff/")
			if own && layer[other] >= mine {
				t.Errorf("%s (layer %d) imports %s (layer %d): imports point down", pkg, mine, other, layer[other])
			}
			for _, b := range bans {
				if own && b.pkg == pkg && b.imports == other {
					t.Errorf("%s must not import %s: %s", pkg, other, b.reason)
				}
			}
		}
	}
}
