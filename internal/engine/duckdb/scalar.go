//go:build cgo

package duckdb

/*
#include <stdlib.h>
#include <stdint.h>

void kickoffScalar(void *info, void *input, void *output);
void kickoffForget(void *extra);
void kickoffPlanned(void *info);
void *kickoffAgain(void *extra);
typedef void (*kickoff_scalar_t)(void *, void *, void *);
typedef void (*kickoff_forget_t)(void *);
typedef void (*kickoff_planned_t)(void *);
typedef void *(*kickoff_again_t)(void *);
*/
import "C"

import (
	"fmt"
	"runtime/cgo"
	"unsafe"

	bindings "github.com/duckdb/duckdb-go-bindings"
)

// scalar is a function that SQL calls, a chunk of records at a time and from
// several threads.
type scalar struct {
	name     string
	params   []bindings.Type
	variadic bool // any number of further arguments of any type
	result   bindings.Type
	// volatile functions are called once for each record; others may be called
	// for several at once, or never.
	volatile bool
	run      func(c *call) error
	// c is the function where it is in C, with what it is called with; run is nil then.
	c, extra unsafe.Pointer
	// given says which database plans the statements that the function is to be
	// told of, as call.st; nil where it needs none.
	given *database
}

// call is one chunk of arguments with the place for the results.
type call struct {
	n   int
	in  bindings.DataChunk
	out bindings.Vector
	st  *statement // for a function that asks for it
}

// add registers the function in the database of c.
func (f *scalar) add(c *conn) error {
	fn := bindings.CreateScalarFunction()
	defer bindings.DestroyScalarFunction(&fn)
	bindings.ScalarFunctionSetName(fn, f.name)
	for _, p := range f.params {
		t := bindings.CreateLogicalType(p)
		bindings.ScalarFunctionAddParameter(fn, t)
		bindings.DestroyLogicalType(&t)
	}
	if f.variadic {
		t := bindings.CreateLogicalType(bindings.TypeAny)
		bindings.ScalarFunctionSetVarargs(fn, t)
		bindings.DestroyLogicalType(&t)
	}
	t := bindings.CreateLogicalType(f.result)
	bindings.ScalarFunctionSetReturnType(fn, t)
	bindings.DestroyLogicalType(&t)
	bindings.ScalarFunctionSetSpecialHandling(fn)
	if f.volatile {
		bindings.ScalarFunctionSetVolatile(fn)
	}
	if f.c != nil {
		bindings.ScalarFunctionSetExtraInfo(fn, f.extra, nil)
		bindings.ScalarFunctionSetFunction(fn, f.c)
	} else {
		bindings.ScalarFunctionSetExtraInfo(fn, held(f), forget)
		bindings.ScalarFunctionSetFunction(fn, unsafe.Pointer(C.kickoff_scalar_t(C.kickoffScalar)))
	}
	if f.given != nil {
		bindings.ScalarFunctionSetBind(fn, unsafe.Pointer(C.kickoff_planned_t(C.kickoffPlanned)))
	}
	if bindings.RegisterScalarFunction(c.c, fn) == bindings.StateError {
		return fmt.Errorf("duckdb: the function %s cannot be registered", f.name)
	}
	return nil
}

// held puts a Go value where DuckDB can hold it: as a number in C memory, which
// forget frees.
func held(v any) unsafe.Pointer {
	p := C.malloc(C.size_t(unsafe.Sizeof(cgo.Handle(0))))
	*(*cgo.Handle)(p) = cgo.NewHandle(v)
	return p
}

// unheld returns what is held.
func unheld[T any](p unsafe.Pointer) T { return (*(*cgo.Handle)(p)).Value().(T) }

var forget = unsafe.Pointer(C.kickoff_forget_t(C.kickoffForget))

//export kickoffForget
func kickoffForget(extra unsafe.Pointer) {
	(*(*cgo.Handle)(extra)).Delete()
	C.free(extra)
}

//export kickoffAgain
func kickoffAgain(extra unsafe.Pointer) unsafe.Pointer { return held(unheld[any](extra)) }

//export kickoffPlanned
func kickoffPlanned(info unsafe.Pointer) {
	bi := bindings.BindInfo{Ptr: info}
	f := unheld[*scalar](bindings.ScalarFunctionBindGetExtraInfo(bi))
	if f.given.binding == nil {
		bindings.ScalarFunctionBindSetError(bi, f.name+": nothing is given")
		return
	}
	bindings.ScalarFunctionSetBindData(bi, held(f.given.binding), forget)
	bindings.ScalarFunctionSetBindDataCopy(bi, unsafe.Pointer(C.kickoff_again_t(C.kickoffAgain)))
}

//export kickoffScalar
func kickoffScalar(info, input, output unsafe.Pointer) {
	fi := bindings.FunctionInfo{Ptr: info}
	f := unheld[*scalar](bindings.ScalarFunctionGetExtraInfo(fi))
	c := &call{in: bindings.DataChunk{Ptr: input}, out: bindings.Vector{Ptr: output}}
	c.n = int(bindings.DataChunkGetSize(c.in))
	if f.given != nil {
		c.st = unheld[*statement](bindings.ScalarFunctionGetBindData(fi))
	}
	defer func() {
		// A panic must not unwind through DuckDB.
		if p := recover(); p != nil {
			bindings.ScalarFunctionSetError(fi, fmt.Sprintf("%s%s: %v", userMark, f.name, p))
		}
	}()
	if err := f.run(c); err != nil {
		bindings.ScalarFunctionSetError(fi, userMark+err.Error())
	}
}
