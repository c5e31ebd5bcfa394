package tool

import (
	"fmt"
	"strings"

	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/plan"
	"kickoff/internal/spatial"
	"kickoff/record"
)

// maxSpatialSize is the size of a spatial field, as documents have it.
const maxSpatialSize = 2147483647

// spatialField finds a field of spatial objects.
func (c *Context) spatialField(option, name string, in record.Schema) (int, error) {
	if name == "" {
		return 0, c.Errorf(diag.BadConfig, option, "no spatial field is chosen")
	}
	p, err := c.Field(option, name, in)
	if err != nil {
		return 0, err
	}
	if t := in[p].Type; t != record.SpatialObj {
		return 0, c.Errorf(diag.BadType, option, "the field %q of type %s holds no spatial objects", in[p].Name, t)
	}
	return p, nil
}

// object finds the field of a tool that takes one spatial object; documents of
// several versions name the option differently.
func (c *Context) object(in record.Schema, options ...string) (int, error) {
	for _, option := range options {
		path, attribute, ok := strings.Cut(option, "/@")
		name := c.Config.Value(path)
		if ok {
			name = c.Config.Child(path).Attr(attribute)
		}
		if name != "" {
			return c.spatialField(option, name, in)
		}
	}
	return c.spatialField(options[0], "", in)
}

func spatialOut(name string) record.Field {
	return record.Field{Name: name, Type: record.SpatialObj, Size: maxSpatialSize}
}

// shapes reads the spatial objects of an operator's run, and reports what is
// wrong with them.
type shapes struct {
	c        *Context
	field    string
	reported int
}

func (c *Context) shapes(field string) *shapes { return &shapes{c: c, field: field} }

// at is a value of a batch, empty for Null and for what is no geometry.
func (s *shapes) at(b *record.Batch, row, col int) spatial.Object {
	if b.Cols[col].IsNull(row) {
		return spatial.Object{}
	}
	o, err := spatial.Decode(b.Cols[col].Bytes[row])
	if err != nil {
		s.wrong(engine.Conversion, err.Error())
	}
	return o
}

// wrong reports what could not be done; after some reports it keeps silent.
func (s *shapes) wrong(status engine.Status, text string) {
	if s.reported++; s.reported <= conversionLimit {
		s.c.Run.Report(engine.Message{Tool: s.c.Tool, Status: status, Text: fmt.Sprintf("%s: %s", s.field, text)})
	}
}

// made passes on what an operation made, and reports where it failed.
func (s *shapes) made(o spatial.Object, err error) spatial.Object {
	if err != nil {
		s.wrong(engine.Conversion, err.Error())
		return spatial.Object{}
	}
	return o
}

// shape adds a spatial object; an empty one is Null.
func (e *emitter) shape(col int, o spatial.Object) {
	if o.IsEmpty() {
		e.null(col)
		return
	}
	e.batch.Cols[col].Bytes = append(e.batch.Cols[col].Bytes, o.Encode())
}

func (e *emitter) float(col int, v float64) {
	e.batch.Cols[col].Floats = append(e.batch.Cols[col].Floats, v)
}

// unit reads an option that is a unit of length.
func (c *Context) unit(option, value string) (spatial.Unit, error) {
	if value == "" {
		return spatial.Mile, nil
	}
	u, ok := spatial.ParseUnit(value)
	if !ok {
		return 0, c.unsupported(option, value)
	}
	return u, nil
}

// distanceField is the field of distances in a unit, as the product calls it.
func distanceField(in spatial.Unit) record.Field {
	name := map[spatial.Unit]string{spatial.Mile: "DistanceMiles", spatial.Kilometer: "DistanceKilometers",
		spatial.Meter: "DistanceMeters", spatial.Foot: "DistanceFeet"}[in]
	return record.New(name, record.Double, 0)
}

// others lists the positions of all fields but one.
func others(s record.Schema, but int) []int {
	var list []int
	for i := range s {
		if i != but {
			list = append(list, i)
		}
	}
	return list
}

// numberField finds a field of numbers, or of text that is read as numbers.
func (c *Context) numberField(option, name string, in record.Schema) (int, error) {
	p, err := c.Field(option, name, in)
	if err != nil {
		return 0, err
	}
	if t := in[p].Type; !isNumber(t) && !t.IsString() {
		return 0, c.Errorf(diag.BadType, option, "the field %q of type %s holds no numbers", in[p].Name, t)
	}
	return p, nil
}

// asNumber appends a field with the values of another as doubles.
func (c *Context) asNumber(in plan.Node, p int) (plan.Node, int) {
	s := in.Schema()
	cols := sames(s)
	col := same(s, p)
	col.Field = record.New(s.Unique(s[p].Name), record.Double, 0)
	return c.project(in, append(cols, col)), len(s)
}

// groupable finds a field whose values can be compared and sorted.
func (c *Context) groupable(option, name string, in record.Schema) (int, error) {
	p, err := c.Field(option, name, in)
	if err != nil {
		return 0, err
	}
	if t := in[p].Type; t == record.SpatialObj || t == record.Blob {
		return 0, c.Errorf(diag.BadType, option, "a field of type %s cannot be sorted by", t)
	}
	return p, nil
}
