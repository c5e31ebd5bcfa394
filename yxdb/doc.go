// Package yxdb reads and writes .yxdb files.
//
// There are two formats with this extension. The classic one (E1) has a header
// of 512 bytes, LZF blocks and a fixed record layout; it is read and written.
// The one that newer engines write (E2) has a header of 100 bytes, Snappy blocks and tagged
// values; it is read. NewReader tells them apart by their first bytes.
//
//	r, err := yxdb.Open("sales.yxdb")
//	for {
//		b, err := r.Next(ctx) // a *record.Batch, io.EOF after the last
//	}
//
// Both readers stream: memory is bounded by a batch and a record, and nothing is
// allocated because a header says so. Their errors are *Error: they name the
// block, its place in the file, and the record.
//
// Values of SpatialObj are handed out as they are stored: a geometry record of
// the ESRI shapefile format.
package yxdb

import (
	"errors"
	"fmt"
	"strings"
)

// Error says where a file cannot be read.
type Error struct {
	// Block counts from 1; Offset is the block's place in the file. 0 means the
	// header.
	Block  int
	Offset int64
	// Record counts from 1, over the whole file; 0 where none was begun.
	Record int64
	// Field is the name of the field, or empty.
	Field string
	Err   error
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("yxdb: ")
	if e.Block > 0 {
		fmt.Fprintf(&b, "block %d (at byte %d): ", e.Block, e.Offset)
	}
	if e.Record > 0 {
		fmt.Fprintf(&b, "record %d: ", e.Record)
	}
	if e.Field != "" {
		fmt.Fprintf(&b, "field %q: ", e.Field)
	}
	b.WriteString(e.Err.Error())
	return b.String()
}

func (e *Error) Unwrap() error { return e.Err }

// The errors that callers may want to tell apart.
var (
	ErrNotYXDB   = errors.New("not a yxdb file")
	ErrTruncated = errors.New("the file is cut off")
	ErrCorrupt   = errors.New("the data is corrupt")
	// ErrUnsupported is a valid looking file of a variant that is not known.
	ErrUnsupported = errors.New("this variant of the format is not supported")
)

// maxRecord is the greatest size of a record in bytes. The format ends at 2 GiB.
const maxRecord = 1 << 30

// maxFields is the greatest number of fields that is read.
const maxFields = 65536
