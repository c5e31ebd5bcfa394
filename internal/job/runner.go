package job

import (
	"context"
	"fmt"
	"time"

	"kickoff/internal/engine"
	"kickoff/internal/exec"
	"kickoff/internal/store"
	"kickoff/internal/tool"
)

// Workflows runs workflow documents on an engine. It is the Runner of the real
// child process.
type Workflows struct {
	Engine engine.Engine
	// Prepare opens what the engine needs before the job is known; nil is nothing.
	Prepare func(ctx context.Context) error
}

var _ Runner = (*Workflows)(nil)

// Warm implements Runner.
func (w *Workflows) Warm(ctx context.Context) error {
	if w.Prepare == nil {
		return nil
	}
	return w.Prepare(ctx)
}

// Run implements Runner.
func (w *Workflows) Run(ctx context.Context, s Spec, report func(store.Message)) Outcome {
	answers := make(map[string][]string, len(s.Answers))
	for _, a := range s.Answers {
		answers[a.Name] = append(answers[a.Name], a.Value)
	}
	began := time.Now()
	result, err := exec.Run(ctx, w.Engine, exec.Request{
		Document: s.Document, OutDir: s.OutDir, TempDir: s.TempDir, Answers: answers, Now: s.Now, Threads: s.Threads, Memory: s.Memory,
		Policy: tool.Policy{Download: s.Policy.Download, PrivateHosts: s.Policy.PrivateHosts, RunCommand: s.Policy.RunCommand},
		Report: func(m engine.Message) {
			report(store.Message{Status: store.MessageStatus(m.Status), Text: m.Text, ToolID: toolID(m)})
		},
		Browsed: true,
	})
	if err != nil {
		report(store.Message{Status: store.ErrorMessage, Text: err.Error(), ToolID: store.EngineToolID})
		return Outcome{}
	}
	if result.Success() {
		report(store.Message{Status: store.Complete, Text: fmt.Sprintf("Finished running in %.1f seconds", time.Since(began).Seconds()), ToolID: store.EngineToolID})
	}
	o := Outcome{Success: result.Success()}
	for _, f := range result.Outputs {
		o.Files = append(o.Files, OutputFile{Name: f.Name, Path: f.File})
	}
	for _, f := range result.Streams {
		o.Files = append(o.Files, OutputFile{Name: fmt.Sprintf("Browse %d-%s.csv", f.ToolID, f.Anchor), Path: f.File})
	}
	return o
}

// toolID is the id that a message carries on the wire.
func toolID(m engine.Message) int {
	if m.Tool.ID == 0 {
		return store.EngineToolID
	}
	return m.Tool.ID
}
