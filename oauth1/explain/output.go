package explain

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// target is a digest that the signature sent may stand for, with the mistakes
// of writing it down.
type target struct {
	digest  []byte
	output  []string // ids, none if it was written rightly
	details []string
}

// maxOutput bounds the mistakes of writing that are undone one after another.
const maxOutput = 3

// maxPresented is the longest text that can stand for a digest: 128 hexadecimal
// digits, in base64, encoded twice or wrapped.
const maxPresented = 1024

// invert lists the digests that text may stand for. Undoing what went wrong
// behind the hash costs no hash.
func invert(text string) []target {
	if len(text) > maxPresented {
		return nil
	}
	var found []target
	seen := map[string]bool{}
	var undo func(text string, ids, details []string)
	undo = func(text string, ids, details []string) {
		if seen[text] || len(ids) > maxOutput {
			return
		}
		seen[text] = true
		keep := func(digest []byte, more ...string) {
			found = append(found, target{digest, append(ids[:len(ids):len(ids)], more...), details})
		}
		next := func(text, id, detail string) {
			undo(text, append(ids[:len(ids):len(ids)], id), append(details[:len(details):len(details)], detail))
		}
		if b, err := base64.StdEncoding.Strict().DecodeString(text); err == nil && !strings.ContainsAny(text, "\r\n") {
			if digestSize(len(b)) {
				keep(b)
			} else if d, err := hex.DecodeString(string(b)); err == nil && digestSize(len(d)) {
				details = append(details[:len(details):len(details)], "base64 of the hexadecimal text")
				keep(d, "D1")
			}
		}
		if d, err := hex.DecodeString(text); err == nil && digestSize(len(d)) {
			details = append(details[:len(details):len(details)], "hexadecimal")
			keep(d, "D1")
		}
		if clean := strings.Map(dropBreaks, strings.TrimSpace(text)); clean != text {
			next(clean, "D9", "")
		}
		if strings.Contains(text, " ") {
			next(strings.ReplaceAll(text, " ", "+"), "D4", "")
		}
		if d := decode(text, false); d != text {
			next(d, "D5", "")
		}
		if strings.ContainsAny(text, "-_") {
			next(strings.NewReplacer("-", "+", "_", "/").Replace(text), "D2", "")
		}
		if n := len(text) % 4; n > 1 && !strings.HasSuffix(text, "=") {
			next(text+strings.Repeat("=", 4-n), "D3", "")
		} else if n == 3 && strings.HasSuffix(text, "=") {
			next(text+"=", "D3", "")
		}
	}
	undo(text, nil, nil)
	return found
}

func dropBreaks(r rune) rune {
	if r == '\r' || r == '\n' || r == '\t' {
		return -1
	}
	return r
}

// digestSize reports whether n is the length of a digest that the search
// knows. Anything shorter could be hit by chance.
func digestSize(n int) bool {
	switch n {
	case 16, 20, 32, 48, 64:
		return true
	}
	return false
}

func (t *target) findings() []Finding {
	var fs []Finding
	for i, id := range t.output {
		detail := ""
		if i < len(t.details) {
			detail = t.details[i]
		}
		fs = append(fs, finding(id, detail))
	}
	return fs
}
