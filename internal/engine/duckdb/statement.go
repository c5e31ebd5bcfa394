//go:build cgo

package duckdb

import (
	"context"
	"fmt"
	mathbits "math/bits"
	"strings"
	"unsafe"

	bindings "github.com/duckdb/duckdb-go-bindings"

	"kickoff/internal/sqlgen"
	"kickoff/record"
)

// query is the text of a statement with what it is given: relations by number,
// and values.
type query struct {
	sql    string
	in     []*rows
	values []given
	feeds  feeds
	tables int // how many tables it reads
}

// given is a value that a statement gets by a function, since DuckDB plans one
// with parameters anew for each run: a variable's value, or that of a field of
// the only record of a relation.
type given struct {
	variable *int64
	record   *rows
	col      int
}

// value is the value of now; the caller destroys it. It is not Null.
func (p given) value() bindings.Value {
	if p.record == nil {
		return bindings.CreateInt64(*p.variable)
	}
	data := bindings.VectorGetData(bindings.DataChunkGetVector(p.record.chunks[0], bindings.IdxT(p.col)))
	t := p.record.types[p.col]
	switch bindings.GetTypeId(t) {
	case bindings.TypeBoolean:
		return bindings.CreateBool(*(*uint8)(data) != 0)
	case bindings.TypeUTinyInt:
		return bindings.CreateUInt8(*(*uint8)(data))
	case bindings.TypeSmallInt:
		return bindings.CreateInt16(*(*int16)(data))
	case bindings.TypeInteger:
		return bindings.CreateInt32(*(*int32)(data))
	case bindings.TypeBigInt:
		return bindings.CreateInt64(*(*int64)(data))
	case bindings.TypeFloat:
		return bindings.CreateFloat(*(*float32)(data))
	case bindings.TypeDouble:
		return bindings.CreateDouble(*(*float64)(data))
	case bindings.TypeDate:
		return bindings.CreateDate(bindings.NewDate(*(*int32)(data)))
	case bindings.TypeTime:
		return bindings.CreateTime(bindings.NewTime(*(*int64)(data)))
	case bindings.TypeTimestamp:
		return bindings.CreateTimestamp(bindings.NewTimestamp(*(*int64)(data)))
	case bindings.TypeBlob:
		return bindings.CreateBlob((*stringT)(data).bytes())
	case bindings.TypeDecimal:
		return bindings.CreateVarchar(decimalText(data, 0, 1, int(bindings.DecimalWidth(t)), int(bindings.DecimalScale(t))))
	}
	s := (*stringT)(data).bytes()
	return bindings.CreateVarcharLength(unsafe.String(unsafe.SliceData(s), len(s)), bindings.IdxT(len(s)))
}

// statement is a query that DuckDB has planned.
type statement struct {
	sql     string
	stmt    bindings.PreparedStatement
	in      []*rows // while it is planned or runs
	values  []given
	feeds   feeds
	running bool
	kept    bool // for the next time
	run     bool // before
}

// maxStatements is how many statements a connection keeps planned. What a loop
// runs again and again are fewer; nothing else comes back.
const maxStatements = 256

// prepare plans a query, or finds that it is planned already.
func (c *conn) prepare(ctx context.Context, q query, schema record.Schema) (*statement, error) {
	var key string
	if q.tables == 0 {
		key = q.key()
		if st := c.ready[key]; st != nil && !st.running {
			return st, nil
		}
	}
	st := &statement{sql: q.sql, in: q.in, values: q.values, feeds: q.feeds}
	c.db.binding = st
	defer func() { c.db.binding = nil }()
	if bindings.Prepare(c.c, q.sql, &st.stmt) == bindings.StateError {
		err := classify(ctx, bindings.PrepareError(st.stmt), q.sql)
		st.destroy()
		return nil, err
	}
	if err := checkTypes(st.stmt, schema); err != nil {
		st.destroy()
		return nil, err
	}
	if q.tables == 0 && c.ready[key] == nil {
		if len(c.ready) >= maxStatements {
			c.forget()
		}
		if c.ready == nil {
			c.ready = make(map[string]*statement)
		}
		c.ready[key], st.kept = st, true
	}
	return st, nil
}

// key tells queries apart that DuckDB would plan in other ways: by their text,
// and by the types and about the size of what they are given.
func (q query) key() string {
	var b strings.Builder
	b.WriteString(q.sql)
	for _, r := range q.in {
		fmt.Fprintf(&b, "\x00%s%d", r.kind, mathbits.Len64(uint64(r.n))/3)
	}
	for _, f := range q.feeds {
		b.WriteString("\x00")
		for _, field := range f.fields {
			b.WriteString(sqlgen.TypeOf(field) + " ")
		}
	}
	return b.String()
}

// forget gives up what is planned and does not run.
func (c *conn) forget() {
	for key, st := range c.ready {
		if st.kept = st.running; !st.running {
			st.destroy()
		}
		delete(c.ready, key)
	}
}

func (st *statement) destroy() {
	if st.stmt.Ptr != nil {
		bindings.DestroyPrepare(&st.stmt)
	}
}

// columns are the types of the result; the caller destroys them.
func (st *statement) columns() []bindings.LogicalType {
	types := make([]bindings.LogicalType, bindings.PreparedStatementColumnCount(st.stmt))
	for i := range types {
		types[i] = bindings.PreparedStatementColumnLogicalType(st.stmt, bindings.IdxT(i))
	}
	return types
}

// start runs a query. Its result must be closed.
func (c *conn) start(ctx context.Context, q query, schema record.Schema) (*stream, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	st, err := c.prepare(ctx, q, schema)
	if err != nil {
		return nil, err
	}
	if err := c.work(ctx, c.threads(q, st)); err != nil {
		return nil, err
	}
	st.in, st.values, st.feeds, st.running = q.in, q.values, q.feeds, true
	s := &stream{ctx: ctx, c: c, st: st, stop: c.watch(ctx)}
	c.db.streams.Add(1)
	c.db.binding = st // DuckDB may find that it has to plan anew
	defer func() { c.db.binding = nil }()
	var pending bindings.PendingResult
	if bindings.PendingPreparedStreaming(st.stmt, &pending) == bindings.StateError {
		err := classify(ctx, bindings.PendingError(pending), q.sql)
		bindings.DestroyPending(&pending)
		s.close()
		return nil, err
	}
	state := bindings.ExecutePending(pending, &s.res)
	bindings.DestroyPending(&pending)
	if state == bindings.StateError {
		err := failed(ctx, &s.res, q.sql)
		s.close()
		return nil, err
	}
	return s, nil
}

// givenTypes are those for which there is a function; a decimal is given as text.
var givenTypes = map[bindings.Type]string{
	bindings.TypeBoolean: "boolean", bindings.TypeUTinyInt: "utinyint", bindings.TypeSmallInt: "smallint", bindings.TypeInteger: "integer",
	bindings.TypeBigInt: "bigint", bindings.TypeFloat: "float", bindings.TypeDouble: "double", bindings.TypeVarchar: "varchar",
	bindings.TypeDate: "date", bindings.TypeTime: "time", bindings.TypeTimestamp: "timestamp", bindings.TypeBlob: "blob",
}

// giveTo gives a value to the records of a call, all the same.
func giveTo(c *call) error {
	v := c.st.values[c.arg(0).int32(0)].value()
	bindings.VectorReferenceValue(c.out, v)
	bindings.DestroyValue(&v)
	return nil
}

// sql calls the function that gives the value of a number, of a type.
func (p given) sql(number int) string {
	t := bindings.TypeBigInt
	if p.record != nil {
		t = bindings.GetTypeId(p.record.types[p.col])
	}
	if t == bindings.TypeDecimal {
		l := p.record.types[p.col]
		return fmt.Sprintf("CAST(kickoff_given_varchar(%d) AS DECIMAL(%d,%d))", number, bindings.DecimalWidth(l), bindings.DecimalScale(l))
	}
	return fmt.Sprintf("kickoff_given_%s(%d)", givenTypes[t], number)
}
