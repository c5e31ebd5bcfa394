//go:build cgo

package duckdb

/*
void kickoffBind(void *info);
void kickoffInit(void *info);
void kickoffScan(void *info, void *output);
typedef void (*kickoff_bind_t)(void *);
typedef void (*kickoff_init_t)(void *);
typedef void (*kickoff_scan_t)(void *, void *);
*/
import "C"

import (
	"fmt"
	"unsafe"

	bindings "github.com/duckdb/duckdb-go-bindings"
)

// reading is one of the functions by which statements read relations that are
// kept as rows: kickoff_rows and, with the record's place, kickoff_ordered.
type reading struct {
	db      *database
	ordered bool
}

// source is a call of such a function in a statement: which of the relations
// that the statement is given.
type source struct {
	st      *statement
	number  int
	ordered bool
}

// cursor is the place of a running statement in a relation.
type cursor struct {
	in    *rows
	cols  []int
	chunk int
	at    int64
}

// add registers the function.
func (r *reading) add(c *conn) error {
	name := "kickoff_rows"
	if r.ordered {
		name = "kickoff_ordered"
	}
	f := bindings.CreateTableFunction()
	defer bindings.DestroyTableFunction(&f)
	bindings.TableFunctionSetName(f, name)
	t := bindings.CreateLogicalType(bindings.TypeInteger)
	bindings.TableFunctionAddParameter(f, t)
	bindings.DestroyLogicalType(&t)
	bindings.TableFunctionSetExtraInfo(f, held(r), forget)
	bindings.TableFunctionSetBind(f, unsafe.Pointer(C.kickoff_bind_t(C.kickoffBind)))
	bindings.TableFunctionSetInit(f, unsafe.Pointer(C.kickoff_init_t(C.kickoffInit)))
	bindings.TableFunctionSetFunction(f, unsafe.Pointer(C.kickoff_scan_t(C.kickoffScan)))
	bindings.TableFunctionSupportsProjectionPushdown(f, true)
	if bindings.RegisterTableFunction(c.c, f) == bindings.StateError {
		return fmt.Errorf("duckdb: the function %s cannot be registered", name)
	}
	return nil
}

//export kickoffBind
func kickoffBind(info unsafe.Pointer) {
	bi := bindings.BindInfo{Ptr: info}
	defer func() {
		if p := recover(); p != nil {
			bindings.BindSetError(bi, fmt.Sprint(p))
		}
	}()
	r := unheld[*reading](bindings.BindGetExtraInfo(bi))
	v := bindings.BindGetParameter(bi, 0)
	number := int(bindings.GetInt64(v))
	bindings.DestroyValue(&v)
	st := r.db.binding
	if st == nil || number < 0 || number >= len(st.in) {
		bindings.BindSetError(bi, "there are no such rows")
		return
	}
	in := st.in[number]
	for i, t := range in.types {
		bindings.BindAddResultColumn(bi, fmt.Sprintf("c%d", i+1), t)
	}
	if r.ordered {
		t := bindings.CreateLogicalType(bindings.TypeBigInt)
		bindings.BindAddResultColumn(bi, "o1", t)
		bindings.DestroyLogicalType(&t)
	}
	bindings.BindSetCardinality(bi, bindings.IdxT(in.n), false)
	bindings.BindSetBindData(bi, held(&source{st, number, r.ordered}), forget)
}

//export kickoffInit
func kickoffInit(info unsafe.Pointer) {
	ii := bindings.InitInfo{Ptr: info}
	defer func() {
		if p := recover(); p != nil {
			bindings.InitSetError(ii, fmt.Sprint(p))
		}
	}()
	s := unheld[*source](bindings.InitGetBindData(ii))
	c := &cursor{in: s.st.in[s.number], cols: make([]int, bindings.InitGetColumnCount(ii))}
	for i := range c.cols {
		c.cols[i] = int(bindings.InitGetColumnIndex(ii, bindings.IdxT(i)))
		if c.cols[i] == len(c.in.types) && !s.ordered {
			c.cols[i] = -1
		}
	}
	bindings.InitSetInitData(ii, held(c), forget)
}

//export kickoffScan
func kickoffScan(info, output unsafe.Pointer) {
	fi, out := bindings.FunctionInfo{Ptr: info}, bindings.DataChunk{Ptr: output}
	defer func() {
		if p := recover(); p != nil {
			bindings.FunctionSetError(fi, fmt.Sprint(p))
		}
	}()
	c := unheld[*cursor](bindings.FunctionGetInitData(fi))
	if c.chunk == len(c.in.chunks) {
		bindings.DataChunkSetSize(out, 0)
		return
	}
	from, n := c.in.chunks[c.chunk], c.in.sizes[c.chunk]
	for i, col := range c.cols {
		vec := bindings.DataChunkGetVector(out, bindings.IdxT(i))
		switch {
		case col >= 0 && col < len(c.in.types):
			bindings.VectorReferenceVector(vec, bindings.DataChunkGetVector(from, bindings.IdxT(col)))
		case col == len(c.in.types):
			at := unsafe.Slice((*int64)(bindings.VectorGetData(vec)), n)
			for j := range at {
				at[j] = c.at + int64(j)
			}
		} // a statement that only counts asks for a column without a name, and does not look at it
	}
	bindings.DataChunkSetSize(out, bindings.IdxT(n))
	c.chunk++
	c.at += int64(n)
}
