// Package plan holds the relational nodes that tools compile to.
//
// A node is a relation: it knows its schema exactly, and its records have an
// order, which is part of the result. Nodes form a graph; a node read by
// several others is computed once. No node holds SQL: internal/sqlgen renders
// them, and is the only place that knows a dialect.
//
//	Values Read Table Apply            sources and Go operators
//	Project Filter Sort Slice Window   one input, one record at a time or in order
//	Aggregate Join Union Unnest        several records or inputs
//	Anchor Check                       marks the output anchor of a tool, bounds a number of records
package plan

import (
	"context"

	"kickoff/expr"
	"kickoff/internal/diag"
	"kickoff/record"
)

// Node is a relation. The set is closed: the types of this package.
type Node interface {
	// Schema is the exact schema: names, types, sizes, order of the fields.
	Schema() record.Schema
	// Inputs are the relations that this one reads, in order.
	Inputs() []Node
	node()
}

// Values is a table given in the document. Rows hold boxed values as
// record.Batch.Append takes them. Order: as given.
type Values struct {
	Fields record.Schema
	Rows   [][]any
}

// Read is a relation streamed from a reader that can be opened any number of
// times: a file, a directory, a web address. Order: the reader's.
type Read struct {
	Fields record.Schema
	Name   string // what is read, for messages
	Open   func(ctx context.Context) (record.Reader, error)
}

// Table is a relation that the engine has materialised. Order: as written.
type Table struct {
	Fields record.Schema
	Name   string // the engine's name for it
	Rows   int64
}

// Apply is an operator in Go, for what SQL cannot say: it reads its inputs in
// order and writes its output in order. It must stream where it can, observe
// ctx, and give the same output for the same input. Several inputs may be read
// in any interleaving.
type Apply struct {
	In     []Node
	Fields record.Schema
	Name   string // for messages and for the plan's text
	// Each says that every record comes from one of the first input, in its order.
	// Run then tells a writer that is a Noter which one, or gives one for each.
	Each bool
	Run  func(ctx context.Context, in []record.Reader, out record.Writer) error
}

// Noter is a writer that wants to know what the records come from: the places in
// the first input, from 0, of the records that the next Write brings.
type Noter interface {
	record.Writer
	Note(from []int64)
}

// Column is a field of a Project. The value of Expr is converted to the type
// and size of Field by the rules of assignment (formula reference, section 2);
// what does not convert becomes Null and is counted as a conversion error.
type Column struct {
	Field record.Field
	Expr  expr.Node // checked against the input's schema
}

// Project computes fields from each record. Order: the input's.
type Project struct {
	In   Node
	Cols []Column
	Tool diag.Tool // whom conversion errors belong to
}

// Filter keeps the records for which Cond is true or, with Not, the others:
// those for which it is false or Null. Order: the input's.
type Filter struct {
	In   Node
	Cond expr.Node
	Not  bool
}

// SortKey orders by the field at a position. Null comes first ascending, last
// descending.
type SortKey struct {
	Col  int
	Desc bool
	// Dictionary compares text as a dictionary does (Sort's locale other than
	// 0) instead of by code point.
	Dictionary bool
}

// Sort is stable.
type Sort struct {
	In   Node
	Keys []SortKey
}

// SliceMode says which records of a group Slice keeps.
type SliceMode uint8

// The modes. Percent: the first N percent; EveryNth: records 1, N+1, 2N+1, ...
const (
	First SliceMode = iota
	Last
	Skip
	EveryNth
	Percent
)

// Slice keeps records by their place in the whole input, or in the group that
// has the same values in the Group fields. Order: the input's.
type Slice struct {
	In    Node
	Mode  SliceMode
	N     float64
	Group []int
}

// WindowFunc computes a value from the record's place among others.
type WindowFunc uint8

// The functions. Arg is a field where the function takes one.
const (
	RowNumber  WindowFunc = iota // 1, 2, ... in the order of Order, then the input's
	DenseRank                    // 1, 2, ... equal keys have equal ranks, no gaps
	Rank                         // 1, 2, ... equal keys have equal ranks, with gaps
	Count                        // records of the partition
	RunningSum                   // sum of Arg up to this record, Null counts as 0
	StrictSum                    // sum of Arg up to this record; Null from the first Null on
	Lag                          // Arg of the record Offset before; negative: after
	FirstValue                   // Arg of the first record of the partition
	LastValue                    // Arg of the last record of the partition
	Sum                          // sum of Arg over the partition
	Ntile                        // Offset tiles of equal size, larger ones first
)

// WindowCol is a field that Window appends.
type WindowCol struct {
	Field  record.Field
	Func   WindowFunc
	Arg    int // position of the argument's field
	Offset int
	// Default is the value of Lag outside the partition; nil is Null.
	Default any
}

// Window appends fields computed over partitions. Inside a partition, records
// stand in the order of Order and then of the input. Order: the input's.
type Window struct {
	In        Node
	Partition []int
	Order     []SortKey
	Cols      []WindowCol
}

// AggFunc is an aggregate function (tools reference, Summarize).
type AggFunc uint8

// The aggregate functions.
const (
	AggSum AggFunc = iota
	AggCount
	AggCountNonNull
	AggCountNull
	AggCountDistinct // Null counts as a value
	AggCountDistinctNonNull
	AggCountBlank    // Null or empty
	AggCountNonBlank // neither
	AggMin
	AggMax
	AggFirst // by record order, Null included
	AggLast
	AggAvg
	AggAvgNo0
	AggStdDev   // sample
	AggVariance // sample
	AggMedian
	AggMode
	AggPercentile
	AggConcat // Start + values joined by Separator + End, in record order, without Nulls
	AggLongest
	AggShortest
	AggProduct
	AggMedianNo0
	AggPercentileNo0
	AggStdDevNo0
	AggVarianceNo0
	AggModeNo0
	AggCountNo0
	AggMinNo0
	AggMaxNo0
)

// Agg is one aggregated field.
type Agg struct {
	Field                 record.Field
	Func                  AggFunc
	Arg                   int // position of the argument; unused by AggCount
	Separator, Start, End string
	Percentile            float64 // 0 to 100
	// Where restricts the records that take part; nil is all of them.
	Where expr.Node
}

// Aggregate gives one record for each distinct value of the Keys (Null is a
// value), with the keys' fields first and then the aggregates. Without Keys it
// gives one record, or none where the input is empty and EmptyRow is false.
// Order: by the keys ascending, Null first.
type Aggregate struct {
	In       Node
	Keys     []int
	Aggs     []Agg
	EmptyRow bool
	// Unordered drops the promise of order, for callers that do not need it.
	Unordered bool
}

// JoinKind says which records a Join gives.
type JoinKind uint8

// The kinds. Anti gives the records of Left without a partner in Right, with
// the fields of Left only; swap the inputs for the other side.
const (
	Inner JoinKind = iota
	LeftOuter
	FullOuter
	Anti
	Cross
)

// Join pairs records. Null equals Null in keys. ByPosition pairs the nth record
// with the nth and has no keys. Fields: those of Left, then those of Right.
// Order: of Inner and Anti by key ascending, then left, then right order, or the left
// order with KeepLeft; of Cross left-major; by position, the input's.
type Join struct {
	Left, Right  Node
	Kind         JoinKind
	LeftKeys     []int
	RightKeys    []int
	ByPosition   bool
	KeepLeft     bool
	RenamedRight record.Schema // fields of Right as they are called in the result; nil keeps them
}

// Union puts the streams together. All have the types of the first and as many
// fields. Order: stream by stream or, with From, by what the records come from,
// and stream by stream where that is the same.
type Union struct {
	In []Node
	// From says of each stream what its records come from; nil puts the streams one
	// after the other. All origins have as many Keys, of types that compare.
	From []*Origin
}

// Origin is a relation that the records of a stream come from, each from one of
// its records (see Source), and what puts these in order: the values of the fields
// Keys, Null first, or their places where there are none.
type Origin struct {
	At   Node
	Keys []int
}

// Unnest repeats each record for every item of a list and appends or replaces
// the field Into with the item. Order: the input's, then the list's.
type Unnest struct {
	In   Node
	List List
	Into record.Field
	// Replace is the position of the field that Into takes the place of, or -1.
	Replace int
	// KeepEmpty gives a record with Null where the list is Null or empty.
	KeepEmpty bool
}

// List is a list computed from a record: *SplitList, *RangeList or *FieldsList.
type List interface{ list() }

// SplitList splits a text at any of the characters of Delims.
type SplitList struct {
	Col    int
	Delims string
}

// RangeList counts From, From+Step, ... while not beyond To.
type RangeList struct{ From, To, Step expr.Node }

// FieldsList gives, for every named field, its name and its value as text or
// number; the name goes to the field before Into (Transpose).
type FieldsList struct {
	Cols []int
	Name record.Field
}

func (*SplitList) list()  {}
func (*RangeList) list()  {}
func (*FieldsList) list() {}

// Anchor marks the output of a tool: it changes nothing, and records are
// counted there.
type Anchor struct {
	In   Node
	Tool diag.Tool
	Name string // "Output", "True"
}

// Check is its input, once Accept has agreed to the number of its records. No
// record that comes from it is computed before. Order: the input's.
type Check struct {
	In     Node
	Accept func(records int64) error
}
