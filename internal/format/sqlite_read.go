package format

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"kickoff/record"
)

// SQLiteOptions are the options of reading an SQLite file (Input Data format 36).
type SQLiteOptions struct {
	// Query is the text behind |||: a table's name, or a SELECT.
	Query  string
	Limits Limits
}

// OpenSQLite reads a table or the result of a query of the SQLite file path,
// which is opened for reading only.
//
// SQLite has types of values, not of columns. A column whose declared type is
// one of integers is Int64, of real numbers Double, BOOLEAN Bool, DATE Date,
// DATETIME or TIMESTAMP DateTime, BLOB Blob; any other is V_WString. A value that is
// not of its column's type is an error that names it.
func OpenSQLite(ctx context.Context, path, name string, o SQLiteOptions) (record.Reader, error) {
	r, err := openSQLite(ctx, path, o)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	r.name = name
	return r, nil
}

type sqliteReader struct {
	name   string
	db     *sql.DB
	rows   *sql.Rows
	schema record.Schema
	batch  *record.Batch
	cells  []any
	ptrs   []any
	n      int64
	limit  int
}

func openSQLite(ctx context.Context, path string, o SQLiteOptions) (*sqliteReader, error) {
	if err := checkSQLite(path); err != nil {
		return nil, err
	}
	u := url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: "mode=ro&_pragma=query_only(1)"}
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	r := &sqliteReader{db: db, limit: o.Limits.withDefaults().RecordBytes}
	if err := r.query(ctx, o.Query); err != nil {
		db.Close()
		return nil, err
	}
	return r, nil
}

// checkSQLite looks at the first bytes, because the driver would make a file
// of one that is empty.
func checkSQLite(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	var head [16]byte
	if _, err := io.ReadFull(f, head[:]); err != nil || string(head[:]) != "SQLite format 3\x00" {
		return errors.New("not an SQLite file")
	}
	return nil
}

func (r *sqliteReader) query(ctx context.Context, q string) error {
	q = strings.TrimSpace(q)
	if q == "" {
		return errors.New("no table or query is given behind |||")
	}
	if f := strings.Fields(q); !strings.EqualFold(f[0], "select") && !strings.EqualFold(f[0], "with") {
		q = "SELECT * FROM " + sqliteName(sqliteTable(q))
	}
	var err error
	// The rows outlive this call's context: Next has its own.
	if r.rows, err = r.db.QueryContext(context.WithoutCancel(ctx), q); err != nil {
		return err
	}
	types, err := r.rows.ColumnTypes()
	if err != nil {
		return err
	}
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = t.Name()
	}
	names = uniqueNames(names, func(n int) string { return fmt.Sprintf("Field_%d", n) })
	for i, t := range types {
		r.schema = append(r.schema, sqliteField(names[i], t.DatabaseTypeName()))
	}
	r.batch = record.NewBatch(r.schema, 0)
	r.cells, r.ptrs = make([]any, len(types)), make([]any, len(types))
	for i := range r.cells {
		r.ptrs[i] = &r.cells[i]
	}
	return nil
}

// sqliteField maps a declared type (SQLite, "Datatypes", section 3.1, with the
// names of dates and Booleans that are in use).
func sqliteField(name, declared string) record.Field {
	d := strings.ToUpper(declared)
	switch {
	case strings.Contains(d, "INT"):
		return record.New(name, record.Int64, 0)
	case strings.HasPrefix(d, "BOOL"):
		return record.New(name, record.Bool, 0)
	case strings.HasPrefix(d, "DATETIME"), strings.HasPrefix(d, "TIMESTAMP"):
		return record.New(name, record.DateTime, 0)
	case d == "DATE":
		return record.New(name, record.Date, 0)
	case strings.Contains(d, "REAL"), strings.Contains(d, "FLOA"), strings.Contains(d, "DOUB"), strings.HasPrefix(d, "NUM"), strings.HasPrefix(d, "DEC"):
		return record.New(name, record.Double, 0)
	case d == "BLOB":
		return record.New(name, record.Blob, record.MaxVString)
	}
	return record.New(name, record.VWString, record.MaxVWString)
}

// Schema implements record.Reader.
func (r *sqliteReader) Schema() record.Schema { return r.schema }

// Close implements record.Reader.
func (r *sqliteReader) Close() error {
	r.rows.Close()
	return r.db.Close()
}

// Next implements record.Reader.
func (r *sqliteReader) Next(ctx context.Context) (*record.Batch, error) {
	r.batch.Reset()
	for r.batch.Len < batchRows(len(r.schema)) && r.rows.Next() {
		if r.n%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		r.n++
		if err := r.rows.Scan(r.ptrs...); err != nil {
			return nil, fmt.Errorf("read %s: record %d: %w", r.name, r.n, err)
		}
		for i, f := range r.schema {
			v, err := sqliteValue(f.Type, r.cells[i])
			if err != nil {
				return nil, fmt.Errorf("read %s: record %d: field %q: %w", r.name, r.n, f.Name, err)
			}
			r.cells[i] = v
		}
		r.batch.Append(r.cells...)
	}
	if err := r.rows.Err(); err != nil {
		return nil, fmt.Errorf("read %s: %w", r.name, err)
	}
	if r.batch.Len == 0 {
		return nil, io.EOF
	}
	return r.batch, nil
}
