package tool

import (
	"fmt"
	"strings"
	"time"

	"kickoff/internal/diag"
	"kickoff/internal/fn"
	"kickoff/internal/plan"
	"kickoff/record"
)

// regexTool searches text with a pattern.
var regexTool = Tool{
	Name:    "RegEx",
	Plugins: []string{"AlteryxBasePluginsGui.RegEx.RegEx"},
	Entry:   "AlteryxRegEx",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Searches a text with a pattern: replaces what is found, splits it to fields or records, takes its marked groups apart, or says whether all of it matches.",
	Options: []Option{
		{Path: "Field", Doc: "the text to search"},
		{Path: "RegExExpression", Doc: "the pattern"},
		{Path: "CaseInsensitve", Doc: "True: case does not matter"},
		{Path: "Method", Doc: "Replace; ParseSimple: split to tokens, which are the first marked group or the whole match; ParseComplex: a field for each marked group; Match: a Bool"},
		{Path: "Replace/@expression", Doc: "what a match becomes; $1 is a marked group"},
		{Path: "Replace/CopyUnmatched", Doc: "True: what does not match is kept; False: only the replacements are"},
		{Path: "ParseSimple/SplitToRows", Doc: "True: a record for each token"},
		{Path: "ParseSimple/RootName", Doc: "the names of new fields begin with it"},
		{Path: "ParseSimple/NumFields", Doc: "how many fields to make"},
		{Path: "ParseSimple/ErrorHandling", Doc: "Warn, Ignore or Error: what happens to tokens beyond the fields"},
		{Path: "ParseComplex/Field/@field", Doc: "the name of a marked group's field"},
		{Path: "ParseComplex/Field/@type", Doc: "its type"},
		{Path: "ParseComplex/Field/@size", Doc: "its size"},
		{Path: "Match/Field", Doc: "the name of the Bool"},
		{Path: "Match/ErrorUnmatched", Doc: "True: a record that does not match is an error"},
	},
	Compile: compileRegex,
}

// regexTimeout bounds the search of one text by a pattern that backtracks.
const regexTimeout = 2 * time.Second

func compileRegex(c *Context) (Outputs, error) {
	in := c.Input("Input")
	s := in.Schema()
	col, err := c.textField("Field", s)
	if err != nil {
		return nil, err
	}
	source := c.Config.Child("RegExExpression").Attr("value")
	if source == "" {
		return nil, c.Errorf(diag.BadConfig, "RegExExpression", "there is no pattern")
	}
	re, err := fn.CompileRegex(source, c.Config.Bool("CaseInsensitve", true), regexTimeout)
	if err != nil {
		return nil, c.Errorf(diag.BadExpr, "RegExExpression", "%v", err)
	}
	method, err := c.choice("Method", "Replace", "ParseSimple", "ParseComplex", "Match")
	if err != nil {
		return nil, err
	}
	var out plan.Node
	switch {
	case method == "Replace":
		out, err = c.regexReplace(in, col, re)
	case method == "ParseComplex":
		out, err = c.regexParse(in, col, re)
	case method == "Match":
		out, err = c.regexMatch(in, col, re)
	case c.Config.Bool("ParseSimple/SplitToRows", false):
		out = c.regexRecords(in, col, re)
	default:
		out, err = c.regexFields(in, col, re)
	}
	if err != nil {
		return nil, err
	}
	return Outputs{"Output": out}, nil
}

// searched is an operator over the texts of a field. f gets each record with its
// text; ok is false for Null.
func (c *Context) searched(in plan.Node, col int, out record.Schema, f func(e *emitter, b *record.Batch, row int, s string, ok bool) error) plan.Node {
	return c.each(in, out, func() func(*emitter, *record.Batch, int) error {
		return func(e *emitter, b *record.Batch, row int) error {
			if b.Cols[col].IsNull(row) {
				return f(e, b, row, "", false)
			}
			return f(e, b, row, b.Cols[col].Strings[row], true)
		}
	})
}

// copyBut copies a record but for one column, which it sets.
func (e *emitter) copyBut(b *record.Batch, row, col int, s string) {
	for i := range b.Cols {
		if i == col {
			e.text(i, s)
		} else {
			e.copy(i, b, row, i)
		}
	}
}

func (c *Context) regexReplace(in plan.Node, col int, re *fn.Regex) (plan.Node, error) {
	to := fn.ParseReplacement(c.Config.Child("Replace").Attr("expression"))
	keep := c.Config.Bool("Replace/CopyUnmatched", true)
	field := in.Schema()[col]
	cut := c.cutter(field)
	return c.searched(in, col, in.Schema(), func(e *emitter, b *record.Batch, row int, s string, ok bool) error {
		if !ok {
			e.copies(b, row, len(b.Cols))
			return e.done()
		}
		replaced, err := replaceMatches(re, to, s, keep)
		if err != nil {
			return c.Errorf(diag.Limit, "RegExExpression", "%v", err)
		}
		e.copyBut(b, row, col, cut(replaced))
		return e.done()
	}), nil
}

// replaceMatches replaces the matches in s. Without keep, the text around them is
// left out.
func replaceMatches(re *fn.Regex, to *fn.Replacement, s string, keep bool) (string, error) {
	if keep {
		return re.ReplaceAll(s, to)
	}
	found, err := re.FindAll(s, 0)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, m := range found {
		one, err := re.ReplaceAll(s[m[0].Start:m[0].End], to)
		if err != nil {
			return "", err
		}
		b.WriteString(one)
	}
	return b.String(), nil
}

// tokens are what ParseSimple finds: the first marked group of each match, or
// the match where there is no group.
func (c *Context) tokens(re *fn.Regex, s string) ([]string, error) {
	found, err := re.FindAll(s, 0)
	if err != nil {
		return nil, c.Errorf(diag.Limit, "RegExExpression", "%v", err)
	}
	tokens := make([]string, 0, len(found))
	for _, m := range found {
		at := m[0]
		if len(m) > 1 {
			at = m[1]
		}
		if at.Start >= 0 {
			tokens = append(tokens, s[at.Start:at.End])
		}
	}
	return tokens, nil
}

func (c *Context) regexRecords(in plan.Node, col int, re *fn.Regex) plan.Node {
	return c.searched(in, col, in.Schema(), func(e *emitter, b *record.Batch, row int, s string, ok bool) error {
		if !ok {
			return nil
		}
		tokens, err := c.tokens(re, s)
		if err != nil {
			return err
		}
		for _, t := range tokens {
			e.copyBut(b, row, col, t)
			if err := e.done(); err != nil {
				return err
			}
		}
		return nil
	})
}

func (c *Context) regexFields(in plan.Node, col int, re *fn.Regex) (plan.Node, error) {
	s := in.Schema()
	n, err := c.integer("ParseSimple/NumFields", 3)
	if err != nil {
		return nil, err
	}
	if n < 1 || n > 10_000 {
		return nil, c.Errorf(diag.BadConfig, "ParseSimple/NumFields", "%d is not from 1 to 10000", n)
	}
	extra, err := c.choice("ParseSimple/ErrorHandling", "Warn", "Ignore", "Error")
	if err != nil {
		return nil, err
	}
	out, root := append(record.Schema(nil), s...), c.Config.String("ParseSimple/RootName")
	for i := range n {
		f := s[col]
		f.Name, f.Description = out.Unique(fmt.Sprintf("%s%d", root, i+1)), ""
		out = append(out, f)
	}
	warned := false
	return c.searched(in, col, out, func(e *emitter, b *record.Batch, row int, text string, ok bool) error {
		var tokens []string
		if ok {
			if tokens, err = c.tokens(re, text); err != nil {
				return err
			}
		}
		if len(tokens) > int(n) {
			switch {
			case extra == "Error":
				return c.Errorf(diag.Failed, "ParseSimple/NumFields", "the text %q has %d tokens, and there are %d fields", shorten(text), len(tokens), n)
			case extra == "Warn" && !warned:
				warned = true
				c.Warnf("the text %q has %d tokens, and there are %d fields; more of its kind are not reported", shorten(text), len(tokens), n)
			}
		}
		e.copies(b, row, len(s))
		for i := range int(n) {
			if i < len(tokens) {
				e.text(len(s)+i, tokens[i])
			} else {
				e.null(len(s) + i)
			}
		}
		return e.done()
	}), nil
}

func (c *Context) regexParse(in plan.Node, col int, re *fn.Regex) (plan.Node, error) {
	s := in.Schema()
	out := append(record.Schema(nil), s...)
	for i, e := range c.Config.All("ParseComplex/Field") {
		if i >= re.Groups() {
			break
		}
		f, err := c.fieldType(fmt.Sprintf("ParseComplex/Field[%d]/@type", i+1), e.Attr("field"), e.Attr("type"), e.Attr("size"))
		if err != nil {
			return nil, err
		}
		f.Name = out.Unique(f.Name)
		out = append(out, f)
	}
	if len(out) == len(s) {
		return nil, c.Errorf(diag.BadConfig, "RegExExpression", "the pattern has no marked group")
	}
	convert := c.conversions()
	return c.searched(in, col, out, func(e *emitter, b *record.Batch, row int, text string, ok bool) error {
		e.copies(b, row, len(s))
		var groups []fn.Span
		if ok {
			found, err := re.FindAll(text, 1)
			if err != nil {
				return c.Errorf(diag.Limit, "RegExExpression", "%v", err)
			}
			if len(found) > 0 {
				groups = found[0][1:]
			}
		}
		for i := len(s); i < len(out); i++ {
			if g := i - len(s); g < len(groups) && groups[g].Start >= 0 {
				e.put(i, convert.assign(fn.Text(text[groups[g].Start:groups[g].End]), out[i]))
			} else {
				e.null(i)
			}
		}
		return e.done()
	}), nil
}

func (c *Context) regexMatch(in plan.Node, col int, re *fn.Regex) (plan.Node, error) {
	s := in.Schema()
	name := c.Config.String("Match/Field")
	if name == "" {
		name = s[col].Name + "_Matched"
	}
	out := append(record.Schema(nil), s...)
	out = append(out, record.New(s.Unique(name), record.Bool, 0))
	strict := c.Config.Bool("Match/ErrorUnmatched", false)
	return c.searched(in, col, out, func(e *emitter, b *record.Batch, row int, text string, ok bool) error {
		matched := false
		if ok {
			var err error
			if matched, err = re.MatchWhole(text); err != nil {
				return c.Errorf(diag.Limit, "RegExExpression", "%v", err)
			}
		}
		if !matched && strict {
			return c.Errorf(diag.Failed, "Match/ErrorUnmatched", "the text %q does not match", shorten(text))
		}
		e.copies(b, row, len(s))
		e.value(len(s), matched)
		return e.done()
	}), nil
}
