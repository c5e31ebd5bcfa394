package store

import (
	"fmt"
	"strings"
	"time"
)

// Status is where a job stands. A finished one is Completed, however it ended
// (API reference, section 8.1): the outcome is the disposition.
type Status string

// The statuses, as on the wire.
const (
	Queued    Status = "Queued"
	Running   Status = "Running"
	Completed Status = "Completed"
)

// Disposition is how a job ended.
type Disposition string

// The dispositions, as on the wire. None until the job is Completed.
const (
	None      Disposition = "None"
	Success   Disposition = "Success"
	Error     Disposition = "Error"
	Cancelled Disposition = "Cancelled"
)

// Priority orders waiting jobs; higher goes first. The numbers are those of
// the API's older clients (API reference, section 8.3).
type Priority int

// The priorities.
const (
	Low Priority = iota
	Medium
	High
	Critical
)

var priorityNames = [...]string{"Low", "Medium", "High", "Critical"}

// String returns the name used on the wire, for example "Low".
func (p Priority) String() string {
	if p < Low || p > Critical {
		return fmt.Sprintf("Priority(%d)", int(p))
	}
	return priorityNames[p]
}

// ParsePriority reads a number or a name in any case; "" and "Default" are
// Medium, the default.
func ParsePriority(s string) (Priority, error) {
	s = strings.TrimSpace(s)
	if s == "" || strings.EqualFold(s, "default") {
		return Medium, nil
	}
	for i, n := range priorityNames {
		if strings.EqualFold(n, s) || s == string(rune('0'+i)) {
			return Priority(i), nil
		}
	}
	return Medium, fmt.Errorf("unknown priority %q: want low, medium, high, critical or 0 to 3", clip(s))
}

// Answer is the answer to one question.
type Answer struct{ Name, Value string }

// Source says who started a job.
type Source string

// The sources.
const (
	FromAPI      Source = "api" // the Subscription API lists these only
	FromWeb      Source = "web"
	FromSchedule Source = "schedule"
)

// Job is one run of a version.
type Job struct {
	ID          ID
	StudioID    ID
	WorkflowID  ID
	VersionID   ID
	SubmitterID ID // the user, or the studio for a studio's key
	Source      Source
	Priority    Priority
	WorkerTag   string // "": any worker
	Answers     []Answer

	Status      Status
	Disposition Disposition
	// Cancelling: someone asked for the running job to be cancelled.
	Cancelling bool

	// Attempt counts the claims, Worker holds the current or last one, and
	// LeaseUntil is when the worker counts as lost unless it is heard of.
	Attempt    int
	Worker     string
	LeaseUntil time.Time

	CreatedAt  time.Time
	StartedAt  time.Time // of the last attempt; zero before the first
	FinishedAt time.Time // zero until Completed
}

// Claim names the attempt the job is at.
func (j Job) Claim() Attempt { return Attempt{Job: j.ID, Number: j.Attempt, Worker: j.Worker} }

// Attempt names one claim of a job. A worker shows it with everything it
// reports, so that a job is finished once and by its holder only.
type Attempt struct {
	Job    ID
	Number int // from 1
	Worker string
}

// MessageStatus is the kind of a message (API reference, section 8.8).
type MessageStatus int

// The kinds of message a job leaves.
const (
	Info            MessageStatus = 1
	Warning         MessageStatus = 2
	ErrorMessage    MessageStatus = 3
	Complete        MessageStatus = 4
	ConversionError MessageStatus = 5
	ConversionLimit MessageStatus = 6
	FileInput       MessageStatus = 8
	FileOutput      MessageStatus = 9
)

// EngineToolID is the tool id of messages that come from no tool.
const EngineToolID = -1

// Message is a line of a job's log.
type Message struct {
	Status MessageStatus
	Text   string
	ToolID int
}

// Output is a file that a job wrote, in one or more formats.
type Output struct {
	ID    ID     // of the output; given by the caller of Finish
	Name  string // file name, for example "result.csv"
	Files []OutputFile
}

// OutputFile is an output in one format. Several formats may share a blob,
// as Raw and Csv do for a csv file.
type OutputFile struct {
	Format string // "Raw", "Csv", "Xlsx", … (API reference, section 8.5)
	Blob   string // SHA-256, see package blob
	Size   int64  // bytes
}

// Result is what a worker reports at the end of an attempt.
type Result struct {
	Disposition Disposition // Success, Error or Cancelled
	Messages    []Message   // appended after those sent before
	Outputs     []Output
	FinishedAt  time.Time
}

// JobFilter selects jobs. The zero filter selects all, newest first.
type JobFilter struct {
	StudioID    ID     // empty: any
	WorkflowID  ID     // empty: any
	SubmitterID ID     // empty: any
	Source      Source // empty: any
	Status      Status // empty: any
	// Sort is the field: "" or "createdate", "status", "priority".
	Sort      string
	Ascending bool
	Offset    int
	Limit     int // 0: all
}
