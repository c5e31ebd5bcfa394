package tool

import (
	"context"
	"strings"
	"unicode"

	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/record"
)

// findReplaceTool looks texts up in a table.
var findReplaceTool = Tool{
	Name:    "Find Replace",
	Plugins: []string{"AlteryxBasePluginsGui.FindReplace.FindReplace"},
	Entry:   "AlteryxFindReplace",
	In:      []Anchor{{Name: "Targets"}, {Name: "Source"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Finds texts of a table in a field, and replaces what is found or appends fields of the table's record. Where several fit, the longest wins; of equal ones the last of the table. Replaced text is cut to the field's size.",
	Options: []Option{
		{Path: "FieldFind", Doc: "the field that is searched"},
		{Path: "FieldSearch", Doc: "the field of the table with what to find"},
		{Path: "FindMode", Doc: "FindAny: anywhere in the field; FindBegin: at its beginning; FindWhole: all of it"},
		{Path: "NoCase", Doc: "True: case does not matter"},
		{Path: "MatchWholeWord", Doc: "True: only whole words are found"},
		{Path: "ReplaceMode", Doc: "Replace or Append"},
		{Path: "ReplaceFoundField", Doc: "the field of the table with the replacement"},
		{Path: "ReplaceMultipleFound", Doc: "True: everything that is found is replaced; False: the first thing"},
		{Path: "ReplaceAppendFields/@orderChanged", Doc: "has no effect on the result"},
		{Path: "ReplaceAppendFields/Field/@field", Doc: "a field of the table to append"},
	},
	Compile: compileFindReplace,
}

// findReplace is the configuration.
type findReplace struct {
	find      int // in the target
	mode      string
	noCase    bool
	words     bool
	appended  bool
	multiple  bool
	nTargets  int
	nAppended int
}

func compileFindReplace(c *Context) (Outputs, error) {
	target, source := c.Input("Targets"), c.Input("Source")
	ts, ss := target.Schema(), source.Schema()
	r := findReplace{noCase: c.Config.Bool("NoCase", false), words: c.Config.Bool("MatchWholeWord", false),
		multiple: c.Config.Bool("ReplaceMultipleFound", false), nTargets: len(ts)}
	var err error
	if r.find, err = c.Field("FieldFind", c.Config.String("FieldFind"), ts); err != nil {
		return nil, err
	}
	search, err := c.Field("FieldSearch", c.Config.String("FieldSearch"), ss)
	if err != nil {
		return nil, err
	}
	if r.mode, err = c.choice("FindMode", "FindAny", "FindBegin", "FindWhole"); err != nil {
		return nil, err
	}
	mode, err := c.choice("ReplaceMode", "Replace", "Append")
	if err != nil {
		return nil, err
	}
	// The source becomes: what to find, and then the replacement or the fields to
	// append.
	text := record.Field{Name: "find", Type: record.VWString, Size: record.MaxVWString}
	cols := []plan.Column{same(ss, search)}
	cols[0].Field = text
	out := append(record.Schema(nil), ts...)
	if r.appended = mode == "Append"; r.appended {
		fields, err := c.fieldList("ReplaceAppendFields/Field", "field", ss)
		if err != nil {
			return nil, err
		}
		for _, p := range fields {
			col := same(ss, p)
			col.Field.Name = out.Unique(col.Field.Name)
			out = append(out, col.Field)
			cols = append(cols, col)
		}
		r.nAppended = len(fields)
	} else {
		if !ts[r.find].Type.IsString() {
			return nil, c.Errorf(diag.BadType, "FieldFind", "the field %q of type %s is no text", ts[r.find].Name, ts[r.find].Type)
		}
		p, err := c.Field("ReplaceFoundField", c.Config.String("ReplaceFoundField"), ss)
		if err != nil {
			return nil, err
		}
		col := same(ss, p)
		col.Field = text
		cols = append(cols, col)
	}
	for i, f := range unique(fieldsOf(cols)) {
		cols[i].Field.Name = f.Name
	}
	if !ts[r.find].Type.IsString() {
		// What is searched has to be text; the field itself stays as it is.
		all := sames(ts)
		as := same(ts, r.find)
		as.Field = text
		as.Field.Name = ts.Unique(text.Name)
		r.find = len(all)
		target = c.project(target, append(all, as))
	}
	return Outputs{"Output": &plan.Apply{In: []plan.Node{target, c.project(source, cols)}, Fields: out, Name: c.Tool.Name,
		Run: func(ctx context.Context, in []record.Reader, w record.Writer) error { return r.run(c, ctx, in, w, out) }}}, nil
}

func (r findReplace) run(c *Context, ctx context.Context, in []record.Reader, w record.Writer, out record.Schema) error {
	table, err := record.ReadAll(ctx, in[1], 0)
	if err != nil {
		return err
	}
	t := r.index(table)
	e := newEmitter(ctx, out, w)
	var cut func(string) string
	if !r.appended {
		cut = c.cutter(out[r.find])
	}
	err = eachBatch(ctx, in[0], func(b *record.Batch) error {
		for row := range b.Len {
			s, ok := "", !b.Cols[r.find].IsNull(row)
			if ok {
				s = b.Cols[r.find].Strings[row]
			}
			if !r.appended {
				if !ok {
					e.copies(b, row, r.nTargets)
				} else {
					e.copyBut(b, row, r.find, cut(r.replace(t, table, s)))
				}
			} else {
				e.copies(b, row, r.nTargets)
				found := -1
				if ok {
					found = r.first(t, s)
				}
				for i := range r.nAppended {
					if found < 0 {
						e.null(r.nTargets + i)
					} else {
						e.copy(r.nTargets+i, table, found, 1+i)
					}
				}
			}
			if err := e.done(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return e.flush()
}

// trie finds the texts of a table by their characters.
type trie struct {
	next  map[rune]*trie
	entry int // record of the table, or -1
}

// index makes the trie. Empty texts are not looked for.
func (r findReplace) index(table *record.Batch) *trie {
	root := &trie{entry: -1}
	for row := range table.Len {
		if table.Cols[0].IsNull(row) || table.Cols[0].Strings[row] == "" {
			continue
		}
		at := root
		for _, ch := range r.fold(table.Cols[0].Strings[row]) {
			next := at.next[ch]
			if next == nil {
				next = &trie{entry: -1}
				if at.next == nil {
					at.next = make(map[rune]*trie)
				}
				at.next[ch] = next
			}
			at = next
		}
		at.entry = row
	}
	return root
}

// fold is a text as characters, without regard to case where that is wanted. It
// keeps their number.
func (r findReplace) fold(s string) []rune {
	chars := []rune(s)
	if r.noCase {
		for i, ch := range chars {
			chars[i] = unicode.ToLower(ch)
		}
	}
	return chars
}

// at returns the entry that fits best at a place, and where it ends.
func (r findReplace) at(t *trie, chars []rune, from int) (entry, end int) {
	entry = -1
	letter := func(i int) bool {
		return i >= 0 && i < len(chars) && (unicode.IsLetter(chars[i]) || unicode.IsDigit(chars[i]) || chars[i] == '_')
	}
	for i := from; t != nil; i++ {
		if t.entry >= 0 && (r.mode != "FindWhole" || i == len(chars)) && !(r.words && (letter(from-1) || letter(i))) {
			entry, end = t.entry, i
		}
		if i == len(chars) {
			break
		}
		t = t.next[chars[i]]
	}
	return entry, end
}

// first is the entry that is found first in a text, or -1.
func (r findReplace) first(t *trie, s string) int {
	chars := r.fold(s)
	for from := range max(1, len(chars)) {
		if entry, _ := r.at(t, chars, from); entry >= 0 || r.mode != "FindAny" {
			return entry
		}
	}
	return -1
}

// replace replaces what is found in a text, in one pass from the left.
func (r findReplace) replace(t *trie, table *record.Batch, s string) string {
	chars, as := r.fold(s), []rune(s)
	var b strings.Builder
	from := 0
	for from < len(chars) {
		entry, end := r.at(t, chars, from)
		switch {
		case entry >= 0:
			if c := &table.Cols[1]; !c.IsNull(entry) {
				b.WriteString(c.Strings[entry])
			}
			from = end
		default:
			b.WriteRune(as[from])
			from++
		}
		if r.mode != "FindAny" || entry >= 0 && !r.multiple {
			break
		}
	}
	b.WriteString(string(as[from:]))
	return b.String()
}
