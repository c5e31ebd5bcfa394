package cli

import (
	"fmt"
	"io"
	"strings"

	"kickoff/oauth1/explain"
)

// explained is a report with what the command adds to it.
type explained struct {
	Request    string
	Report     explain.Report
	Corrected  *corrected
	haveSecret bool
	more       int // requests in the capture that were not looked at
}

// answered reports whether the user knows now what is wrong, or that nothing is.
func (e *explained) answered() bool {
	return e.Report.Right || len(e.Report.Found) > 0 || len(e.Report.Seen) > 0
}

func (e *explained) advice(deep int) string {
	switch {
	case !e.haveSecret:
		return "give the secret: set KICKOFF_SECRET, or run 'kickoff login' with this key"
	case deep < 4:
		return fmt.Sprintf("look deeper with --deep %d, name other hosts of the server with --host, and check that the secret is the one of this key", deep+1)
	}
	return "check that the secret is the one of this key; name other hosts of the server with --host"
}

func (e *explained) write(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", e.Request)
	if e.more > 0 {
		fmt.Fprintf(&b, "(%d further requests in the file were not looked at)\n", e.more)
	}
	if len(e.Report.Seen) > 0 {
		b.WriteString("\nWhat can be seen:\n")
		for _, f := range e.Report.Seen {
			writeFinding(&b, f)
		}
	}
	switch {
	case len(e.Report.Found) > 0:
		e.writeFound(&b)
	case e.Report.Right:
		b.WriteString("\nThe signature is right for this request and this secret.\n")
		if len(e.Report.Seen) == 0 {
			b.WriteString("If a server refuses it, its clock, a nonce that was used, or its own idea of its address is why: kickoff doctor.\n")
		}
	case !e.haveSecret:
		b.WriteString("\nWithout the secret of this key nothing can be computed, so a wrong base string or a wrong secret cannot be told apart.\n")
	case e.Report.Depth < 0:
		b.WriteString("\nThe signature that was sent is no digest in any form that is known, so there was nothing to compare with.\n")
	default:
		fmt.Fprintf(&b, "\nNo set of up to %d known mistakes makes this signature (%d signatures were computed).\n", max(e.Report.Depth, 0), e.Report.Candidates)
	}
	if !e.Report.Right && len(e.Report.Found) == 0 {
		fmt.Fprintf(&b, "\nexpected base string:\n  %s\n", e.Report.Expected)
	}
	if e.Corrected != nil && !e.Report.Right {
		fmt.Fprintf(&b, "\ncorrected, good for one use within minutes:\n  %s %s\n", e.Corrected.Method, e.Corrected.URL)
		if e.Corrected.Authorization != "" {
			fmt.Fprintf(&b, "  Authorization: %s\n", e.Corrected.Authorization)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (e *explained) writeFound(b *strings.Builder) {
	for i, x := range e.Report.Found {
		switch {
		case i > 0:
			b.WriteString("\nOr, just as well:\n")
		case len(x.Mistakes) == 1:
			b.WriteString("\nThe mistake:\n")
		default:
			fmt.Fprintf(b, "\n%d mistakes at once:\n", len(x.Mistakes))
		}
		for _, f := range x.Mistakes {
			writeFinding(b, f)
		}
		if !x.Proves {
			b.WriteString("  This proves nothing about the secret: anybody could have made this signature.\n")
		}
		if x.Signed != e.Report.Expected {
			fmt.Fprintf(b, "\nsigned:\n  %s\nexpected:\n  %s\n", marked(x.Signed, x.SignedPart), marked(e.Report.Expected, x.ExpectedPart))
		}
	}
}

func writeFinding(b *strings.Builder, f explain.Finding) {
	fmt.Fprintf(b, "  %-4s %s\n", f.ID, printable(f.Text))
	if f.Detail != "" {
		fmt.Fprintf(b, "       %s\n", printable(f.Detail))
	}
	if f.Cure != "" {
		fmt.Fprintf(b, "       cure: %s\n", printable(f.Cure))
	}
}

// marked puts the part that differs in brackets, which a base string never
// holds: it is percent-encoded.
func marked(s string, part explain.Span) string {
	return printable(s[:part.Start]) + "[" + printable(part.Of(s)) + "]" + printable(s[part.End:])
}

// The JSON form; docs/cli.md names its members.
type (
	findingWire struct {
		ID     string `json:"id"`
		Text   string `json:"text"`
		Detail string `json:"detail,omitempty"`
		Cure   string `json:"cure"`
	}
	explanationWire struct {
		Mistakes   []findingWire `json:"mistakes"`
		BaseString string        `json:"baseString"`
		Differs    [2]int        `json:"differs"`         // bytes of baseString, from and to
		Expected   [2]int        `json:"differsExpected"` // bytes of expectedBaseString
		Proves     bool          `json:"provesSecret"`
	}
	explainedWire struct {
		Request    string            `json:"request"`
		Right      bool              `json:"right"`
		Seen       []findingWire     `json:"seen"`
		Found      []explanationWire `json:"found"`
		BaseString string            `json:"expectedBaseString"`
		HaveSecret bool              `json:"haveSecret"`
		Depth      int               `json:"depth"`
		Candidates int               `json:"candidates"`
		Corrected  *corrected        `json:"corrected,omitempty"`
	}
)

func (e *explained) wire() explainedWire {
	w := explainedWire{
		Request: e.Request, Right: e.Report.Right, Seen: findingsWire(e.Report.Seen), Found: []explanationWire{}, BaseString: e.Report.Expected,
		HaveSecret: e.haveSecret, Depth: e.Report.Depth, Candidates: e.Report.Candidates, Corrected: e.Corrected,
	}
	for _, x := range e.Report.Found {
		w.Found = append(w.Found, explanationWire{
			Mistakes: findingsWire(x.Mistakes), BaseString: x.Signed, Proves: x.Proves,
			Differs: [2]int{x.SignedPart.Start, x.SignedPart.End}, Expected: [2]int{x.ExpectedPart.Start, x.ExpectedPart.End},
		})
	}
	return w
}

func findingsWire(all []explain.Finding) []findingWire {
	wire := []findingWire{}
	for _, f := range all {
		wire = append(wire, findingWire{f.ID, f.Text, f.Detail, f.Cure})
	}
	return wire
}
