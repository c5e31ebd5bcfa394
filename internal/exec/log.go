package exec

import (
	"sync"

	"kickoff/internal/diag"
	"kickoff/internal/engine"
)

// messages is the log of a run, with the counts that the engine reports.
type messages struct {
	mu      sync.Mutex
	report  func(engine.Message)
	all     []engine.Message
	counts  map[anchorKey]int64
	failed  bool
	stopped bool
}

// anchorKey names an output anchor of a tool.
type anchorKey struct{ tool, anchor string }

// maxMessages bounds the log; errors are kept beyond it.
const maxMessages = 10_000

func newLog(report func(engine.Message)) *messages {
	return &messages{report: report, counts: make(map[anchorKey]int64)}
}

// add takes a message. It may be called from several goroutines.
func (l *messages) add(m engine.Message) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if m.Status == engine.Error {
		l.failed = true
	} else if len(l.all) >= maxMessages {
		if l.stopped {
			return
		}
		l.stopped = true
		m = engine.Message{Status: engine.Warning, Text: "there are more messages; they are not kept"}
	}
	if len(l.all) < 2*maxMessages {
		l.all = append(l.all, m)
		if l.report != nil {
			l.report(m)
		}
	}
}

// defect is what the user is told of a diagnostic of code internal.
const defect = "this is a defect of Kickoff; please report it with the workflow"

// fail adds an error, each of its diagnostics as a message of its tool.
func (l *messages) fail(err error) {
	for _, d := range diag.All(err) {
		text, hint := d.Error(), d.Hint
		if d.Code == diag.Internal && (d.Err == nil || d.Err.Error() != d.Msg) {
			hint = defect // other errors, as of a disk, become diagnostics of their own text
		}
		if hint != "" {
			text += " (" + hint + ")"
		}
		l.add(engine.Message{Tool: d.Tool, Status: engine.Error, Text: text})
	}
}

// event takes what happens in the engine's session.
func (l *messages) event(e engine.Event) {
	switch e := e.(type) {
	case *engine.Message:
		l.add(*e)
	case *engine.Counted:
		l.mu.Lock()
		defer l.mu.Unlock()
		l.counts[anchorKey{e.Tool.String(), e.Anchor}] += e.Records
	}
}

func (l *messages) count(t diag.Tool, anchor string) (int64, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n, ok := l.counts[anchorKey{t.String(), anchor}]
	return n, ok
}
