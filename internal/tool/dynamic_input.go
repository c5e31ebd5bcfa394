package tool

import (
	"errors"
	"fmt"
	"strings"

	"kickoff/internal/diag"
	"kickoff/internal/eval"
	"kickoff/internal/format"
	"kickoff/internal/plan"
	"kickoff/record"
)

// dynamicInputTool reads the files that records name.
var dynamicInputTool = Tool{
	Name:    "Dynamic Input",
	Plugins: []string{"AlteryxBasePluginsGui.DynamicInput.DynamicInput"},
	Entry:   "AlteryxDynamicInput",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Reads a file, sheet or table for each record, by a template whose name the record changes. All must have the fields of the first; one that has not, or is empty, is left out with a warning.",
	Options: append(prefixed("InputConfiguration/Configuration/", append([]Option{
		{Path: "Passwords", Doc: "has no effect on files"},
		{Path: "File", Doc: "the template's path; behind ||| the sheet, range or table", NotYet: "databases"},
	}, fileOptions...)),
		Option{Path: "Mode", Doc: "ReadList: a field names the file; ModifySQL: fields replace parts of the template's name"},
		Option{Path: "ReadList_Field", Doc: "the field that names the file"},
		Option{Path: "ReadList_Type", Doc: "Path: it is the whole path; FileName: the file's or table's name; Suffix, Prefix: added to the name"},
		Option{Path: "Modifications/Modify/@Action", Doc: "ReplaceString: a part of the name; PassField: the field is given with each record read", NotYet: "ReplaceStringEx, ReplaceStringSproc and Spatial, which databases need"},
		Option{Path: "Modifications/Modify/@Annotation", Doc: "has no effect on the result"},
		Option{Path: "Modifications/Modify/Field", Doc: "the field"},
		Option{Path: "Modifications/Modify/ReplaceText", Doc: "the part of the template's name that it takes the place of"},
	),
	Compile: compileDynamicInput,
}

// prefixed puts a path before those of options.
func prefixed(at string, options []Option) []Option {
	for i := range options {
		options[i].Path = at + options[i].Path
	}
	return options
}

// maxSources bounds the files that one Dynamic Input reads.
const maxSources = 10_000

// modification is what a record does to the template.
type modification struct {
	col     int
	replace string // the text to replace, or "" to pass the field on
}

func compileDynamicInput(c *Context) (Outputs, error) {
	in := c.Input("Input")
	s := in.Schema()
	template := c.Config.Child("InputConfiguration/Configuration")
	if template == nil {
		return nil, c.Errorf(diag.BadConfig, "InputConfiguration", "there is no template")
	}
	mode, err := c.choice("Mode", "ReadList", "ModifySQL")
	if err != nil {
		return nil, err
	}
	var path func(b *record.Batch, row int) (string, error)
	var passed []int
	written := strings.TrimSpace(template.String("File"))
	if mode == "ReadList" {
		path, err = c.listedPath(written, s)
	} else {
		path, passed, err = c.modifiedPath(written, s)
	}
	if err != nil {
		return nil, err
	}
	rows, err := c.Rows(in, maxSources+1)
	if err != nil {
		return nil, err
	}
	if rows.Len > maxSources {
		return nil, c.Errorf(diag.Limit, "Mode", "there are more than %d files to read", maxSources)
	}
	d := &dynamicInput{c: c, passed: passed, u: &plan.Union{}}
	for row := range rows.Len {
		p, err := path(rows, row)
		if err != nil {
			return nil, err
		}
		source, err := c.readFile(template, p)
		if errors.Is(err, format.ErrEmpty) && rows.Len > 1 {
			c.Warnf("%s is empty and is left out", p)
			continue
		}
		if err != nil {
			return nil, err
		}
		if err := d.add(source, rows, row, p); err != nil {
			return nil, err
		}
	}
	if len(d.u.In) == 0 {
		// Nothing is to be read: the template tells the fields.
		source, err := c.readFile(template, written)
		if err != nil {
			return nil, err
		}
		d.fields(s, source.Schema())
		return Outputs{"Output": &plan.Values{Fields: d.schema}}, nil
	}
	if len(d.u.In) == 1 {
		return Outputs{"Output": d.u.In[0]}, nil
	}
	return Outputs{"Output": d.u}, nil
}

// listedPath gives the path that a record names.
func (c *Context) listedPath(written string, s record.Schema) (func(*record.Batch, int) (string, error), error) {
	col, err := c.Field("ReadList_Field", c.Config.String("ReadList_Field"), s)
	if err != nil {
		return nil, err
	}
	kind, err := c.choice("ReadList_Type", "Path", "FileName", "Suffix", "Prefix")
	if err != nil {
		return nil, err
	}
	return func(b *record.Batch, row int) (string, error) {
		p, err := format.MultiFileName(written, kind, eval.At(b, row, col).Text())
		if err != nil {
			return "", c.fileError(err)
		}
		return p, nil
	}, nil
}

// modifiedPath gives the template's path as a record changes it, and the fields
// that are passed on.
func (c *Context) modifiedPath(written string, s record.Schema) (path func(*record.Batch, int) (string, error), passed []int, err error) {
	var changes []modification
	for i, e := range c.Config.All("Modifications/Modify") {
		at := fmt.Sprintf("Modifications/Modify[%d]", i+1)
		action := e.Attr("Action")
		if action != "ReplaceString" && action != "PassField" {
			return nil, nil, c.unsupported(at+"/@Action", action)
		}
		col, err := c.Field(at+"/Field", e.String("Field"), s)
		if err != nil {
			return nil, nil, err
		}
		if action == "PassField" {
			passed = append(passed, col)
			continue
		}
		m := modification{col: col, replace: e.String("ReplaceText")}
		if m.replace == "" || !strings.Contains(written, m.replace) {
			return nil, nil, c.Errorf(diag.BadConfig, at+"/ReplaceText", "%q is not in the template's name %q", m.replace, written)
		}
		changes = append(changes, m)
	}
	return func(b *record.Batch, row int) (string, error) {
		p := written
		for _, m := range changes {
			p = strings.ReplaceAll(p, m.replace, eval.At(b, row, m.col).Text())
		}
		return p, nil
	}, passed, nil
}

// dynamicInput collects the relations of the files.
type dynamicInput struct {
	c      *Context
	passed []int
	u      *plan.Union
	own    record.Schema // the fields of the first file
	schema record.Schema // those of the result
}

// fields makes the schema: the fields of the list that are passed on, then the file's.
func (d *dynamicInput) fields(list, file record.Schema) {
	for _, p := range d.passed {
		d.schema = append(d.schema, list[p])
	}
	d.schema = unique(append(d.schema, file...))
}

// add adds a file that a record names.
func (d *dynamicInput) add(source plan.Node, rows *record.Batch, row int, path string) error {
	s := source.Schema()
	if len(d.u.In) == 0 {
		d.own = s
		d.fields(rows.Schema, s)
	}
	if !strings.EqualFold(strings.Join(s.Names(), "\x00"), strings.Join(d.own.Names(), "\x00")) {
		d.c.Warnf("%s has other fields than the first source and is left out", path)
		return nil
	}
	var cols []plan.Column
	for i, p := range d.passed {
		value := call("Null")
		if v := eval.At(rows, row, p); !v.IsNull() {
			value = text(v.Text())
		}
		checked, err := d.c.tree("Modifications", value, s)
		if err != nil {
			return err
		}
		cols = append(cols, plan.Column{Field: d.schema[i], Expr: checked})
	}
	for i, col := range sames(s) {
		col.Field = d.schema[len(d.passed)+i]
		cols = append(cols, col)
	}
	d.u.In = append(d.u.In, d.c.project(source, cols))
	return nil
}
