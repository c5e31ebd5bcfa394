package job

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"

	"kickoff/internal/store"
)

// maxSpec bounds the line that holds a Spec, in bytes. Answers are limited by
// the server before they come here.
const maxSpec = 64 << 20

// Serve is the child's side: it warms the runner, says that it is ready, reads
// one Spec, runs it, and writes messages and the Outcome as lines of JSON. It
// returns nil without a run when in ends before a Spec came: the server has no
// more work.
func Serve(ctx context.Context, r Runner, in io.Reader, out io.Writer) error {
	w := &lineWriter{enc: json.NewEncoder(out)}
	if err := r.Warm(ctx); err != nil {
		return fmt.Errorf("prepare the engine: %w", err)
	}
	if err := w.write(line{Ready: true}); err != nil {
		return err
	}
	var spec Spec
	dec := json.NewDecoder(bufio.NewReader(io.LimitReader(in, maxSpec)))
	if err := dec.Decode(&spec); err != nil {
		if errors.Is(err, io.EOF) {
			return nil
		}
		return fmt.Errorf("read the job: %w", err)
	}
	outcome := r.Run(ctx, spec, func(m store.Message) { w.write(line{Message: &m}) })
	return w.write(line{Outcome: &outcome})
}

// lineWriter writes lines from several goroutines.
type lineWriter struct {
	mu  sync.Mutex
	enc *json.Encoder
}

func (w *lineWriter) write(l line) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.enc.Encode(l); err != nil {
		return fmt.Errorf("report to the server: %w", err)
	}
	return nil
}
