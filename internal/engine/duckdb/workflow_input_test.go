//go:build cgo

package duckdb

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	bindings "github.com/duckdb/duckdb-go-bindings"

	"kickoff/internal/tool"
	"kickoff/record"
	"kickoff/yxdb"
)

// benchTable stands in documents for what reads the input: the tables stand
// already, so that neither side's time holds how they came there.
var benchTable = tool.Tool{
	Name: "Bench Table", Plugins: []string{"Bench.Table"}, Out: []tool.Anchor{{Name: "Output"}},
	Compile: func(c *tool.Context) (tool.Outputs, error) {
		n := int(c.Run.Seed) // how many records
		t := bigTable(n)
		if c.Config.String("Name") == "small" {
			t = smallTable(n)
		}
		return tool.Outputs{"Output": t}, nil
	},
}

// benchFiles writes big.csv of about 100 bytes for each of n records, and
// big.yxdb of the same records, unless they are there.
func benchFiles(dir string, n int) error {
	file := filepath.Join(dir, "big.csv")
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	ctx := context.Background()
	d, err := open()
	if err != nil {
		return err
	}
	defer d.close()
	c, err := d.connect()
	if err != nil {
		return err
	}
	defer c.close()
	sql := fmt.Sprintf(bigSQL, n*5/2) // a record is about 40 bytes
	if _, err := c.exec(ctx, "COPY ("+sql+") TO '"+file+"' (FORMAT csv, HEADER)"); err != nil {
		return err
	}
	r, err := start(ctx, c, query{sql: sql, tables: 1}, bigTable(n).Fields)
	if err != nil {
		return err
	}
	defer r.Close()
	w, err := yxdb.Create(filepath.Join(dir, "big.yxdb"), r.schema)
	if err != nil {
		return err
	}
	return copyAll(ctx, r, w)
}

// handRead starts a statement whose schema follows from its columns.
func handRead(ctx context.Context, s *session, sql string) (*reader, error) {
	var stmt bindings.PreparedStatement
	defer bindings.DestroyPrepare(&stmt)
	if bindings.Prepare(s.conn.c, sql, &stmt) == bindings.StateError {
		return nil, errors.New(bindings.PrepareError(stmt))
	}
	var schema record.Schema
	for i := range bindings.PreparedStatementColumnCount(stmt) {
		t, ok := map[bindings.Type]record.Type{
			bindings.TypeInteger: record.Int32, bindings.TypeBigInt: record.Int64, bindings.TypeDouble: record.Double,
			bindings.TypeVarchar: record.VWString, bindings.TypeDate: record.Date,
		}[bindings.PreparedStatementColumnType(stmt, bindings.IdxT(i))]
		if !ok {
			return nil, fmt.Errorf("column %d of %s has another type", i+1, sql)
		}
		schema = append(schema, record.New(fmt.Sprintf("c%d", i+1), t, 0))
	}
	return start(ctx, s.conn, query{sql: sql, tables: 1}, schema)
}
