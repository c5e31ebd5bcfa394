// Package format reads and writes records as files: delimited text and fixed
// width with code pages, xlsx, xls, json, xml, sqlite, yxdb, and any of them
// inside a zip.
//
// # Calls
//
// Open opens any input by its format number (Input Data's FileFormat) and
// returns a record.Reader; Create does the same for an output. Both take the
// document's options as plain text, as they stand in FormatSpecificOptions, and
// refuse an option or a value they do not know. Each format can be called by
// itself too: OpenCSV, OpenXLSX, CreateCSV and so on, with a struct of options.
//
// Folder finds the file that a document means (wildcards, names that differ in
// case, paths of another machine) and reads only below the folders it is given;
// OutFolder turns a path of a document into a file below one folder.
//
// InferColumn is the type inference of Text Input and Auto Field. ParseJSON,
// BuildJSON and ParseXML are what the tools of these names do to one cell.
//
// # Conventions
//
// Readers stream: memory is bounded by one batch and one record, whatever the
// size of the file, except where a format is not a stream (shared strings of a
// workbook, a json document). What a reader changes or drops on the way (a text
// cut to its field's length, a line with too many fields under IgnoreErrors) it
// says in a Notice, never silently. Errors name the file and the line, cell or
// record.
package format

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"kickoff/record"
)

// ErrEmpty says that a file, or a sheet of it, holds nothing that tells its fields.
var ErrEmpty = errors.New("its fields are not known")

// Notice is something about the data that the user should be told although the
// reading or writing went on.
type Notice struct {
	// Record and Line count from 1; 0 where they do not apply.
	Record, Line int64
	// Field is the name of the field, or empty.
	Field string
	// Text says what was done, without the place: "cut to 254 characters".
	Text string
}

// String prints the notice with its place.
func (n Notice) String() string {
	var b strings.Builder
	switch {
	case n.Line > 0:
		fmt.Fprintf(&b, "line %d: ", n.Line)
	case n.Record > 0:
		fmt.Fprintf(&b, "record %d: ", n.Record)
	}
	if n.Field != "" {
		fmt.Fprintf(&b, "field %q: ", n.Field)
	}
	return b.String() + n.Text
}

// Limits bound what one file may make of the memory. Zero values stand for the
// defaults.
type Limits struct {
	// Fields is the greatest number of fields of a relation; default 16384.
	Fields int
	// RecordBytes is the greatest size of one record or cell; default 256 MiB.
	RecordBytes int
	// ExpandedBytes is the greatest expanded size of one part of an archive
	// (xlsx, zip); default 4 GiB.
	ExpandedBytes int64
	// SharedBytes is the greatest size of what must be in memory as a whole: the
	// shared strings of a workbook, a json or xml document; default 512 MiB.
	SharedBytes int64
	// Cells is the greatest area of a sheet, blank cells included: one stray value
	// in the last corner makes it 17 thousand millions. Default 500 million.
	Cells int64
}

func (l Limits) withDefaults() Limits {
	if l.Fields <= 0 {
		l.Fields = 16384
	}
	if l.RecordBytes <= 0 {
		l.RecordBytes = 256 << 20
	}
	if l.ExpandedBytes <= 0 {
		l.ExpandedBytes = 4 << 30
	}
	if l.SharedBytes <= 0 {
		l.SharedBytes = 512 << 20
	}
	if l.Cells <= 0 {
		l.Cells = 500_000_000
	}
	return l
}

// batchRecords is the number of records of a full batch.
const batchRecords = 8192

// uniqueNames makes names differ, and gives empty ones the name that blank returns
// for their position, which counts from 1.
func uniqueNames(names []string, blank func(n int) string) []string {
	all := slices.Clone(names)
	for i, name := range all {
		if name == "" {
			all[i] = blank(i + 1)
		}
	}
	return record.Distinct(all)
}
