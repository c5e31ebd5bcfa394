package tool

import (
	"fmt"
	"strconv"
	"strings"

	"kickoff/internal/diag"
	"kickoff/record"
	"kickoff/workflow"
)

// choice reads an option that has one of a few values, matched ignoring case
// and returned as given in values. Where the option is absent or empty it is
// the first of them. Any other value is a diagnostic.
func (c *Context) choice(path string, values ...string) (string, error) {
	v := c.Config.Value(path)
	if v == "" {
		return values[0], nil
	}
	for _, w := range values {
		if strings.EqualFold(v, w) {
			return w, nil
		}
	}
	return "", c.unsupported(path, v)
}

// unsupported is the diagnostic for a value that this engine does not know.
func (c *Context) unsupported(path, value string) error {
	return c.Errorf(diag.Unsupported, path, "the value %q is not supported", value)
}

// integer reads a whole number; def is its value where the option is absent or
// empty.
func (c *Context) integer(path string, def int64) (int64, error) {
	v := c.Config.Value(path)
	if v == "" {
		return def, nil
	}
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil {
		return 0, c.Errorf(diag.BadConfig, path, "%q is not a whole number", v)
	}
	return n, nil
}

// number reads a number; def is its value where the option is absent or empty.
func (c *Context) number(path string, def float64) (float64, error) {
	v := c.Config.Value(path)
	if v == "" {
		return def, nil
	}
	n, err := strconv.ParseFloat(v, 64)
	if err != nil {
		return 0, c.Errorf(diag.BadConfig, path, "%q is not a number", v)
	}
	return n, nil
}

// required reads a text that must not be empty.
func (c *Context) required(path string) (string, error) {
	v := c.Config.String(path)
	if strings.TrimSpace(v) == "" {
		return "", c.Errorf(diag.BadConfig, path, "the option is empty")
	}
	return v, nil
}

// fieldType reads a field's type and size as documents write them. The size of a
// FixedDecimal is "w.s".
func (c *Context) fieldType(path, name, typ, size string) (record.Field, error) {
	t, ok := record.ParseType(strings.TrimSpace(typ))
	if !ok {
		return record.Field{}, c.Errorf(diag.BadConfig, path, "%q is not a field type", typ)
	}
	f := record.New(name, t, 0)
	if f.Size > 0 {
		return f, nil
	}
	if t == record.FixedDecimal {
		f.Size, f.Scale = 19, 6
		w, s, _ := strings.Cut(strings.TrimSpace(size), ".")
		if n, err := strconv.Atoi(w); err == nil && n > 0 {
			f.Size, f.Scale = n, 0
			if n, err := strconv.Atoi(s); err == nil {
				f.Scale = n
			}
		}
		return f, nil
	}
	f.Size = defaultSize(t)
	if n, err := strconv.ParseInt(strings.TrimSpace(size), 10, 64); err == nil && n > 0 {
		f.Size = int(min(n, int64(defaultLimit(t))))
	}
	return f, nil
}

// defaultSize is the size of a field whose configuration gives none.
func defaultSize(t record.Type) int {
	switch t {
	case record.String, record.WString:
		return 254
	}
	return defaultLimit(t)
}

// defaultLimit is the largest size of a type whose size is free.
func defaultLimit(t record.Type) int {
	switch t {
	case record.String, record.WString:
		return record.MaxFixedSize
	case record.VWString:
		return record.MaxVWString
	}
	return record.MaxVString
}

// fieldList reads the fields named by an attribute of the elements at a path:
// Field/@field or, in some tools, Field/@name. Fields that the input has not
// are an error.
func (c *Context) fieldList(path, attr string, in record.Schema) ([]int, error) {
	var cols []int
	for i, e := range c.Config.All(path) {
		name, ok := e.LookupAttr(attr)
		if !ok {
			continue
		}
		col, err := c.Field(fmt.Sprintf("%s[%d]/@%s", path, i+1, attr), name, in)
		if err != nil {
			return nil, err
		}
		cols = append(cols, col)
	}
	return cols, nil
}

// groupFields reads the fields to group by, of tools in whose documents the
// attribute has two names.
func (c *Context) groupFields(in record.Schema) ([]int, error) {
	group, err := c.fieldList("GroupFields/Field", "field", in)
	if err != nil {
		return nil, err
	}
	named, err := c.fieldList("GroupFields/Field", "name", in)
	return append(group, named...), err
}

// textField reads an option that names a field of text.
func (c *Context) textField(option string, in record.Schema) (int, error) {
	col, err := c.Field(option, c.Config.String(option), in)
	if err != nil {
		return 0, err
	}
	if f := in[col]; !f.Type.IsString() {
		return 0, c.Errorf(diag.BadType, option, "the field %q of type %s is no text", f.Name, f.Type)
	}
	return col, nil
}

// chosen reads a list of fields with check marks, where the entry "*Unknown"
// stands for all fields that are not listed. An entry without a selected
// attribute is checked. It returns the positions in the order of the input.
// Listed fields that the input has not are passed over with a warning.
func (c *Context) chosen(path, attr string, in record.Schema) []int {
	marks, unknown := make(map[int]bool), false
	var missing []string
	for _, e := range c.Config.All(path) {
		name, ok := e.LookupAttr(attr)
		if !ok {
			continue
		}
		selected := isTrue(e, "selected", true)
		if name == unknownFields {
			unknown = selected
			continue
		}
		i := in.Index(name)
		if i < 0 {
			if selected {
				missing = append(missing, strconv.Quote(name))
			}
			continue
		}
		marks[i] = selected
	}
	if len(missing) > 0 {
		c.Warnf("these fields are not in the input: %s", strings.Join(missing, ", "))
	}
	var cols []int
	for i := range in {
		if selected, listed := marks[i]; selected || !listed && unknown {
			cols = append(cols, i)
		}
	}
	return cols
}

// unknownFields is the entry of a field list that stands for all others.
const unknownFields = "*Unknown"

// isTrue reads an attribute that is True or False; def is its value where it is
// absent or empty.
func isTrue(e *workflow.Element, attr string, def bool) bool {
	v := e.Attr(attr)
	if v == "" {
		return def
	}
	return strings.EqualFold(v, "true") || v == "1"
}
