//go:build cgo

package duckdb

/*
void kickoffFeedBind(void *info);
void kickoffFeedInit(void *info);
void kickoffFeedNext(void *info, void *output);
typedef void (*kickoff_feed_t)(void *);
typedef void (*kickoff_feed_next_t)(void *, void *);
*/
import "C"

import (
	"errors"
	"fmt"
	"unsafe"

	bindings "github.com/duckdb/duckdb-go-bindings"

	"kickoff/internal/sqlgen"
)

// feeding is the function by which statements read files that stand in no table.
type feeding struct{ db *database }

// fed is a call of it in a statement: which of the files that it is handed.
type fed struct {
	st     *statement
	number int
}

// add registers the function.
func (r *feeding) add(c *conn) error {
	fn := bindings.CreateTableFunction()
	defer bindings.DestroyTableFunction(&fn)
	bindings.TableFunctionSetName(fn, sqlgen.FeedFunction)
	t := bindings.CreateLogicalType(bindings.TypeInteger)
	bindings.TableFunctionAddParameter(fn, t)
	bindings.DestroyLogicalType(&t)
	bindings.TableFunctionSetExtraInfo(fn, held(r), forget)
	bindings.TableFunctionSetBind(fn, unsafe.Pointer(C.kickoff_feed_t(C.kickoffFeedBind)))
	bindings.TableFunctionSetInit(fn, unsafe.Pointer(C.kickoff_feed_t(C.kickoffFeedInit)))
	bindings.TableFunctionSetFunction(fn, unsafe.Pointer(C.kickoff_feed_next_t(C.kickoffFeedNext)))
	bindings.TableFunctionSupportsProjectionPushdown(fn, true)
	if bindings.RegisterTableFunction(c.c, fn) == bindings.StateError {
		return errors.New("duckdb: the table function of files cannot be registered")
	}
	return nil
}

//export kickoffFeedBind
func kickoffFeedBind(info unsafe.Pointer) {
	bi := bindings.BindInfo{Ptr: info}
	defer func() {
		if p := recover(); p != nil {
			bindings.BindSetError(bi, fmt.Sprint(p))
		}
	}()
	r := unheld[*feeding](bindings.BindGetExtraInfo(bi))
	v := bindings.BindGetParameter(bi, 0)
	number := int(bindings.GetInt64(v))
	bindings.DestroyValue(&v)
	st := r.db.binding
	if st == nil || number < 0 || number >= len(st.feeds) {
		bindings.BindSetError(bi, "there is no such file")
		return
	}
	for i, t := range columnTypes(st.feeds[number].fields) {
		bindings.BindAddResultColumn(bi, fmt.Sprintf("c%d", i+1), t)
		bindings.DestroyLogicalType(&t)
	}
	t := bindings.CreateLogicalType(bindings.TypeBigInt)
	bindings.BindAddResultColumn(bi, "o1", t)
	bindings.DestroyLogicalType(&t)
	bindings.BindSetBindData(bi, held(&fed{st, number}), forget)
}

//export kickoffFeedInit
func kickoffFeedInit(info unsafe.Pointer) {
	ii := bindings.InitInfo{Ptr: info}
	defer func() {
		if p := recover(); p != nil {
			bindings.InitSetError(ii, fmt.Sprint(p))
		}
	}()
	in := unheld[*fed](bindings.InitGetBindData(ii))
	f := in.st.feeds[in.number]
	cols := make([]int, bindings.InitGetColumnCount(ii))
	for i := range cols {
		// Where no column is needed DuckDB asks for one that it does not look at.
		cols[i] = int(min(bindings.InitGetColumnIndex(ii, bindings.IdxT(i)), bindings.IdxT(len(f.fields))))
	}
	if err := f.begin(cols); err != nil {
		bindings.InitSetError(ii, err.Error())
		return
	}
	bindings.InitSetMaxThreads(ii, bindings.IdxT(f.threads))
	bindings.InitSetInitData(ii, held(f), forget)
}

//export kickoffFeedNext
func kickoffFeedNext(info, output unsafe.Pointer) {
	fi := bindings.FunctionInfo{Ptr: info}
	defer func() {
		// A panic must not unwind through DuckDB.
		if p := recover(); p != nil {
			bindings.FunctionSetError(fi, fmt.Sprintf("%s%v", userMark, p))
		}
	}()
	f := unheld[*feed](bindings.FunctionGetInitData(fi))
	if err := f.next(bindings.DataChunk{Ptr: output}); err != nil {
		bindings.FunctionSetError(fi, userMark+err.Error())
	}
}

// storePlaces writes the places of n records, whose first is row to of the
// vector; that of its row 0 is given.
func storePlaces(vec bindings.Vector, zero int64, to, n int) {
	out := unsafe.Slice((*int64)(bindings.VectorGetData(vec)), to+n)
	for i := to; i < len(out); i++ {
		out[i] = zero + int64(i)
	}
}
