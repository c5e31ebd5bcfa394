// Package diag is the one way in which the engine reports what is wrong with a
// document or with the data that ran through it.
//
// A Diagnostic names the tool, the option and, for expressions, the place in
// the source. It is an error, so it travels as one; a List holds several.
package diag

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Code classifies a diagnostic. The codes are part of the command line's
// output and of the API; they do not change.
type Code string

// The codes.
const (
	BadDocument Code = "bad-document" // the document or package cannot be read
	BadGraph    Code = "bad-graph"    // cycle, dangling connection, missing input
	UnknownTool Code = "unknown-tool" // a tool that this engine does not know
	Unsupported Code = "unsupported"  // a known tool with an option that does not run here
	BadConfig   Code = "bad-config"   // a configuration that makes no sense
	BadExpr     Code = "bad-expression"
	BadType     Code = "type-mismatch"
	NoField     Code = "missing-field"
	NoFile      Code = "missing-file"
	NoMacro     Code = "missing-macro"
	BadFile     Code = "bad-file"   // a data file that cannot be read as what it should be
	BadAnswer   Code = "bad-answer" // an answer that fits no question
	Limit       Code = "limit"      // a limit was reached
	Refused     Code = "refused"    // switched off by the server's owner
	Failed      Code = "failed"     // the workflow itself raised an error
	Internal    Code = "internal"   // a defect of Kickoff
)

// Tool says which tool of a document is meant. ID 0 is the document itself.
type Tool struct {
	ID   int    // ToolID in the document; inside a macro, the id of the call
	Name string // as users know it, "Join"
	// Path leads from the document into macros: the ids of the calls and of
	// the tool inside, outermost first. It is empty outside macros.
	Path []int
}

// String prints "tool 7 (Join)", with the way into macros where there is one.
func (t Tool) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "tool %d", t.ID)
	for i, id := range t.Path {
		if i > 0 || id != t.ID {
			fmt.Fprintf(&b, ">%d", id)
		}
	}
	if t.Name != "" {
		fmt.Fprintf(&b, " (%s)", t.Name)
	}
	return b.String()
}

// Span is a place in an expression's source, in bytes from its start.
type Span struct{ Start, End int }

// Diagnostic is one thing that is wrong, with its place.
type Diagnostic struct {
	Code   Code
	Tool   Tool
	Option string // the option of the tool's configuration, "FormulaFields/FormulaField[2]"
	Source string // the expression that Span points into, else empty
	Span   Span
	Msg    string // lower case, no full stop
	Hint   string // what to do about it, or empty
	Err    error  // the cause, or nil
}

// Error prints the tool, the option and the message on one line, and the
// source line with an underline below it where there is one.
func (d *Diagnostic) Error() string {
	var b strings.Builder
	if d.Tool.ID != 0 || d.Tool.Name != "" {
		b.WriteString(d.Tool.String())
		b.WriteString(": ")
	}
	if d.Option != "" {
		fmt.Fprintf(&b, "%s: ", d.Option)
	}
	b.WriteString(d.Msg)
	if d.Source != "" {
		line, col, text, n := Locate(d.Source, d.Span)
		shown, at, n := excerpt(text, col, n)
		fmt.Fprintf(&b, " (line %d, column %d)\n  %s\n  %s%s", line, col, shown, pad(shown, at-1), strings.Repeat("~", n))
	}
	return b.String()
}

// Unwrap returns the cause.
func (d *Diagnostic) Unwrap() error { return d.Err }

// Locate finds the line that a span starts in: its number and the column, both
// from 1, its text, and how many of its characters the span covers (at least 1).
func Locate(source string, s Span) (line, col int, text string, n int) {
	start := min(max(s.Start, 0), len(source))
	end := min(max(s.End, start), len(source))
	from := strings.LastIndexByte(source[:start], '\n') + 1
	to := len(source)
	if i := strings.IndexByte(source[start:], '\n'); i >= 0 {
		to = start + i
	}
	text = strings.TrimRight(source[from:to], "\r")
	line = strings.Count(source[:start], "\n") + 1
	col = utf8.RuneCountInString(source[from:start]) + 1
	n = max(1, utf8.RuneCountInString(source[start:max(start, min(end, from+len(text)))]))
	return line, col, text, n
}

// Of a long line, this many characters are shown before what is underlined, and
// as many in all.
const (
	excerptBefore = 60
	excerptAll    = 160
)

// excerpt cuts a long line to what is around column col, which n characters
// long is to be underlined; at is the column in the part that is shown.
func excerpt(line string, col, n int) (shown string, at, under int) {
	runes := []rune(line)
	if len(runes) <= excerptAll {
		return line, col, n
	}
	from := max(0, min(col-1-excerptBefore, len(runes)-excerptAll))
	to := from + excerptAll
	at, under = col-from, max(1, min(n, to-col+1))
	shown = string(runes[from:to])
	if from > 0 {
		shown = "…" + shown
		at++
	}
	if to < len(runes) {
		shown += "…"
	}
	return shown, at, under
}

// pad returns n columns of blanks that line up under text, keeping its tabs.
func pad(text string, n int) string {
	var b strings.Builder
	for _, r := range text {
		if n == 0 {
			break
		}
		if r == '\t' {
			b.WriteByte('\t')
		} else {
			b.WriteByte(' ')
		}
		n--
	}
	b.WriteString(strings.Repeat(" ", n))
	return b.String()
}

// List is all that is wrong, in the order found. A List with entries is an error.
type List []*Diagnostic

// Err returns the list as an error, or nil when it is empty.
func (l List) Err() error {
	if len(l) == 0 {
		return nil
	}
	return l
}

// Error prints every diagnostic on lines of its own.
func (l List) Error() string {
	s := make([]string, len(l))
	for i, d := range l {
		s[i] = d.Error()
	}
	return strings.Join(s, "\n")
}

// Unwrap lets errors.As find the single diagnostics.
func (l List) Unwrap() []error {
	errs := make([]error, len(l))
	for i, d := range l {
		errs[i] = d
	}
	return errs
}

// All collects the diagnostics within err. An error that holds none becomes one
// of code Internal.
func All(err error) List {
	if err == nil {
		return nil
	}
	var l List
	if errors.As(err, &l) {
		return l
	}
	var d *Diagnostic
	if errors.As(err, &d) {
		return List{d}
	}
	return List{{Code: Internal, Msg: err.Error(), Err: err}}
}
