package compile

import (
	"fmt"
	"sort"
	"strings"

	"kickoff/record"
)

// Comparison is how the compiled schemas of a program agree with those that the
// document has cached.
type Comparison struct {
	Compared, Same int // output anchors
	Guessed        int // anchors left out, since their schema follows from a cached one
	Differences    []Difference
}

// Difference is an output anchor whose schema is not the cached one.
type Difference struct {
	Tool   *Tool
	Anchor string
	Text   []string // a line a difference
}

// AgainstMetaInfo compares the schemas of all tools outside macros with those
// that the document holds: names, types, sizes, scales and order of the fields.
func (p *Program) AgainstMetaInfo() Comparison {
	var c Comparison
	for _, t := range p.Tools {
		if len(t.Diag.Path) > 0 {
			continue
		}
		names := make([]string, 0, len(t.Cached))
		for name := range t.Cached {
			names = append(names, name)
		}
		sort.Strings(names)
		for _, name := range names {
			got, ok := t.Schemas[name]
			if !ok {
				continue
			}
			if t.Guessed {
				c.Guessed++
				continue
			}
			c.Compared++
			if text := differences(t.Cached[name], got); len(text) > 0 {
				c.Differences = append(c.Differences, Difference{t, name, text})
			} else {
				c.Same++
			}
		}
	}
	return c
}

// differences lists how a schema differs from the cached one.
func differences(cached, got record.Schema) []string {
	var lines []string
	if a, b := strings.Join(cached.Names(), ", "), strings.Join(got.Names(), ", "); a != b {
		lines = append(lines, fmt.Sprintf("fields: cached [%s], compiled [%s]", a, b))
	}
	for _, f := range cached {
		i := got.Index(f.Name)
		if i < 0 {
			continue
		}
		if a, b := describe(f), describe(got[i]); a != b {
			lines = append(lines, fmt.Sprintf("%s: cached %s, compiled %s", f.Name, a, b))
		}
	}
	return lines
}

// describe writes a field's type as users do: "V_String 254", "FixedDecimal 19.6".
func describe(f record.Field) string {
	switch {
	case f.Type == record.FixedDecimal:
		return fmt.Sprintf("%s %d.%d", f.Type, f.Size, f.Scale)
	case f.Type.IsString():
		return fmt.Sprintf("%s %d", f.Type, f.Size)
	}
	return f.Type.String()
}
