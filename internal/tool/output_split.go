package tool

import (
	"context"
	"errors"
	"strconv"

	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/eval"
	"kickoff/internal/format"
	"kickoff/internal/plan"
	"kickoff/record"
)

// splitFiles writes a file for each value of a field. The records are sorted by
// it, so that one file is open at a time.
func (c *Context) splitFiles(f format.OutFile, in plan.Node) error {
	s := in.Schema()
	field, err := c.Field("MultiFileField", c.Config.String("MultiFileField"), s)
	if err != nil {
		return err
	}
	kind, err := c.choice("MultiFileType", "Path", "FileName", "Suffix", "Prefix")
	if err != nil {
		return err
	}
	m := &manyFiles{c: c, file: f, kind: kind, field: field}
	for p := range s {
		if p != field || c.Config.Bool("KeepField", false) {
			m.kept = append(m.kept, p)
			m.schema = append(m.schema, s[p])
		}
	}
	if len(m.kept) == 0 {
		return c.Errorf(diag.BadConfig, "KeepField", "no field is left to write")
	}
	c.Sink(sorted(in, []int{field}), func(context.Context) (record.Writer, error) { return m, nil })
	return nil
}

// manyFiles writes records to the files that a field tells.
type manyFiles struct {
	c      *Context
	file   format.OutFile
	kind   string
	field  int
	kept   []int
	schema record.Schema
	value  string
	seen   map[string]string // values by the files that they gave
	open   record.Writer
	rows   *emitter
}

func (m *manyFiles) Write(ctx context.Context, b *record.Batch) error {
	for row := range b.Len {
		value := eval.At(b, row, m.field).Text()
		if m.open == nil || value != m.value {
			if err := m.next(ctx, value); err != nil {
				return err
			}
		}
		for i, p := range m.kept {
			m.rows.copy(i, b, row, p)
		}
		m.rows.ctx = ctx
		if err := m.rows.done(); err != nil {
			return err
		}
	}
	return nil
}

// next ends the file that is open and begins that of a value.
func (m *manyFiles) next(ctx context.Context, value string) error {
	if err := m.Close(); err != nil {
		return err
	}
	f := m.file
	var err error
	if f.Written, err = format.MultiFileName(m.file.Written, m.kind, value); err != nil {
		return m.c.fileError(err)
	}
	if f.Written == "" {
		return m.c.Errorf(diag.Failed, "MultiFileField", "a record names no file")
	}
	// What cannot stand in a name is replaced, so that values may meet.
	if other, ok := m.seen[f.Written]; ok && other != value {
		m.c.Warnf("the values %q and %q give one file, %q, which holds the records of the last", other, value, f.Written)
	}
	if m.seen == nil {
		m.seen = make(map[string]string)
	}
	m.seen[f.Written] = value
	if m.open, err = m.c.createFile(f, m.schema); err != nil {
		return err
	}
	m.value, m.rows = value, newEmitter(ctx, m.schema, m.open)
	return nil
}

// Abort gives up the file that is open.
func (m *manyFiles) Abort() error {
	if m.open != nil {
		engine.Abandon(m.open)
		m.open = nil
	}
	return nil
}

func (m *manyFiles) Close() error {
	if m.open == nil {
		return nil
	}
	err := errors.Join(m.rows.flush(), m.open.Close())
	m.open = nil
	return err
}

// cutFiles writes as many files as it takes for none to have more than
// MaxRecords records. The vendor says that they are named in sequence and not
// how; here the first has the name that is written, the next NAME_1.
func (c *Context) cutFiles(f format.OutFile, s record.Schema) (record.Writer, error) {
	m := &cutFiles{c: c, file: f, schema: s, limit: f.MaxRecords}
	m.file.MaxRecords = 0
	return m, m.next(c)
}

// cutFiles is an output that begins a new file where one is full.
type cutFiles struct {
	c      *Context
	file   format.OutFile
	schema record.Schema
	limit  int64
	n      int // of the file that is open, from 1
	left   int64
	open   record.Writer
	rows   *emitter
}

func (m *cutFiles) Write(ctx context.Context, b *record.Batch) error {
	for row := range b.Len {
		if m.left == 0 {
			if err := errors.Join(m.Close(), m.next(ctx)); err != nil {
				return err
			}
		}
		m.left--
		m.rows.ctx = ctx
		m.rows.copies(b, row, len(m.schema))
		if err := m.rows.done(); err != nil {
			return err
		}
	}
	return nil
}

// next begins the next file.
func (m *cutFiles) next(ctx context.Context) error {
	f := m.file
	var err error
	if m.n > 0 {
		if f.Written, err = format.SuffixedName(f.Written, "_"+strconv.Itoa(m.n)); err != nil {
			return m.c.fileError(err)
		}
	}
	if m.open, err = m.c.createFile(f, m.schema); err != nil {
		return err
	}
	m.n, m.left, m.rows = m.n+1, m.limit, newEmitter(ctx, m.schema, m.open)
	return nil
}

// Abort gives up the file that is open.
func (m *cutFiles) Abort() error {
	if m.open != nil {
		engine.Abandon(m.open)
		m.open = nil
	}
	return nil
}

func (m *cutFiles) Close() error {
	if m.open == nil {
		return nil
	}
	err := errors.Join(m.rows.flush(), m.open.Close())
	m.open = nil
	return err
}
