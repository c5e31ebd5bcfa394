package oauth1_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"testing"
	"time"

	"kickoff/oauth1"
	"kickoff/oauth1/noncemem"

	"context"
	"strconv"
)

// benchRow is the list request that galleries are asked most: ten parameters.
func benchRow(b *testing.B) signature {
	for _, row := range readSignatures(b) {
		if row.Name == "gallery-02-list-query" {
			return row
		}
	}
	b.Fatal("row is missing")
	return signature{}
}

// BenchmarkAgainstFloor times sign, verify and the whole check in turns with
// the floor, a keyed HMAC-SHA1 and base64 over a ready base string, and
// reports each as a multiple of the floor of its own turns.
func BenchmarkAgainstFloor(b *testing.B) {
	row := benchRow(b)
	base := []byte(row.Base)
	mac := hmac.New(sha1.New, []byte(row.credentials().SigningKey()))
	var sum, text [64]byte
	floor := func(int) {
		mac.Reset()
		mac.Write(base)
		base64.StdEncoding.Encode(text[:], mac.Sum(sum[:0]))
	}
	r := row.request()
	signer := oauth1.NewSigner(row.credentials())
	buf := make([]byte, 0, 1024)
	signed, err := row.signer().Sign(r)
	if err != nil {
		b.Fatal(err)
	}
	sent := r
	sent.Query = signed.Query
	verifier := row.verifier(b, false)

	paths := []struct {
		name string
		run  func(i int)
	}{
		{"sign", func(int) {
			if _, err := signer.AppendQuery(buf, &r); err != nil {
				b.Fatal(err)
			}
		}},
		{"verify", func(int) {
			if v := verifier.Verify(b.Context(), &sent); !v.OK() {
				b.Fatal(v)
			}
		}},
		{"whole", wholeCheck(b, row)},
	}
	for _, p := range paths {
		b.Run(p.name, func(b *testing.B) {
			b.ReportAllocs()
			const turn = 1000
			var ours, bare time.Duration
			for done := 0; done < b.N; done += turn {
				n := min(turn, b.N-done)
				t0 := time.Now()
				for i := range n {
					p.run(done + i)
				}
				t1 := time.Now()
				for i := range n {
					floor(i)
				}
				ours += t1.Sub(t0)
				bare += time.Since(t1)
			}
			b.ReportMetric(float64(ours.Nanoseconds())/float64(b.N), "own-ns/op")
			b.ReportMetric(float64(bare.Nanoseconds())/float64(b.N), "floor-ns/op")
			b.ReportMetric(float64(ours)/float64(bare), "x-floor")
		})
	}
}

// wholeCheck verifies with a key looked up among 10,000 and a nonce store. A
// request is good once, so it rotates through signed ones and stores: the
// oldest store is replaced when all requests have been used.
func wholeCheck(b *testing.B, row signature) func(int) {
	const requests = 50_000
	keys := map[string]*oauth1.Key{}
	for i := range 10_000 {
		keys[strconv.Itoa(i)] = nil
	}
	keys[row.Credentials.Key] = oauth1.NewKey(row.credentials())
	signer := oauth1.NewSigner(row.credentials())
	signer.Now = func() time.Time { return time.Unix(row.Timestamp, 0) }
	sent := make([]oauth1.Request, requests)
	for i := range sent {
		sent[i] = row.request()
		q, err := signer.AppendQuery(nil, &sent[i])
		if err != nil {
			b.Fatal(err)
		}
		sent[i].Query = string(q)
	}
	var v *oauth1.Verifier
	return func(i int) {
		if v == nil || i%requests == 0 {
			store, err := noncemem.Open(noncemem.Config{Now: signer.Now})
			if err != nil {
				b.Fatal(err)
			}
			v, err = oauth1.NewVerifier(oauth1.VerifierConfig{
				Keys: oauth1.KeyFunc(func(_ context.Context, key, _ string) (*oauth1.Key, error) {
					if k := keys[key]; k != nil {
						return k, nil
					}
					return nil, oauth1.ErrUnknownKey
				}),
				Nonces: store,
				Now:    signer.Now,
			})
			if err != nil {
				b.Fatal(err)
			}
		}
		if verdict := v.Verify(b.Context(), &sent[i%requests]); !verdict.OK() {
			b.Fatal(verdict)
		}
	}
}

// BenchmarkRefusal compares the cost of a wrong signature with that of an
// unknown key: the two must not be told apart.
func BenchmarkRefusal(b *testing.B) {
	row := benchRow(b)
	signed, err := row.signer().Sign(row.request())
	if err != nil {
		b.Fatal(err)
	}
	known := row.request()
	known.Query = signed.Query
	known.Path += "x"
	other := row
	other.Credentials.Key = "8D9F4E2C6B1A0375c2b7d9e14f0a6b84"
	verifiers := []*oauth1.Verifier{row.verifier(b, false), other.verifier(b, false)}
	var spent [2]time.Duration
	for i := range b.N {
		for turn := range 2 {
			which := (i + turn) % 2
			t0 := time.Now()
			verifiers[which].Verify(b.Context(), &known)
			spent[which] += time.Since(t0)
		}
	}
	b.ReportMetric(float64(spent[0].Nanoseconds())/float64(b.N), "wrong-signature-ns")
	b.ReportMetric(float64(spent[1].Nanoseconds())/float64(b.N), "unknown-key-ns")
	b.ReportMetric(float64(spent[1])/float64(spent[0]), "ratio")
}
