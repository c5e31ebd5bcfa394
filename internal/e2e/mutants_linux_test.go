package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	kickoff "kickoff/internal/exec"
)

var (
	mutantsFor    = flag.Duration("mutants-for", 5*time.Second, "how long TestMutants makes and runs mutants")
	mutantsFrom   = flag.Uint64("mutants-from", 1, "the seed of the first mutant")
	mutantsCount  = flag.Uint64("mutants", 1<<62, "how many mutants at most; 1 runs that of -mutants-from again")
	mutantsCorpus = flag.String("mutants-corpus", "", "a folder of folders with more documents to make mutants of")
	mutantsKeep   = flag.String("mutants-keep", filepath.Join(os.TempDir(), "kickoff-mutants"), "where failures are kept")
)

// What a mutant may use. The engine is told less memory than the process may
// have; a run that takes longer is stopped as Ctrl-C stops it, and has to end.
const (
	mutantMemory = 2 << 30
	engineMemory = "1GiB"
	mutantCPU    = 20 * time.Second
	mutantWall   = 3 * time.Minute // a machine may be busy
	mutantStop   = 30 * time.Second
	leastMutants = 40 // however slow the machine is
)

// TestMutants runs documents that were changed at random: each ends with a
// result, and with an error message where it is no success. None crashes, hangs,
// takes more memory than it was given, shows a defect, or writes outside its folder.
func TestMutants(t *testing.T) {
	all, p := corpus(t, t.TempDir(), *mutantsCorpus)
	t.Logf("%d folders, %d documents and macros, %d tools, %d expressions", len(all), len(p.roots), len(p.nodes), len(p.expressions))
	ctx, cancel := context.WithTimeout(t.Context(), *mutantsFor)
	defer cancel()
	run := &mutants{t: t, all: all, pool: p, next: *mutantsFrom, outcomes: make(map[string]int)}
	var workers sync.WaitGroup
	for i := range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			w := &mutantWorker{mutants: run, dir: filepath.Join(t.TempDir(), fmt.Sprint(i))}
			for run.ran() < leastMutants || ctx.Err() == nil {
				seed, ok := run.seed()
				if !ok {
					return
				}
				run.note(seed, w.try(seed))
			}
		})
	}
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-done:
				return
			case <-time.After(time.Minute):
				fmt.Fprintln(os.Stderr, time.Now().Format(time.TimeOnly), run.summary())
			}
		}
	}()
	workers.Wait()
	close(done)
	t.Log(run.summary())
	if run.ran() >= leastMutants && (run.outcomes["success"] == 0 || run.outcomes["error"] == 0) {
		t.Error("no mutant succeeded, or none failed")
	}
}

// mutants is what workers share.
type mutants struct {
	t    *testing.T
	all  []*origin
	pool *pool

	mu       sync.Mutex
	next     uint64
	outcomes map[string]int
	messages int
	peak     int64
}

func (m *mutants) seed() (uint64, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.next++
	return m.next - 1, m.next-1 < *mutantsFrom+*mutantsCount
}

func (m *mutants) ran() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for _, k := range m.outcomes {
		n += k
	}
	return n
}

// note counts how a mutant ended; a failure is the test's.
func (m *mutants) note(seed uint64, o outcome) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.outcomes[o.kind]++
	m.messages += o.messages
	m.peak = max(m.peak, o.peak)
	switch o.kind {
	case "success", "error":
	case "stopped": // a lot of work is no defect, but may be looked at
		m.t.Logf("mutant %d was stopped: %s", seed, o.text)
	default:
		m.t.Errorf("mutant %d: %s: %s", seed, o.kind, o.text)
		fmt.Fprintf(os.Stderr, "mutant %d: %s: %.300s\n", seed, o.kind, o.text)
	}
}

func (m *mutants) summary() string {
	n := m.ran()
	m.mu.Lock()
	defer m.mu.Unlock()
	return fmt.Sprintf("%d mutants run: %v; %d messages, peak of memory %d MiB", n, m.outcomes, m.messages, m.peak>>20)
}

// outcome is how a mutant ended: success, error (with a result and a message),
// stopped, or what is wrong.
type outcome struct {
	kind, text string
	messages   int
	peak       int64
}

// mutantWorker runs one mutant at a time, in copies of the origins' folders.
type mutantWorker struct {
	*mutants
	dir string
}

func (w *mutantWorker) try(seed uint64) (o outcome) {
	m := &mutator{Rand: rand.New(rand.NewPCG(seed, 4)), pool: w.pool}
	from := one(m.Rand, w.all)
	main := one(m.Rand, from.main)
	changed := main
	if len(from.macro) > 0 && m.IntN(3) == 0 {
		changed = one(m.Rand, from.macro)
	}
	text := m.mutate(from.roots[changed].Clone())
	in := filepath.Join(w.dir, "in")
	for _, dir := range []string{w.dir, in, filepath.Join(w.dir, "tmp")} {
		os.RemoveAll(dir)
		if err := os.MkdirAll(dir, 0o777); err != nil {
			return outcome{kind: "no folder", text: err.Error()}
		}
	}
	if err := os.CopyFS(in, os.DirFS(from.dir)); err != nil && !errors.Is(err, fs.ErrExist) {
		return outcome{kind: "no copy", text: err.Error()}
	}
	os.Remove(filepath.Join(in, changed)) // copied without the right to write
	if err := os.WriteFile(filepath.Join(in, changed), []byte(text), 0o666); err != nil {
		return outcome{kind: "no copy", text: err.Error()}
	}
	before := listing(in)
	o = w.run(filepath.Join(in, main))
	if after := listing(in); after != before {
		o.kind, o.text = "wrote into the workflow's folder", before+"\n"+after
	}
	if left := listing(filepath.Join(w.dir, "tmp")); left != "" {
		o.kind, o.text = "left temporary files", left
	}
	switch o.kind {
	case "success", "error":
	default:
		keep := filepath.Join(*mutantsKeep, fmt.Sprintf("%d-%s", seed, strings.ReplaceAll(o.kind, " ", "-")))
		os.RemoveAll(keep)
		if err := os.CopyFS(keep, os.DirFS(w.dir)); err != nil {
			o.text += "\n" + err.Error()
		}
		o.text += fmt.Sprintf("\nin %s (%s changed), kept in %s", filepath.Join(filepath.Base(from.dir), main), changed, keep)
	}
	return o
}

// listing names the files below a folder with their sizes.
func listing(dir string) string {
	var b strings.Builder
	filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		if i, err := e.Info(); err == nil {
			fmt.Fprintln(&b, path, i.Size(), i.Mode())
		}
		return nil
	})
	return b.String()
}

// run runs a document within the limits.
func (w *mutantWorker) run(document string) outcome {
	out := filepath.Join(w.dir, "out")
	cmd := exec.Command(binary, "exec", document, "--out", out, "--memory", engineMemory, "--now", "2024-02-29T13:14:15")
	cmd.Env = append(os.Environ(), "TMPDIR="+filepath.Join(w.dir, "tmp"))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		return outcome{kind: "no start", text: err.Error()}
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	began, asked := time.Now(), time.Time{}
	o := outcome{}
	for {
		select {
		case err := <-ended:
			return o.judge(err, out, stderr.String(), !asked.IsZero())
		case <-time.After(20 * time.Millisecond):
		}
		peak, cpu := usage(cmd.Process.Pid)
		o.peak = max(o.peak, peak)
		switch {
		case o.peak > mutantMemory:
			cmd.Process.Kill()
			<-ended
			o.kind, o.text = "memory", fmt.Sprintf("%d MiB\n%s", o.peak>>20, stderr.String())
			return o
		case asked.IsZero() && (cpu > mutantCPU || time.Since(began) > mutantWall):
			cmd.Process.Signal(os.Interrupt)
			asked = time.Now()
		case !asked.IsZero() && time.Since(asked) > mutantStop:
			cmd.Process.Signal(syscall.SIGQUIT) // Go prints where everything stands
			time.Sleep(time.Second)
			cmd.Process.Kill()
			<-ended
			o.kind, o.text = "hang", stderr.String()
			return o
		}
	}
}

// judge reads what a run has left.
func (o outcome) judge(err error, out, stderr string, stopped bool) outcome {
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1 && !stopped) || strings.Contains(stderr, "goroutine ") {
		o.kind, o.text = "crash", fmt.Sprintf("%v\n%s", err, stderr)
		return o
	}
	if stopped {
		o.kind, o.text = "stopped", stderr
		return o
	}
	var r kickoff.Result
	data, rerr := os.ReadFile(filepath.Join(out, "result.json"))
	if rerr == nil {
		rerr = json.Unmarshal(data, &r)
	}
	if rerr != nil {
		o.kind, o.text = "no result", rerr.Error()+"\n"+stderr
		return o
	}
	o.messages = len(r.Messages)
	o.kind = "success"
	if err != nil {
		o.kind = "no message"
	}
	for _, m := range r.Messages {
		if m.Status == 3 && m.Text != "" && o.kind == "no message" {
			o.kind = "error"
		}
		if strings.Contains(m.Text, "defect of Kickoff") || strings.TrimSpace(m.Text) == "" {
			o.kind, o.text = "defect", m.Text
			return o
		}
	}
	if o.kind == "success" != r.Success() {
		o.kind = "exit status and result differ"
	}
	o.text = stderr
	return o
}

// usage is the peak of memory and the time of the processor that a process has used.
func usage(pid int) (peak int64, cpu time.Duration) {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for line := range strings.Lines(string(status)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "VmHWM:" {
			kib, _ := strconv.ParseInt(f[1], 10, 64)
			peak = kib << 10
		}
	}
	stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if _, rest, ok := strings.Cut(string(stat), ") "); ok {
		if f := strings.Fields(rest); len(f) > 12 {
			for _, s := range f[11:13] {
				ticks, _ := strconv.ParseInt(s, 10, 64)
				cpu += time.Duration(ticks) * 10 * time.Millisecond
			}
		}
	}
	return peak, cpu
}
