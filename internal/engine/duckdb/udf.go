//go:build cgo

package duckdb

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	bindings "github.com/duckdb/duckdb-go-bindings"

	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/fn"
	"kickoff/internal/spatial"
	"kickoff/internal/sqlgen"
	"kickoff/record"
)

// udfs are the functions that a session has added to its database: the
// conversions, the count of records, and the functions of the language as
// statements come to call them.
type udfs struct {
	library *fn.Library
	added   map[string]bool
	counts  *counters
	report  conversions
}

// site numbers a place where values are converted, from 1.
func (s *session) site(at sqlgen.Site) int { return s.report.site(at) }

// duckType is the type of the database for values of a type of the language.
func duckType(t record.Type) bindings.Type {
	switch t {
	case record.Bool:
		return bindings.TypeBoolean
	case record.Byte:
		return bindings.TypeUTinyInt
	case record.Int16:
		return bindings.TypeSmallInt
	case record.Int32:
		return bindings.TypeInteger
	case record.Int64:
		return bindings.TypeBigInt
	case record.Float:
		return bindings.TypeFloat
	case record.Double:
		return bindings.TypeDouble
	case record.Date:
		return bindings.TypeDate
	case record.Time:
		return bindings.TypeTime
	case record.DateTime:
		return bindings.TypeTimestamp
	case record.Blob, record.SpatialObj:
		return bindings.TypeBlob
	}
	return bindings.TypeVarchar
}

// begin tells the functions which run they belong to.
func (s *session) begin(o engine.Options) {
	s.options = o
	s.report.limit, s.report.events, s.report.stop = s.options.ConversionLimit, s.options.Events, s.options.ConversionStop
	if s.report.limit <= 0 {
		s.report.limit = 10
	}
	now := s.options.Now
	if now.IsZero() {
		now = time.Now()
	}
	s.library = fn.New(fn.Options{Now: now, Seed: s.options.Seed, FileExists: s.fileExists})
}

// register adds the functions that every session has.
func (s *session) register() error {
	s.added, s.counts = make(map[string]bool), newCounters()
	any := []bindings.Type{bindings.TypeAny}
	list := []*scalar{
		{name: "kickoff_number_text", params: []bindings.Type{bindings.TypeDouble}, result: bindings.TypeVarchar, run: numberText},
		{name: "kickoff_geojson", params: []bindings.Type{bindings.TypeBlob}, result: bindings.TypeVarchar, run: geoJSON},
		{name: "kickoff_dictionary", params: []bindings.Type{bindings.TypeVarchar}, result: bindings.TypeBlob, run: dictionary},
		s.counts.function(),
	}
	for _, t := range []record.Type{record.Bool, record.Byte, record.Int16, record.Int32, record.Int64, record.FixedDecimal,
		record.Float, record.Double, record.VWString, record.Date, record.Time, record.DateTime, record.Blob, record.SpatialObj} {
		list = append(list, &scalar{name: sqlgen.Converter(t), params: append([]bindings.Type{bindings.TypeInteger}, any...),
			result: duckType(t), volatile: true, run: s.converter(t)})
	}
	for t, name := range givenTypes {
		list = append(list, &scalar{name: "kickoff_given_" + name, params: []bindings.Type{bindings.TypeInteger}, result: t, volatile: true, run: giveTo, given: s.db})
	}
	for _, f := range list {
		if err := f.add(s.conn); err != nil {
			return err
		}
	}
	for _, ordered := range []bool{false, true} {
		if err := (&reading{s.db, ordered}).add(s.conn); err != nil {
			return err
		}
	}
	return (&feeding{s.db}).add(s.conn)
}

// numberText prints a double as the language does.
func numberText(c *call) error {
	a, out := c.arg(0), c.results(bindings.TypeVarchar)
	for i := range c.n {
		if a.null(i) {
			out.setNull(i)
			continue
		}
		out.setText(i, fn.NumberText(a.double(i)))
	}
	return nil
}

// geoJSON prints a spatial object.
func geoJSON(c *call) error {
	a, out := c.arg(0), c.results(bindings.TypeVarchar)
	for i := range c.n {
		if a.null(i) {
			out.setNull(i)
			continue
		}
		out.setText(i, spatial.Text([]byte(a.text(i))))
	}
	return nil
}

// dictionary gives the key by which dictionaries sort.
func dictionary(c *call) error {
	a, out := c.arg(0), c.results(bindings.TypeBlob)
	for i := range c.n {
		if a.null(i) {
			out.setNull(i)
			continue
		}
		out.setBytes(i, fn.DictionaryKey(a.text(i)))
	}
	return nil
}

// converter puts values into the field of a site, by the rules of assignment.
func (s *session) converter(t record.Type) func(c *call) error {
	return func(c *call) error {
		at, a, out := c.arg(0), c.arg(1), c.results(duckType(t))
		site, field := 0, record.Field{Type: t}
		for i := range c.n {
			v, err := a.value(i)
			if err != nil {
				return err
			}
			if n := int(at.int32(i)); n != site {
				site, field = n, s.report.at(n).Field
			}
			v, err = fn.Assign(v, field)
			if err := s.report.take(site, err); err != nil {
				return err
			}
			out.set(i, v)
		}
		return nil
	}
}

// function adds a function of the language with a type of result.
func (s *session) function(name string, result record.Type) (string, error) {
	sql := sqlgen.FunctionName(name, result)
	if s.added[sql] {
		return sql, nil
	}
	f, ok := s.library.Lookup(name)
	if !ok {
		return "", &diag.Diagnostic{Code: diag.Unsupported, Msg: fmt.Sprintf("the function %s does not run here", name)}
	}
	t := duckType(result)
	u := &scalar{name: sql, params: []bindings.Type{bindings.TypeInteger}, variadic: true, result: t, volatile: true, run: func(c *call) error {
		at, list, out := c.arg(0), c.args(1), c.results(t)
		values := make([]fn.Value, len(list))
		for i := range c.n {
			for j := range list {
				v, err := list[j].value(i)
				if err != nil {
					return named(name, err)
				}
				values[j] = v
			}
			site := int(at.int32(i))
			if f.Name == "Message" {
				s.message(site, values)
			}
			v, err := f.Call(values)
			if err := s.report.take(site, err); err != nil {
				return named(name, err)
			}
			out.set(i, v)
		}
		return nil
	}}
	if err := u.add(s.conn); err != nil {
		return "", err
	}
	s.added[sql] = true
	return sql, nil
}

// fileExists answers FileExists for the folders that the session may read;
// relative paths start at the first. Links that lead out of them do not count.
func (s *session) fileExists(path string) bool {
	path = strings.ReplaceAll(path, `\`, "/")
	if !filepath.IsAbs(path) && len(s.options.ReadDirs) > 0 {
		path = filepath.Join(s.options.ReadDirs[0], path)
	}
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return false
	}
	for _, dir := range s.options.ReadDirs {
		if dir, err = filepath.EvalSymlinks(dir); err != nil {
			continue
		}
		if rel, err := filepath.Rel(dir, path); err == nil && filepath.IsLocal(rel) {
			return true
		}
	}
	return false
}

// message sends what the function Message says: the kind, then the text.
func (s *session) message(site int, args []fn.Value) {
	m := &engine.Message{Status: engine.Status(args[0].Int()), Text: strings.Clone(args[1].Text())}
	switch m.Status {
	case engine.Warning, engine.Error, engine.Conversion, engine.FileInput, engine.FileOutput:
	default:
		m.Status = engine.Info
	}
	if site > 0 {
		m.Tool = s.report.at(site).Tool
	}
	s.report.send(m)
}

// asConversion finds a conversion error.
func asConversion(err error) (*fn.Conversion, bool) {
	var c *fn.Conversion
	return c, errors.As(err, &c)
}

// named puts the function's name before an error that does not begin with it.
func named(name string, err error) error {
	if strings.HasPrefix(err.Error(), name+":") {
		return err
	}
	return fmt.Errorf("%s: %w", name, err)
}
