//go:build cgo

package duckdb

import (
	"context"
	"fmt"
	"strings"

	bindings "github.com/duckdb/duckdb-go-bindings"

	"kickoff/internal/plan"
	"kickoff/internal/sqlgen"
	"kickoff/record"
)

// keeper makes a relation of chunks, in order: rows as long as they are few, a
// table from then on.
type keeper struct {
	s      *session
	fields record.Schema
	rows   *rows // nil in a table
	n      int64
	name   string // of the table
	conn   *conn
	app    bindings.Appender
}

// newKeeper begins a relation with columns of the types, which it owns.
func (s *session) newKeeper(fields record.Schema, types []bindings.LogicalType) *keeper {
	return &keeper{s: s, fields: fields, rows: newRows(types)}
}

// take adds the records of a chunk. Where it keeps the chunk itself, c becomes
// empty.
func (k *keeper) take(ctx context.Context, c *bindings.DataChunk) error {
	if k.rows == nil {
		return k.append(*c)
	}
	k.n += int64(bindings.DataChunkGetSize(*c))
	k.rows.add(*c)
	c.Ptr = nil
	if k.rows.over(k.s.free()) {
		return k.spill(ctx)
	}
	return nil
}

// spill goes on in a table.
func (k *keeper) spill(ctx context.Context) error {
	rows := k.rows
	k.rows, k.n = nil, 0
	defer rows.free()
	if err := k.begin(ctx); err != nil {
		return err
	}
	for _, c := range rows.chunks {
		if err := k.append(c); err != nil {
			return err
		}
	}
	return nil
}

// begin makes the table.
func (k *keeper) begin(ctx context.Context) (err error) {
	if k.conn, err = k.s.db.connect(); err != nil {
		return err
	}
	cols := make([]string, len(k.fields))
	for i, f := range k.fields {
		cols[i] = fmt.Sprintf("c%d %s", i+1, sqlgen.TypeOf(f))
	}
	k.name = k.s.newTable()
	if _, err := k.conn.exec(ctx, "CREATE TABLE "+sqlgen.Ident(k.name)+" ("+strings.Join(cols, ", ")+")"); err != nil {
		return err
	}
	if bindings.AppenderCreate(k.conn.c, "main", k.name, &k.app) == bindings.StateError {
		return fmt.Errorf("appending to %s: %s", k.name, bindings.AppenderError(k.app))
	}
	return nil
}

func (k *keeper) append(c bindings.DataChunk) error {
	if bindings.AppendDataChunk(k.app, c) == bindings.StateError {
		return classify(context.Background(), bindings.AppenderError(k.app), "")
	}
	k.n += int64(bindings.DataChunkGetSize(c))
	return nil
}

// finish gives the relation.
func (k *keeper) finish() (*plan.Table, error) {
	t := &plan.Table{Fields: k.fields, Name: k.name, Rows: k.n}
	if k.rows != nil {
		t.Name = k.s.newRows(k.rows)
		k.rows = nil
		return t, nil
	}
	if bindings.AppenderClose(k.app) == bindings.StateError {
		return nil, classify(context.Background(), bindings.AppenderError(k.app), "")
	}
	k.name = "" // it stays
	return t, nil
}

// close gives up what is not finished.
func (k *keeper) close() {
	if k.rows != nil {
		k.rows.free()
	}
	if k.app.Ptr != nil {
		bindings.AppenderDestroy(&k.app)
	}
	if k.conn != nil {
		k.conn.close()
	}
	if k.name != "" {
		k.s.drop(k.name)
	}
}
