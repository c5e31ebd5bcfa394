// Package job is the life of a job: a worker claims it, gives it to a child
// process, passes the child's messages on, keeps its outputs and finishes it.
//
//	queue ─► Pool: one slot per job at a time
//	            │ claim, unpack the workflow, write the Spec
//	            ▼
//	         child process `kickoff run-job`  (warm: started, engine open, waiting for its Spec)
//	            │ lines of JSON: messages, then the Outcome
//	            ▼
//	         outputs ─► blobs, job row finished once
//
// A child runs one job and ends. Its crash, its use of too much memory or time
// and a cancel are the end of a job, never of the server.
package job

import (
	"context"
	"time"

	"kickoff/internal/store"
)

// Spec is what a child is told to run. Paths are absolute.
type Spec struct {
	Document string         `json:"document"` // the main document, in the unpacked package
	OutDir   string         `json:"outDir"`   // where outputs go; empty at the start
	TempDir  string         `json:"tempDir"`  // where the engine may spill
	Answers  []store.Answer `json:"answers"`
	Now      time.Time      `json:"now"`
	Memory   int64          `json:"memory"`  // bytes that the engine may use
	Threads  int            `json:"threads"` // 0: the engine's choice
	Policy   Policy         `json:"policy"`
}

// Policy is what the server's owner lets workflows do; nothing, by default.
type Policy struct {
	Download     []string `json:"download,omitempty"` // host names; "*" is every public one
	PrivateHosts bool     `json:"privateHosts,omitempty"`
	RunCommand   bool     `json:"runCommand,omitempty"`
}

// Outcome is how a child's run ended.
type Outcome struct {
	Success bool         `json:"success"`
	Files   []OutputFile `json:"files"`
}

// OutputFile is a file that the run wrote below OutDir.
type OutputFile struct {
	Name string `json:"name"` // as users see it, "sales.csv"
	Path string `json:"path"` // relative to OutDir, with slashes
}

// Runner runs a workflow inside the child process. Messages are reported as
// they come; what cannot be run is reported as an error message with its tool
// and gives an Outcome without Success. It keeps to the Spec's limits and ends
// soon after ctx does.
type Runner interface {
	// Warm prepares what does not depend on the job, so that Run starts at once.
	Warm(ctx context.Context) error
	Run(ctx context.Context, s Spec, report func(store.Message)) Outcome
}

// line is one line of the child's output: exactly one field is set.
type line struct {
	Ready   bool           `json:"ready,omitempty"`
	Message *store.Message `json:"message,omitempty"`
	Outcome *Outcome       `json:"outcome,omitempty"`
}
