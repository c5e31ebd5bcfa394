package oauth1_test

import (
	"os"
	"strings"
	"testing"

	"kickoff/oauth1"
)

// wrongRow is a row of testdata/wrong.tsv: the list request or the search
// request with a signature that some mistake made.
type wrongRow struct{ name, request, mistakes, signature string }

func readWrong(t *testing.T) []wrongRow {
	t.Helper()
	b, err := os.ReadFile("testdata/wrong.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var rows []wrongRow
	for line := range strings.Lines(string(b)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(f) != 4 {
			t.Fatalf("row %q", line)
		}
		rows = append(rows, wrongRow{f[0], f[1], f[2], f[3]})
	}
	if len(rows) != 57 {
		t.Fatalf("%d rows, want 57", len(rows))
	}
	return rows
}

// send is the row's request as it goes over the wire.
func (w wrongRow) send(t *testing.T) (signature, oauth1.Request) {
	t.Helper()
	row := signature{
		Method: "GET", Timestamp: 1548842017, Nonce: "TPrTJ", Version: true,
		URL: "https://gallery.example.com/gallery/api/v1/workflows/subscription/?sortField=name&direction=asc&offset=1&limit=10&packageType=1",
	}
	if w.request == "search" {
		row.URL = "https://gallery.example.com/gallery/api/admin/v1/workflows/?search=Caf%C3%A9%20%26%20Bar%2B%281%29%21%2A%27~"
	}
	row.Credentials.Key, row.Credentials.Secret = "8D9F4E2C6B1A0375c2b7d9e14f0a6b83", "b1f0c3d5e7a9482693cd57e08f1b246a"
	r := row.request()
	signed, err := row.signer().Sign(r)
	if err != nil {
		t.Fatal(err)
	}
	r.Query = strings.Replace(signed.Query, "oauth_signature="+oauth1.Encode(signed.Signature), "oauth_signature="+oauth1.Encode(w.signature), 1)
	if !strings.Contains(r.Query, oauth1.Encode(w.signature)) {
		t.Fatal("signature was not replaced")
	}
	return row, r
}

func TestWrongSignatures(t *testing.T) {
	for _, w := range readWrong(t) {
		row, r := w.send(t)
		for _, strict := range []bool{false, true} {
			want, leniency := oauth1.BadSignature, oauth1.Leniency(0)
			switch {
			case w.mistakes == "-":
				want = oauth1.OK
			case w.name == "W04" && !strict:
				want, leniency = oauth1.OK, oauth1.KeptPort
			}
			v := row.verifier(t, strict).Verify(t.Context(), &r)
			if v.Reason != want || v.Leniency != leniency {
				t.Errorf("%s, strict %t: %v, leniency %d, want %s, leniency %d", w.name, strict, &v, v.Leniency, want, leniency)
			}
			if base, _ := oauth1.BaseString(r); v.Reason == oauth1.BadSignature && v.Base != base {
				t.Errorf("%s: expected base string is %q", w.name, v.Base)
			}
		}
	}
}
