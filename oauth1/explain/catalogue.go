// Package explain finds out which mistake made a wrong OAuth 1.0a signature.
//
// Signatures go wrong in finitely many small ways. Each is a [Mistake] in one
// table; those that can be proved by computation carry the change that they
// make to a right signature. [Explain] looks for the smallest set of changes
// that reproduces the signature sent. A match of 160 bits is no guess, and it
// proves that the sender holds the secret, unless the mistake is to have left
// the secret out.
//
//	signature sent ── undo hex, URL-safe, padding … ──► digest
//	                                                      ║ equal?
//	 method × address × parameters × joining × key × hash ╝
//
// The elements of a base string are rendered apart under all their mistakes
// and joined, so that three mistakes at once take fractions of a second.
// Errors that no computation shows are said from the request alone or from
// the server's [State].
//
// docs/oauth-mistakes.md is generated from the table.
package explain

//go:generate go test -run TestDocs -update .

import "slices"

// tables are all rows, in the order in which the search tries them.
var tables = [][]Mistake{addressMistakes, parameterMistakes, encodingMistakes, methodMistakes, keyMistakes, digestMistakes, outputMistakes, timeMistakes, wayMistakes}

// Catalogue returns all mistakes.
func Catalogue() []Mistake { return slices.Concat(tables...) }

// finding returns the row of that id as a finding.
func finding(id, detail string) Finding {
	for _, table := range tables {
		for i := range table {
			if table[i].ID == id {
				return table[i].found(detail)
			}
		}
	}
	panic("explain: no mistake " + id)
}
