package job

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"

	"kickoff/internal/store"
)

// process is a child, from its start to its end.
type process struct {
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	lines  *bufio.Reader
	stderr *tail
	once   sync.Once
	done   chan struct{} // closed when the process was reaped
	err    error         // of Wait, valid after done
}

// start starts a child and waits until it says that it is ready.
func start(ctx context.Context, command []string, env []string) (*process, error) {
	p := &process{stderr: &tail{max: 4096}, done: make(chan struct{})}
	p.cmd = exec.Command(command[0], command[1:]...)
	p.cmd.Env = env
	p.cmd.Stderr = p.stderr
	isolate(p.cmd)
	stdin, err := p.cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start a child process: %w", err)
	}
	// An own pipe, not StdoutPipe: Wait must not close it under the reader.
	out, childOut, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("start a child process: %w", err)
	}
	p.cmd.Stdout = childOut
	p.stdin, p.lines = stdin, bufio.NewReaderSize(out, 64<<10)
	err = p.cmd.Start()
	childOut.Close()
	if err != nil {
		out.Close()
		return nil, fmt.Errorf("start a child process: %w", err)
	}
	go func() {
		p.err = p.cmd.Wait()
		close(p.done)
	}()
	stop := context.AfterFunc(ctx, p.kill)
	defer stop()
	l, err := p.next()
	if err == nil && !l.Ready {
		err = errors.New("it did not say that it is ready")
	}
	if err != nil {
		p.kill()
		<-p.done
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("start a child process: %w%s", err, p.lastWords())
	}
	return p, nil
}

// next reads the next line of the child.
func (p *process) next() (line, error) {
	b, err := p.lines.ReadBytes('\n')
	if err != nil {
		return line{}, err
	}
	var l line
	if err := json.Unmarshal(b, &l); err != nil {
		return line{}, fmt.Errorf("read what the child reports: %w", err)
	}
	return l, nil
}

// run gives the child its job and passes its messages on until it ends.
// The error says that there is no outcome: the child crashed or was killed.
func (p *process) run(s Spec, report func(store.Message)) (Outcome, error) {
	defer p.kill() // with its outcome told it has nothing left to do
	b, err := json.Marshal(s)
	if err != nil {
		return Outcome{}, fmt.Errorf("write the job: %w", err)
	}
	if _, err := p.stdin.Write(append(b, '\n')); err != nil {
		return Outcome{}, fmt.Errorf("give the job to the child process: %w", err)
	}
	for {
		l, err := p.next()
		switch {
		case err != nil:
			p.kill()
			<-p.done
			return Outcome{}, p.crash(err)
		case l.Message != nil:
			report(*l.Message)
		case l.Outcome != nil:
			return *l.Outcome, nil
		}
	}
}

// crash says how the child ended without an outcome.
func (p *process) crash(cause error) error {
	state := "it ended without a result"
	if p.err != nil {
		state = p.err.Error()
	} else if !errors.Is(cause, io.EOF) {
		state = cause.Error()
	}
	return fmt.Errorf("the process that ran the workflow failed: %s%s", state, p.lastWords())
}

// lastWords returns the last line that the child wrote to its standard error.
func (p *process) lastWords() string {
	s := strings.TrimSpace(p.stderr.String())
	if s == "" {
		return ""
	}
	return ": " + s[strings.LastIndexByte(s, '\n')+1:]
}

// kill ends the child and all that it started.
func (p *process) kill() { p.once.Do(func() { killGroup(p.cmd) }) }

// alive reports whether the child still waits for its job.
func (p *process) alive() bool {
	select {
	case <-p.done:
		return false
	default:
		return true
	}
}

// tail keeps the last max bytes written to it.
type tail struct {
	mu  sync.Mutex
	b   []byte
	max int
}

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.b = append(t.b, b...)
	if n := len(t.b) - t.max; n > 0 {
		t.b = append(t.b[:0], t.b[n:]...)
	}
	return len(b), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.b)
}
