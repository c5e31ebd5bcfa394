// Package engine says what executes plans: an Engine opens a Session for one
// run, and the session computes relations. The DuckDB engine is in the package
// duckdb below this one.
package engine

import (
	"context"
	"time"

	"kickoff/internal/diag"
	"kickoff/internal/plan"
	"kickoff/record"
)

// Options bound what a session may use.
type Options struct {
	Threads int    // 0 is the engine's choice
	Memory  int64  // bytes, 0 is the engine's choice
	TempDir string // where it may spill; removed by the caller
	// ReadDirs are the folders that the engine itself may read files from.
	ReadDirs []string
	// Events receives what happens while relations are computed. It may be nil
	// and is called from one goroutine at a time.
	Events func(Event)
	// ConversionLimit is how many conversion errors are reported for a field; the
	// others are counted. 0 is 10.
	ConversionLimit int
	// ConversionStop ends the run at that limit.
	ConversionStop bool
	// KeepGoing lets Run go on with the sinks that do not need what a tool failed
	// to give; the error is then of all that failed.
	KeepGoing bool
	// Now is what DateTimeNow and its like say; zero is the time of opening.
	Now time.Time
	// Seed makes Rand and its like repeatable, on one thread; 0 is a random seed.
	Seed int64
}

// Event is something that happened in a session: *Message or *Counted.
type Event interface{ event() }

// Status is the kind of a message, as on the wire (API reference 8.8).
type Status int

// The kinds of messages.
const (
	Info       Status = 1
	Warning    Status = 2
	Error      Status = 3
	Conversion Status = 5 // a field conversion error
	FileInput  Status = 8
	FileOutput Status = 9
)

// Message is a line of a job's log.
type Message struct {
	Tool   diag.Tool
	Status Status
	Text   string
}

// Counted says how many records an output anchor has given.
type Counted struct {
	Tool    diag.Tool
	Anchor  string
	Records int64
}

func (*Message) event() {}
func (*Counted) event() {}

// Sink is an end of the plan: the records of In, in order, go to the writer.
type Sink struct {
	Tool diag.Tool
	In   plan.Node
	Open func(ctx context.Context) (record.Writer, error)
}

// Engine opens sessions.
type Engine interface {
	Open(ctx context.Context, o Options) (Session, error)
}

// Session computes relations for one run. It is used by one goroutine.
type Session interface {
	// Materialise computes a relation and keeps it until Drop or Close.
	Materialise(ctx context.Context, n plan.Node) (*plan.Table, error)
	// MaterialiseAll is Materialise for several relations at once: what they share
	// is computed once. Loops of macros need it to be quick for small relations.
	MaterialiseAll(ctx context.Context, nodes []plan.Node) ([]*plan.Table, error)
	Drop(ctx context.Context, t *plan.Table) error
	// Read computes a relation and hands out its records in order. The reader
	// must be closed before the session is used again.
	Read(ctx context.Context, n plan.Node) (record.Reader, error)
	// Run computes all sinks, in their order. A relation that several of them
	// need is computed once.
	Run(ctx context.Context, sinks []Sink) error
	Close() error
}

// Aborter is a writer that can give up: what it was given becomes no file.
type Aborter interface{ Abort() error }

// Abandon ends a writer after an error: nobody shall take half of the records for
// all. What goes wrong with it is not told, since there is a reason already.
func Abandon(w record.Writer) {
	if a, ok := w.(Aborter); ok {
		_ = a.Abort()
		return
	}
	_ = w.Close()
}
