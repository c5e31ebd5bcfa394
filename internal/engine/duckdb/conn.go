//go:build cgo

package duckdb

import (
	"context"
	"errors"
	"fmt"
	"time"
	"unsafe"

	bindings "github.com/duckdb/duckdb-go-bindings"

	"kickoff/internal/diag"
	"kickoff/internal/sqlgen"
	"kickoff/record"
)

// conn is one connection. A connection runs one statement at a time; a stream
// occupies it until it is closed.
type conn struct {
	c     bindings.Connection
	db    *database
	ready map[string]*statement // planned before, by their keys
}

func (d *database) connect() (*conn, error) {
	var c bindings.Connection
	if bindings.Connect(d.db, &c) == bindings.StateError {
		return nil, errors.New("duckdb: cannot connect")
	}
	return &conn{c: c, db: d}, nil
}

func (c *conn) close() {
	c.forget()
	bindings.Disconnect(&c.c)
}

// watch interrupts what the connection runs when ctx ends, until stop is
// called. An interrupt that comes between two statements is forgotten by
// DuckDB, so it is repeated.
func (c *conn) watch(ctx context.Context) (stop func()) {
	if ctx.Done() == nil {
		return func() {}
	}
	done, ended := make(chan struct{}), make(chan struct{})
	idle := context.AfterFunc(ctx, func() {
		defer close(ended)
		again := time.NewTicker(10 * time.Millisecond)
		defer again.Stop()
		for {
			bindings.Interrupt(c.c)
			select {
			case <-done:
				return
			case <-again.C:
			}
		}
	})
	return func() {
		close(done)
		if !idle() {
			<-ended
		}
	}
}

// exec runs a statement to its end. Its result is one number, such as the
// records of CREATE TABLE AS, or 0.
func (c *conn) exec(ctx context.Context, sql string) (int64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	stop := c.watch(ctx)
	defer stop()
	var res bindings.Result
	state := bindings.Query(c.c, sql, &res)
	defer bindings.DestroyResult(&res)
	if state == bindings.StateError {
		return 0, failed(ctx, &res, sql)
	}
	if bindings.ColumnCount(&res) == 0 || bindings.ColumnType(&res, 0) != bindings.TypeBigInt {
		return 0, nil
	}
	chunk := bindings.FetchChunk(res)
	if chunk.Ptr == nil {
		return 0, nil
	}
	defer bindings.DestroyDataChunk(&chunk)
	if bindings.DataChunkGetSize(chunk) == 0 {
		return 0, nil
	}
	return *(*int64)(bindings.VectorGetData(bindings.DataChunkGetVector(chunk, 0))), nil
}

// query starts a statement that is not to be kept.
func (c *conn) query(ctx context.Context, sql string, schema record.Schema) (*stream, error) {
	return c.start(ctx, query{sql: sql, tables: 1}, schema)
}

// stream is the result of a statement, handed out while it is computed.
type stream struct {
	ctx   context.Context
	c     *conn
	st    *statement
	res   bindings.Result
	stop  func()
	ended bool // read to its end
}

// checkTypes compares the columns that a statement will give with the fields
// they stand for. Their memory is read by the types of the fields, so a rendering
// that is wrong about one must not get further than here.
func checkTypes(stmt bindings.PreparedStatement, schema record.Schema) error {
	if n := int(bindings.PreparedStatementColumnCount(stmt)); n != max(len(schema), 1) { // SQL has no statement without columns
		return &diag.Diagnostic{Code: diag.Internal, Msg: fmt.Sprintf("a statement gives %d columns for %d fields", n, len(schema))}
	}
	for i, f := range schema {
		if err := checkType(f, bindings.PreparedStatementColumnType(stmt, bindings.IdxT(i))); err != nil {
			return err
		}
	}
	return nil
}

func checkType(f record.Field, got bindings.Type) error {
	want := duckType(f.Type)
	if f.Type == record.FixedDecimal {
		want = bindings.TypeDecimal
		if _, _, ok := sqlgen.DecimalOf(f); !ok {
			want = bindings.TypeDouble
		}
	}
	if got != want {
		return &diag.Diagnostic{Code: diag.Internal, Msg: fmt.Sprintf("the statement gives field %q (%s) as DuckDB type %d instead of %d", f.Name, f.Type, got, want)}
	}
	return nil
}

// check compares the columns of a table with the fields they stand for.
func (c *conn) check(table string, schema record.Schema) error {
	var d bindings.TableDescription
	defer bindings.TableDescriptionDestroy(&d)
	if bindings.TableDescriptionCreate(c.c, "", table, &d) == bindings.StateError {
		return errors.New(bindings.TableDescriptionError(d))
	}
	for i, f := range schema {
		t := bindings.TableDescriptionGetColumnType(d, bindings.IdxT(i))
		err := checkType(f, bindings.GetTypeId(t))
		bindings.DestroyLogicalType(&t)
		if err != nil {
			return err
		}
	}
	return nil
}

// next returns the next chunk, or false at the end. The caller destroys it.
func (s *stream) next() (bindings.DataChunk, bool, error) {
	if err := s.ctx.Err(); err != nil {
		return bindings.DataChunk{}, false, err
	}
	chunk := bindings.FetchChunk(s.res)
	if chunk.Ptr == nil {
		if msg := bindings.ResultError(&s.res); msg != "" {
			return chunk, false, failed(s.ctx, &s.res, s.st.sql)
		}
		s.ended = true
		return chunk, false, s.ctx.Err()
	}
	if bindings.DataChunkGetSize(chunk) == 0 {
		bindings.DestroyDataChunk(&chunk)
		s.ended = true
		return chunk, false, nil
	}
	return chunk, true, nil
}

// close gives the statement up. One that was not read to its end leaves its
// transaction open until the next statement, which rolls it back, and with it a
// function that was added in between; so a statement ends it here.
func (s *stream) close() {
	s.c.db.streams.Add(-1)
	bindings.DestroyResult(&s.res)
	if !s.ended {
		var res bindings.Result
		bindings.Query(s.c.c, "SELECT 1", &res)
		bindings.DestroyResult(&res)
	}
	s.st.in, s.st.values, s.st.feeds, s.st.running = nil, nil, nil, false
	if !s.st.kept {
		s.st.destroy()
	}
	s.stop()
}

// bits reads a validity mask, which is nil where all values are valid.
func bits(vec bindings.Vector, n int) []uint64 {
	p := bindings.VectorGetValidity(vec)
	if p == nil {
		return nil
	}
	return unsafe.Slice((*uint64)(p), (n+63)/64)
}

// invalid reports whether a row of a validity mask is Null.
func invalid(mask []uint64, row int) bool {
	return mask != nil && mask[row>>6]&(1<<(row&63)) == 0
}
