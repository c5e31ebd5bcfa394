// Package exec runs a workflow document and leaves its results in a folder:
//
//	files/                      what the workflow's Output Data tools wrote
//	streams/TOOLID-ANCHOR.csv   the records of every output that feeds a Browse or nothing
//	result.json                 how it ended: messages, tools with their counts, streams, outputs
//
// result.json is there after a failure too.
package exec

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"kickoff/internal/compile"
	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/tool"
	"kickoff/workflow"
)

// Request says what to run, and within which bounds.
type Request struct {
	Document string              // path of a .yxmd, .yxwz, .yxmc or .yxzp
	OutDir   string              // where results go; made where it is missing
	TempDir  string              // where packages are unpacked and the engine spills; "" is the system's
	Answers  map[string][]string // by the question's name; several for several items of a list
	Now      time.Time           // the time of the run, for DateTimeNow and the like
	Seed     int64               // of random numbers; 0 is another one each time
	Threads  int                 // 0 is the engine's choice
	Memory   int64               // bytes, 0 is the engine's choice
	Policy   tool.Policy
	// Browsed leaves out of streams/ what feeds nothing, which is computed and not
	// kept: a job keeps what the workflow writes and what its author put a Browse on.
	Browsed bool
	// Report takes messages as they come. It may be nil, and is called from one
	// goroutine at a time.
	Report func(engine.Message)
}

// Run runs a document. What is wrong with the document or happens while it runs
// is in the Result, whose Disposition is then Error; the error is for what keeps
// a run from having a result, such as a folder that cannot be written.
func Run(ctx context.Context, eng engine.Engine, r Request) (*Result, error) {
	began := time.Now()
	out, err := filepath.Abs(r.OutDir)
	if err != nil {
		return nil, fmt.Errorf("run workflow: %w", err)
	}
	r.OutDir = out
	tmp, err := os.MkdirTemp(r.TempDir, "kickoff-")
	if err != nil {
		return nil, fmt.Errorf("run workflow: %w", err)
	}
	defer os.RemoveAll(tmp)
	for _, dir := range []string{"streams", "result.json"} {
		if err := os.RemoveAll(filepath.Join(r.OutDir, dir)); err != nil {
			return nil, fmt.Errorf("run workflow: clear the output folder: %w", err)
		}
	}
	if err := os.MkdirAll(filepath.Join(r.OutDir, "files"), 0o777); err != nil {
		return nil, fmt.Errorf("run workflow: %w", err)
	}
	x := &execution{r: r, engine: eng, tmp: tmp, log: newLog(r.Report), looped: make(map[string]bool)}
	if err := x.run(ctx); err != nil {
		if ctx.Err() != nil {
			err = errors.New("the run was stopped")
		}
		x.log.fail(err)
	}
	if x.files != nil {
		x.sayWritten()
	}
	if x.prog != nil {
		x.sayRead()
	}
	result := x.result()
	result.Seconds = time.Since(began).Seconds()
	if err := result.write(filepath.Join(r.OutDir, "result.json")); err != nil {
		return nil, fmt.Errorf("run workflow: write the result: %w", err)
	}
	return result, nil
}

// execution is one run.
type execution struct {
	r       Request
	engine  engine.Engine
	tmp     string
	log     *messages
	prog    *compile.Program
	files   *files
	streams []*stream
	done    []engine.Sink // the sinks that were run to their end
	looped  map[string]bool
}

func (x *execution) run(ctx context.Context) error {
	unpacked, err := filepath.Abs(filepath.Join(x.tmp, "package"))
	if err != nil {
		return err
	}
	doc, file, pkg, err := Open(x.r.Document, unpacked)
	if err != nil {
		return err
	}
	files := filepath.Join(x.r.OutDir, "files")
	if x.files, err = watchFiles(files); err != nil {
		return err
	}
	run := &tool.Run{Dir: filepath.Dir(file), Package: pkg, OutDir: files, Now: x.r.Now, Seed: x.r.Seed, Policy: x.r.Policy, Report: x.log.add, Wrote: x.files.wrote, Written: x.files.count}
	o := compile.Options{File: file, Answers: x.r.Answers, Tools: tool.All(), Run: run}
	if err := x.check(ctx, doc, o); err != nil {
		return err
	}
	if x.engine == nil {
		return errors.New("this build of kickoff has no engine")
	}
	session, err := x.engine.Open(ctx, engine.Options{
		Threads: x.r.Threads, Memory: x.r.Memory, TempDir: x.tmp, ReadDirs: readDirs(run), Events: x.log.event,
		ConversionLimit: conversionLimit(doc), ConversionStop: doc.Properties.Bool("ConvErrorLimit_Stop", false),
		KeepGoing: !doc.Properties.Bool("CancelOnError", false), Now: x.r.Now, Seed: x.r.Seed,
	})
	if err != nil {
		return fmt.Errorf("open the engine: %w", err)
	}
	defer session.Close()
	run.Session = &tracked{Session: session, x: x}
	if x.prog, err = compile.Compile(ctx, doc, o); err != nil {
		return err
	}
	sinks := x.prog.Sinks
	return run.Session.Run(ctx, append(sinks, x.streamSinks()...))
}

// check looks at the whole document before anything of it runs. What that has to
// say comes again as the tools are compiled for the run, and so is left out unless
// there is none.
func (x *execution) check(ctx context.Context, doc *workflow.Document, o compile.Options) error {
	var said []engine.Message
	run := *o.Run
	run.Report = func(m engine.Message) { said = append(said, m) }
	o.Run = &run
	x.prog = compile.Check(ctx, doc, o)
	err := x.prog.Diags.Err()
	if err != nil {
		for _, m := range said {
			x.log.add(m)
		}
	}
	return err
}

// readDirs are the folders that the engine itself may read.
func readDirs(run *tool.Run) []string {
	if run.Policy.ReadAnywhere {
		return []string{string(filepath.Separator)}
	}
	if run.Package != "" {
		return []string{run.Package, run.OutDir}
	}
	return []string{run.Dir, run.OutDir}
}

// conversionLimit is how many conversion errors of a field the document wants to see.
func conversionLimit(d *workflow.Document) int {
	var n int
	if _, err := fmt.Sscan(d.Properties.Value("ConvErrorLimit"), &n); err != nil || n < 0 {
		return 0
	}
	return n
}

// Open reads a document, or unpacks a package into a folder that it makes and
// reads the main document there. It returns the document's path and the folder of the
// package, or "".
func Open(path, unpackTo string) (doc *workflow.Document, file, pkg string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, "", "", &diag.Diagnostic{Code: diag.NoFile, Msg: fmt.Sprintf("the workflow cannot be opened: %v", err), Err: err}
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, "", "", err
	}
	if info.IsDir() {
		return nil, "", "", &diag.Diagnostic{Code: diag.NoFile, Msg: path + " is a folder and no workflow"}
	}
	d, p, err := workflow.Read(f, info.Size(), workflow.Limits{})
	if err != nil {
		return nil, "", "", &diag.Diagnostic{Code: diag.BadDocument, Msg: fmt.Sprintf("%s: %v", filepath.Base(path), err), Err: err}
	}
	if p == nil {
		abs, err := filepath.Abs(path)
		return d, abs, "", err
	}
	if err := os.MkdirAll(unpackTo, 0o777); err != nil {
		return nil, "", "", err
	}
	if err := p.Extract(unpackTo); err != nil {
		return nil, "", "", err
	}
	main, err := filepath.Abs(filepath.Join(unpackTo, filepath.FromSlash(p.Main)))
	return d, main, unpackTo, err
}
