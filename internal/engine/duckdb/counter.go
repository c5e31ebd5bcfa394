//go:build cgo

package duckdb

/*
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// Of DuckDB's C interface, whose header the bindings do not hand on.
uint64_t duckdb_data_chunk_get_size(void *chunk);
void *duckdb_data_chunk_get_vector(void *chunk, uint64_t column);
void *duckdb_vector_get_data(void *vector);
void *duckdb_scalar_function_get_extra_info(void *info);

// kickoff_count adds a chunk of records to the counter that its argument names,
// and is true for each of them. It is in C because it is called for every chunk
// of many tools: to call Go takes longer than what most of them do with a chunk.
void kickoff_count(void *info, void *input, void *output) {
	uint64_t n = duckdb_data_chunk_get_size(input);
	if (n == 0) {
		return;
	}
	int64_t *counters = duckdb_scalar_function_get_extra_info(info);
	int32_t *id = duckdb_vector_get_data(duckdb_data_chunk_get_vector(input, 0));
	__atomic_fetch_add(&counters[*id], (int64_t)n, __ATOMIC_RELAXED);
	memset(duckdb_vector_get_data(output), 1, n);
}

typedef void (*kickoff_count_t)(void *, void *, void *);
*/
import "C"

import (
	"sync/atomic"
	"unsafe"

	bindings "github.com/duckdb/duckdb-go-bindings"
)

// maxCounters is how many counts one run may need; more than a document that can
// be read has anchors.
const maxCounters = 1 << 20

// counters are what statements count records in, by number. They are C's memory,
// of which the system gives as much as is used.
type counters struct {
	all  []atomic.Int64
	used int
}

func newCounters() *counters {
	p := C.calloc(maxCounters, C.size_t(unsafe.Sizeof(atomic.Int64{})))
	return &counters{all: unsafe.Slice((*atomic.Int64)(p), maxCounters)}
}

// next returns a counter at zero and its number, or false when there are none left.
func (k *counters) next() (id int, n *atomic.Int64, ok bool) {
	if k.used == len(k.all) {
		return 0, nil, false
	}
	id, n = k.used, &k.all[k.used]
	k.used++
	n.Store(0)
	return id, n, true
}

// free ends the use of the counters, when no statement runs any more.
func (k *counters) free() {
	C.free(unsafe.Pointer(unsafe.SliceData(k.all)))
	k.all = nil
}

// function is what statements call to count.
func (k *counters) function() *scalar {
	return &scalar{
		name: "kickoff_count", params: []bindings.Type{bindings.TypeInteger}, result: bindings.TypeBoolean, volatile: true,
		c: unsafe.Pointer(C.kickoff_count_t(C.kickoff_count)), extra: unsafe.Pointer(unsafe.SliceData(k.all)),
	}
}
