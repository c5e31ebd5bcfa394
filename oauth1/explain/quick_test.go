package explain_test

import (
	"strings"
	"testing"
	"time"

	"kickoff/oauth1/explain"
)

func TestQuick(t *testing.T) {
	tests := []struct {
		name string
		in   injected
		want string
	}{
		{"endpoint missing", injected{url: "https://gallery.example.com/gallery/api/"}, "U1"},
		{"blank behind the secret", injected{key: testSecret + " &"}, "K4"},
		{"line break behind the signature", injected{signature: rightSig + "\n"}, "D9"},
		{"two mistakes", injected{url: "https://gallery.example.com/gallery/api/", key: testSecret}, ""},
		{"nonsense", injected{signature: "nonsense"}, ""},
		{"right", injected{}, ""},
		{"proves nothing", injected{key: testKey + "&"}, ""},
	}
	for _, tt := range tests {
		e, ok := explain.Quick(tt.in.send(), explain.QuickHashes)
		if ok != (tt.want != "") || ok && (ids(e) != tt.want || !e.Proves) {
			t.Errorf("%s: got %s %t, want %q", tt.name, ids(e), ok, tt.want)
		}
	}
	many := injected{query: strings.Repeat("a=1&", 200) + "b=2", signature: rightSig}.send()
	if _, ok := explain.Quick(many, explain.QuickHashes); ok {
		t.Error("200 parameters are explained")
	}
	q := injected{url: "https://gallery.example.com/gallery/api/"}.send()
	q.Secrets[0].Secret = "made up for a key that does not exist"
	if e, ok := explain.Quick(q, explain.QuickHashes); ok {
		t.Errorf("with another secret: %s", ids(e))
	}
	if e, ok := explain.Quick(injected{url: "https://gallery.example.com/gallery/api/"}.send(), 3); ok {
		t.Errorf("with three hashes: %s", ids(e))
	}
}

// BenchmarkQuick compares a hit, a miss and a secret made up, in turns.
func BenchmarkQuick(b *testing.B) {
	hit := injected{url: "https://gallery.example.com/gallery/api/"}.send()
	miss := injected{signature: rightSig[:3] + "AAAA" + rightSig[7:]}.send()
	unknown := hit
	unknown.Secrets = []explain.Secret{{ConsumerKey: testKey, Secret: "ffffffffffffffffffffffffffffffff"}, hit.Secrets[1]}
	questions := []explain.Question{hit, miss, unknown}
	var spent [3]time.Duration
	for i := range b.N {
		for turn := range questions {
			which := (i + turn) % len(questions)
			t0 := time.Now()
			explain.Quick(questions[which], explain.QuickHashes)
			spent[which] += time.Since(t0)
		}
	}
	for i, name := range []string{"hit-µs", "miss-µs", "unknown-key-µs"} {
		b.ReportMetric(float64(spent[i].Microseconds())/float64(b.N), name)
	}
}
