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

	"kickoff/record"
)

// SQLiteMode says what happens to a table that is there already.
type SQLiteMode uint8

// The modes; the document's option is OutputOption.
const (
	SQLiteCreate    SQLiteMode = iota // a table that is there is an error
	SQLiteOverwrite                   // the table is dropped and made again
	SQLiteAppend                      // the records are added by the fields' names
	SQLiteEmpty                       // the table's records are deleted, then as Append
)

// SQLiteWriteOptions are the options of writing a table (Output Data format 36).
type SQLiteWriteOptions struct {
	Table string
	Mode  SQLiteMode
	// Existing opens the file that stands where the document writes, whose other tables
	// and records stay; nil where there is none. May be nil.
	Existing func() (*os.File, error)
	// Notify is told of a table that is not there to be added to, and of decimals whose
	// digits SQLite does not hold. May be nil.
	Notify func(Notice)
}

// DecodeSQLiteWrite reads the options of Output Data format 36.
func DecodeSQLiteWrite(o Options) (SQLiteWriteOptions, error) {
	r := newOptionReader(o)
	var x SQLiteWriteOptions
	switch v := r.text("OutputOption", "Create"); {
	case strings.EqualFold(v, "Create"):
	case strings.EqualFold(v, "Overwrite"):
		x.Mode = SQLiteOverwrite
	case strings.EqualFold(v, "Append"):
		x.Mode = SQLiteAppend
	// What documents call this option is not set down anywhere.
	case strings.HasPrefix(strings.ToLower(v), "delete"):
		x.Mode = SQLiteEmpty
	default:
		r.fail("OutputOption", v, "not Create, Overwrite, Append or one that deletes the data first")
	}
	if v := r.text("AppendMapping", "ByName"); !strings.EqualFold(v, "ByName") {
		r.fail("AppendMapping", v, "records are appended by the names of their fields")
	}
	for _, name := range []string{"PreSQL", "PostSQL"} {
		if v := r.text(name, ""); strings.TrimSpace(v) != "" {
			r.fail(name, v, "statements before and after the writing are not run")
		}
	}
	r.ignore("TableStyle", "IgnoreDropTableSQLErrors")
	return x, r.done()
}

// sqliteWriter writes the table in one transaction when all records are there.
type sqliteWriter struct {
	out    *OutFolder
	name   string
	opt    SQLiteWriteOptions
	schema record.Schema
	spool  *spool
}

var _ Aborter = (*sqliteWriter)(nil)

// CreateSQLite writes records to a table of the SQLite file name below out.
func CreateSQLite(out *OutFolder, name string, s record.Schema, o SQLiteWriteOptions) (record.Writer, error) {
	if o.Table = sqliteTable(o.Table); o.Table == "" {
		return nil, fmt.Errorf("write %s: no table is given behind |||", name)
	}
	for _, f := range s {
		if f.Type == record.SpatialObj {
			return nil, fmt.Errorf("write %s: field %q is a %s, which a table does not hold", name, f.Name, f.Type)
		}
	}
	kept, err := newSpool(s)
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", name, err)
	}
	return &sqliteWriter{out: out, name: name, opt: o, schema: s, spool: kept}, nil
}

// Write implements record.Writer.
func (w *sqliteWriter) Write(ctx context.Context, b *record.Batch) error {
	return w.spool.write(ctx, b)
}

// Abort implements Aborter.
func (w *sqliteWriter) Abort() error { return w.spool.remove() }

// Close implements record.Writer.
func (w *sqliteWriter) Close() error {
	defer w.spool.remove()
	w.out.mu.Lock()
	defer w.out.mu.Unlock()
	isNew := !w.out.Exists(w.name)
	if err := w.merge(isNew); err != nil {
		if isNew {
			w.out.Remove(w.name)
		}
		return fmt.Errorf("write %s: %w", w.name, err)
	}
	return nil
}

func (w *sqliteWriter) merge(isNew bool) error {
	in, err := w.spool.read()
	if err != nil {
		return err
	}
	// The driver goes by the path; that it does not lead out of the folder is seen here.
	f, err := w.out.open(w.name, os.O_RDWR|os.O_CREATE)
	if err != nil {
		return err
	}
	if isNew {
		err = w.begin(f)
	}
	st, e := f.Stat()
	err = errors.Join(err, e, f.Close())
	path := w.out.Path(w.name)
	if err == nil && st.Size() > 0 {
		err = checkSQLite(path)
	}
	if err != nil {
		return err
	}
	// Other tools of the run may write tables of the same file.
	u := url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: "_txlock=immediate&_pragma=busy_timeout(60000)"}
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	tx, err := db.BeginTx(w.spool.ctx, nil)
	if err == nil {
		if err = w.fill(tx, in); err == nil {
			err = tx.Commit()
		} else {
			tx.Rollback()
		}
	}
	return errors.Join(err, db.Close())
}

// begin copies what stands where the document writes. A table is to be created where
// none is, so then nothing is taken over: what is there may be what an earlier run left.
func (w *sqliteWriter) begin(f *os.File) error {
	if w.opt.Existing == nil || w.opt.Mode == SQLiteCreate {
		return nil
	}
	before, err := w.opt.Existing()
	if err != nil || before == nil {
		return err
	}
	defer before.Close()
	_, err = io.Copy(f, before)
	return err
}

// fill makes the table and writes the records.
func (w *sqliteWriter) fill(tx *sql.Tx, in record.Reader) error {
	insert, err := w.table(tx)
	if err != nil {
		return err
	}
	st, err := tx.Prepare(insert)
	if err != nil {
		return err
	}
	defer st.Close()
	cells, n := make([]any, len(w.schema)), int64(0)
	for {
		b, err := in.Next(w.spool.ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		for row := range b.Len {
			n++
			for i, f := range w.schema {
				cells[i] = sqliteCell(f.Type, &b.Cols[i], row)
				if v, _ := cells[i].(string); f.Type == record.FixedDecimal && !sqliteHolds(v) && w.opt.Notify != nil {
					w.opt.Notify(Notice{Record: n, Field: f.Name, Text: v + " has more digits than a number of SQLite holds, and is rounded"})
				}
			}
			if _, err := st.Exec(cells...); err != nil {
				return fmt.Errorf("record %d: %w", n, err)
			}
		}
	}
}

// table prepares the table and returns the statement that adds a record.
func (w *sqliteWriter) table(tx *sql.Tx) (insert string, err error) {
	var there int
	if err := tx.QueryRow(`SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ? COLLATE NOCASE`, w.opt.Table).Scan(&there); err != nil {
		return "", err
	}
	table := sqliteName(w.opt.Table)
	var names, columns, marks []string
	for _, f := range w.schema {
		names, marks = append(names, sqliteName(f.Name)), append(marks, "?")
		columns = append(columns, sqliteName(f.Name)+" "+sqliteType(f))
	}
	switch {
	case there == 0:
		if w.opt.Mode == SQLiteAppend && w.opt.Notify != nil {
			w.opt.Notify(Notice{Text: fmt.Sprintf("the table %q was not there to be added to, and is made", w.opt.Table)})
		}
	case w.opt.Mode == SQLiteCreate:
		return "", fmt.Errorf("the file has a table %q already", w.opt.Table)
	case w.opt.Mode == SQLiteOverwrite:
		_, err = tx.Exec("DROP TABLE " + table)
		there = 0
	case w.opt.Mode == SQLiteEmpty:
		_, err = tx.Exec("DELETE FROM " + table)
	}
	if err == nil && there == 0 {
		_, err = tx.Exec("CREATE TABLE " + table + " (" + strings.Join(columns, ", ") + ")")
	}
	return "INSERT INTO " + table + " (" + strings.Join(names, ", ") + ") VALUES (" + strings.Join(marks, ", ") + ")", err
}
