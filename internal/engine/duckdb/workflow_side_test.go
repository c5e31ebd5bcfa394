//go:build cgo

package duckdb

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"kickoff/internal/compile"
	"kickoff/internal/engine"
	"kickoff/internal/tool"
	"kickoff/record"
	"kickoff/workflow"
)

// Both sides get the same; a job has two threads on the machine that the aims are for.
const (
	sideThreads = 2
	sideMemory  = 6 << 30
)

// runSide runs one side and prints what it took.
func runSide(task string) error {
	var t side
	if err := json.Unmarshal([]byte(task), &t); err != nil {
		return err
	}
	a, err := txtar.ParseFile(t.File)
	if err != nil {
		return err
	}
	ctx := context.Background()
	s, err := Engine{}.Open(ctx, engine.Options{Threads: sideThreads, Memory: sideMemory, TempDir: t.Dir, ReadDirs: []string{t.Dir}, Events: func(engine.Event) {}})
	if err != nil {
		return err
	}
	defer s.Close()
	in := s.(*session)
	if !strings.Contains(t.File, "_read_") {
		if err := makeTables(ctx, in, t.Records); err != nil {
			return err
		}
	}
	os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // resets the peak of memory
	began, cpu := time.Now(), processor()
	for _, f := range a.Files {
		switch {
		case f.Name == "workflow.yxmd" && !t.Hand:
			t.Out, err = t.document(ctx, in, string(f.Data))
		case f.Name == "hand.sql" && t.Hand:
			t.Out, err = t.byHand(ctx, in, string(f.Data))
		}
		if err != nil {
			return err
		}
	}
	t.Seconds, t.CPU, t.Peak = time.Since(began).Seconds(), (processor() - cpu).Seconds(), peak()
	return json.NewEncoder(os.Stdout).Encode(t)
}

// document compiles and runs a document, as a job does, up to the records that
// its Browse tools get.
func (t *side) document(ctx context.Context, s *session, text string) (int64, error) {
	file := filepath.Join(t.Dir, "workflow.yxmd")
	d, _, err := workflow.Read(strings.NewReader(text), int64(len(text)), workflow.Limits{})
	if err != nil {
		return 0, err
	}
	var messages []error
	run := &tool.Run{Session: s, Dir: t.Dir, OutDir: t.Dir, Now: time.Now(), Seed: int64(t.Records), Report: func(m engine.Message) {
		if m.Status == engine.Error {
			messages = append(messages, errors.New(m.Text))
		}
	}}
	p, err := compile.Compile(ctx, d, compile.Options{File: file, Tools: append(tool.All(), &benchTable), Run: run})
	if err != nil {
		return 0, err
	}
	sink := &counter{}
	sinks := p.Sinks
	for _, st := range p.Streams {
		if st.Browsed {
			sinks = append(sinks, engine.Sink{Tool: st.Tool, In: st.Node, Open: func(context.Context) (record.Writer, error) { return sink, nil }})
		}
	}
	err = s.Run(ctx, sinks)
	return sink.n, errors.Join(append(messages, err)...)
}

// byHand runs the statements, the last of which gives the records.
func (t *side) byHand(ctx context.Context, s *session, text string) (int64, error) {
	statements := strings.Split(strings.ReplaceAll(text, "$DIR", t.Dir), ";")
	last := len(statements) - 1
	for _, sql := range statements[:last] {
		if _, err := s.conn.exec(ctx, sql); err != nil {
			return 0, err
		}
	}
	r, err := handRead(ctx, s, statements[last])
	if err != nil {
		return 0, err
	}
	defer r.Close()
	sink := &counter{}
	err = copyAll(ctx, r, sink)
	return sink.n, err
}
