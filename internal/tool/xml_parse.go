package tool

import (
	"strings"
	"unicode/utf8"

	"kickoff/internal/diag"
	"kickoff/internal/eval"
	"kickoff/internal/format"
	"kickoff/internal/plan"
	"kickoff/record"
)

// xmlParseTool takes XML apart.
var xmlParseTool = Tool{
	Name:    "XML Parse",
	Plugins: []string{"AlteryxBasePluginsGui.XMLParse.XMLParse"},
	Entry:   "AlteryxXMLParse",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Gives a record for each element of a name in a field's XML, with its text, its attributes (element_attribute) and, if wanted, its children. The fields are those that the data has, as text as long as the longest value.",
	Differs: "A record whose XML has no such element gives no record; that is not set down anywhere.",
	Options: []Option{
		{Path: "XMLField", Doc: "the field with the XML"},
		{Path: "XMLElement", Doc: "the name of the elements; empty: the children of the root that are named like its first child"},
		{Path: "ChildValues", Doc: "True: the children's texts and attributes become fields too"},
		{Path: "OuterXML", Doc: "True: the XML of the element, and of its children with ChildValues, becomes fields name_OuterXML"},
		{Path: "ParseRoot", Doc: "True: the root is the element"},
		{Path: "IgnoreErrors", Doc: "True: text that is no XML is passed over with a warning, not an error"},
		{Path: "IncludeInOutput", Doc: "False: the field with the XML is dropped"},
	},
	Compile: compileXMLParse,
}

// xmlParser is an XML Parse at work.
type xmlParser struct {
	c      *Context
	o      format.XMLOptions
	ignore bool
	warned int
}

// values are the rows that a record's XML gives.
func (x *xmlParser) values(b *record.Batch, row, col int) ([][]format.XMLValue, error) {
	v := eval.At(b, row, col)
	if v.IsNull() || strings.TrimSpace(v.Text()) == "" {
		return nil, nil
	}
	rows, err := format.ParseXML(v.Text(), x.o)
	if err == nil {
		return rows, nil
	}
	if !x.ignore {
		return nil, x.c.Errorf(diag.Failed, "XMLField", "%q: %v", shorten(v.Text()), err)
	}
	if x.warned++; x.warned <= conversionLimit {
		x.c.Warnf("%q is passed over: %v", shorten(v.Text()), err)
	}
	return nil, nil
}

func compileXMLParse(c *Context) (Outputs, error) {
	in := c.Input("Input")
	s := in.Schema()
	col, err := c.textField("XMLField", s)
	if err != nil {
		return nil, err
	}
	options := format.XMLOptions{
		Element: strings.TrimSpace(c.Config.String("XMLElement")), Root: c.Config.Bool("ParseRoot", false),
		ChildValues: c.Config.Bool("ChildValues", false), OuterXML: c.Config.Bool("OuterXML", false),
	}
	ignore := c.Config.Bool("IgnoreErrors", false)
	kept, err := c.Query(in)
	if err != nil {
		return nil, err
	}
	found, err := c.xmlFields(kept, col, &xmlParser{c: c, o: options, ignore: ignore})
	if err != nil {
		return nil, err
	}
	var out record.Schema
	var passed []int
	for p := range s {
		if p != col || c.Config.Bool("IncludeInOutput", true) {
			passed = append(passed, p)
			out = append(out, s[p])
		}
	}
	places := make(map[string]int) // of a name in lower case
	for _, f := range found {
		places[strings.ToLower(f.Name)] = len(out)
		f.Name = out.Unique(f.Name)
		out = append(out, f)
	}
	return Outputs{"Output": c.each(kept, out, func() func(*emitter, *record.Batch, int) error {
		// What is passed over was reported when the fields were looked for.
		x := &xmlParser{c: c, o: options, ignore: ignore, warned: conversionLimit}
		at := make([]*format.XMLValue, len(out))
		return func(e *emitter, b *record.Batch, row int) error {
			rows, err := x.values(b, row, col)
			if err != nil {
				return err
			}
			for _, values := range rows {
				clear(at)
				for i := range values {
					if p, ok := places[strings.ToLower(values[i].Name)]; ok {
						at[p] = &values[i]
					}
				}
				for i, p := range passed {
					e.copy(i, b, row, p)
				}
				for i := len(passed); i < len(out); i++ {
					if at[i] == nil || at[i].Null {
						e.null(i)
					} else {
						e.text(i, at[i].Text)
					}
				}
				if err := e.done(); err != nil {
					return err
				}
			}
			return nil
		}
	})}, nil
}

// xmlFields reads all the XML once to learn which fields it has, in the order
// of their first appearance, and how long their values are.
func (c *Context) xmlFields(kept plan.Node, col int, x *xmlParser) (record.Schema, error) {
	r, err := c.Run.Session.Read(c, c.pick(kept, []int{col}))
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var fields record.Schema
	places := make(map[string]int)
	err = eachBatch(c, r, func(b *record.Batch) error {
		for row := range b.Len {
			rows, err := x.values(b, row, 0)
			if err != nil {
				return err
			}
			for _, values := range rows {
				for _, v := range values {
					name := strings.ToLower(v.Name)
					p, ok := places[name]
					if !ok {
						p = len(fields)
						places[name] = p
						fields = append(fields, record.New(v.Name, record.VString, 1))
					}
					f := &fields[p]
					f.Size = max(f.Size, utf8.RuneCountInString(v.Text))
					if beyondLatin1(v.Text) {
						f.Type = record.VWString
					}
				}
			}
		}
		return nil
	})
	return fields, err
}

// beyondLatin1 reports whether a text needs a wide field.
func beyondLatin1(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > 0xFF }) >= 0
}
