package tool

import (
	"fmt"
	"strings"

	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/record"
)

// textToColumnsTool splits a text into fields or records.
var textToColumnsTool = Tool{
	Name:    "Text To Columns",
	Plugins: []string{"AlteryxBasePluginsGui.TextToColumns.TextToColumns"},
	Entry:   "AlteryxTextToColumns",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Splits a text at any of the delimiters, into new fields or into records.",
	Options: []Option{
		{Path: "Field", Doc: "the field to split"},
		{Path: "Delimeters", Doc: "the characters to split at; \\t \\n \\r and \\s (blank) are understood"},
		{Path: "NumFields", Doc: "how many fields to make"},
		{Path: "RootName", Doc: "the new fields' names begin with it; where it is absent, the text is split to records"},
		{Path: "ErrorHandling", Doc: "Last: what is too much stays in the last field; Warn, Ignore or Error: it is dropped, with a word or without"},
		{Path: "Flags", Doc: "the sum of 1 and 8: no split within double, single quotes; 2 and 4: within parentheses, brackets; 16: empty columns are skipped"},
		{Path: "Mode", Doc: "Columns or Rows, where RootName does not say"},
	},
	Compile: compileTextToColumns,
}

// The flags of Text To Columns.
const (
	keepDoubleQuoted = 1 << iota
	keepParentheses
	keepBrackets
	keepSingleQuoted
	skipEmpty
)

func compileTextToColumns(c *Context) (Outputs, error) {
	in := c.Input("Input")
	s := in.Schema()
	col, err := c.textField("Field", s)
	if err != nil {
		return nil, err
	}
	delims := strings.NewReplacer(`\t`, "\t", `\n`, "\n", `\r`, "\r", `\s`, " ", `\\`, `\`).Replace(c.Config.Child("Delimeters").Attr("value"))
	if delims == "" {
		return nil, c.Errorf(diag.BadConfig, "Delimeters", "there is no character to split at")
	}
	flags, err := c.integer("Flags", 0)
	if err != nil {
		return nil, err
	}
	if flags < 0 || flags > 31 {
		return nil, c.unsupported("Flags", fmt.Sprint(flags))
	}
	split := splitter{delims: delims, flags: flags}
	mode, err := c.choice("Mode", "", "Columns", "Rows")
	if err != nil {
		return nil, err
	}
	if mode == "Rows" || mode == "" && c.Config.Child("RootName") == nil && c.Config.Child("ErrorHandling") == nil {
		if flags == 0 {
			return Outputs{"Output": &plan.Unnest{In: in, List: &plan.SplitList{Col: col, Delims: delims}, Into: s[col], Replace: col, KeepEmpty: true}}, nil
		}
		return Outputs{"Output": c.splitToRecords(in, col, split)}, nil
	}
	out, err := c.splitToFields(in, col, split)
	if err != nil {
		return nil, err
	}
	return Outputs{"Output": out}, nil
}

func (c *Context) splitToRecords(in plan.Node, col int, split splitter) plan.Node {
	return c.each(in, in.Schema(), func() func(*emitter, *record.Batch, int) error {
		var parts []string
		return func(e *emitter, b *record.Batch, row int) error {
			if b.Cols[col].IsNull(row) {
				e.copies(b, row, len(b.Cols))
				return e.done()
			}
			parts = split.all(parts[:0], b.Cols[col].Strings[row], 0)
			for _, part := range parts {
				for i := range b.Cols {
					if i == col {
						e.text(i, part)
					} else {
						e.copy(i, b, row, i)
					}
				}
				if err := e.done(); err != nil {
					return err
				}
			}
			return nil
		}
	})
}

func (c *Context) splitToFields(in plan.Node, col int, split splitter) (plan.Node, error) {
	s := in.Schema()
	n, err := c.integer("NumFields", 1)
	if err != nil {
		return nil, err
	}
	if n < 1 || n > 10_000 {
		return nil, c.Errorf(diag.BadConfig, "NumFields", "%d is not from 1 to 10000", n)
	}
	extra, err := c.choice("ErrorHandling", "Last", "Warn", "Ignore", "Error")
	if err != nil {
		return nil, err
	}
	out, root := append(record.Schema(nil), s...), c.Config.String("RootName")
	for i := range n {
		f := s[col]
		f.Name, f.Description = out.Unique(fmt.Sprintf("%s%d", root, i+1)), ""
		out = append(out, f)
	}
	limit := 0
	if extra == "Last" {
		limit = int(n)
	}
	return c.each(in, out, func() func(*emitter, *record.Batch, int) error {
		var parts []string
		warned := false
		return func(e *emitter, b *record.Batch, row int) error {
			e.copies(b, row, len(b.Cols))
			parts = parts[:0]
			if !b.Cols[col].IsNull(row) {
				parts = split.all(parts, b.Cols[col].Strings[row], limit)
			}
			if len(parts) > int(n) && extra == "Error" {
				return c.Errorf(diag.Failed, "NumFields", "the text %q has %d parts, and there are %d fields", shorten(b.Cols[col].Strings[row]), len(parts), n)
			}
			if len(parts) > int(n) && extra == "Warn" && !warned {
				c.Warnf("the text %q has %d parts, and there are %d fields; more of its kind are not reported", shorten(b.Cols[col].Strings[row]), len(parts), n)
				warned = true
			}
			for i := range int(n) {
				if i < len(parts) {
					e.text(len(s)+i, parts[i])
				} else {
					e.null(len(s) + i)
				}
			}
			return e.done()
		}
	}), nil
}

// shorten cuts a text for a message.
func shorten(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

// splitter splits texts at any of some characters.
type splitter struct {
	delims string
	flags  int64
}

// all adds the parts of s to parts; with a limit, the last part is what remains.
func (p splitter) all(parts []string, s string, limit int) []string {
	start, first := 0, len(parts)
	quote, depth := rune(0), 0
	for i, r := range s {
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			}
			continue
		case r == '"' && p.flags&keepDoubleQuoted != 0, r == '\'' && p.flags&keepSingleQuoted != 0:
			quote = r
			continue
		case r == '(' && p.flags&keepParentheses != 0, r == '[' && p.flags&keepBrackets != 0:
			depth++
			continue
		case r == ')' && p.flags&keepParentheses != 0, r == ']' && p.flags&keepBrackets != 0:
			depth = max(0, depth-1)
			continue
		}
		if depth > 0 || !strings.ContainsRune(p.delims, r) {
			continue
		}
		if limit > 0 && len(parts)-first == limit-1 && (p.flags&skipEmpty == 0 || i > start) {
			break
		}
		if i > start || p.flags&skipEmpty == 0 {
			parts = append(parts, s[start:i])
		}
		start = i + len(string(r))
	}
	if start < len(s) || p.flags&skipEmpty == 0 {
		parts = append(parts, s[start:])
	}
	return parts
}
