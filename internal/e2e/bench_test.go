package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"kickoff/gallery"
	"kickoff/internal/job"
)

// trivial is a workflow of two tools.
const trivial = `<?xml version="1.0"?>
<AlteryxDocument yxmdVer="2021.4"><Nodes>
<Node ToolID="1"><GuiSettings Plugin="AlteryxBasePluginsGui.TextInput.TextInput"><Position x="54" y="54" /></GuiSettings>
<Properties><Configuration><NumRows value="1" /><Fields><Field name="x" /></Fields><Data><r><c>1</c></r></Data></Configuration></Properties>
<EngineSettings EngineDll="AlteryxBasePluginsEngine.dll" EngineDllEntryPoint="AlteryxTextInput" /></Node>
<Node ToolID="2"><GuiSettings Plugin="AlteryxBasePluginsGui.BrowseV2.BrowseV2"><Position x="154" y="54" /></GuiSettings>
<Properties><Configuration><Layout /></Configuration></Properties>
<EngineSettings EngineDll="AlteryxBasePluginsEngine.dll" EngineDllEntryPoint="AlteryxBrowseV2" /></Node>
</Nodes><Connections><Connection><Origin ToolID="1" Connection="Output" /><Destination ToolID="2" Connection="Input" /></Connection></Connections>
<Properties /></AlteryxDocument>`

// publishTrivial publishes the trivial workflow as a bare document.
func publishTrivial(b *testing.B, s *server) string {
	b.Helper()
	id, err := s.client().Publish(b.Context(), gallery.Publication{FileName: "Trivial.yxmd", Name: "Trivial", Owner: s.email, SourceID: "trivial"},
		bytes.NewReader([]byte(trivial)), int64(len(trivial)))
	if err != nil {
		b.Fatal(err)
	}
	return id
}

// runToEnd runs a job and looks for its end every millisecond.
func runToEnd(ctx context.Context, c *gallery.Client, id string) (time.Duration, error) {
	began := time.Now()
	j, err := c.Run(ctx, id, gallery.RunOptions{})
	if err != nil {
		return 0, err
	}
	for !j.Ended() {
		time.Sleep(time.Millisecond)
		if j, err = c.Job(ctx, j.ID); err != nil {
			return 0, err
		}
	}
	return time.Since(began), nil
}

// bareChild runs the trivial workflow in a child process without a server: the
// process is started cold, told its job, and ends.
func bareChild(b *testing.B, document string) time.Duration {
	b.Helper()
	out, tmp := b.TempDir(), b.TempDir()
	spec, err := json.Marshal(job.Spec{Document: document, OutDir: out, TempDir: tmp, Now: time.Now(), Memory: 1 << 30})
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(binary, "run-job")
	cmd.Stdin, cmd.Stdout = bytes.NewReader(append(spec, '\n')), io.Discard
	began := time.Now()
	if err := cmd.Run(); err != nil {
		b.Fatal(err)
	}
	return time.Since(began)
}

func percentile(d []time.Duration, p float64) float64 {
	slices.Sort(d)
	return float64(d[min(len(d)-1, int(p*float64(len(d))))].Microseconds()) / 1000
}

// BenchmarkPostToCompleted measures an idle server from POST to Completed, as a
// client sees it, beside the bare child's run in the same loop.
func BenchmarkPostToCompleted(b *testing.B) {
	s := serve(b, b.TempDir())
	c, id := s.client(), publishTrivial(b, s)
	document := filepath.Join(b.TempDir(), "Trivial.yxmd")
	if err := os.WriteFile(document, []byte(trivial), 0o600); err != nil {
		b.Fatal(err)
	}
	var jobs, bare []time.Duration
	for range 3 {
		if _, err := runToEnd(b.Context(), c, id); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		d, err := runToEnd(b.Context(), c, id)
		if err != nil {
			b.Fatal(err)
		}
		jobs = append(jobs, d)
		bare = append(bare, bareChild(b, document))
		time.Sleep(60 * time.Millisecond) // the spare gets warm: the server is idle
	}
	b.ReportMetric(percentile(jobs, 0.5), "p50-ms")
	b.ReportMetric(percentile(jobs, 0.95), "p95-ms")
	b.ReportMetric(percentile(bare, 0.5), "bare-child-p50-ms")
	b.ReportMetric(percentile(jobs, 0.5)/percentile(bare, 0.5), "ratio")
}

// BenchmarkJobsPerSecond keeps both slots busy with trivial jobs.
func BenchmarkJobsPerSecond(b *testing.B) {
	s := serve(b, b.TempDir())
	c, id := s.client(), publishTrivial(b, s)
	const clients = 4
	b.ResetTimer()
	began := time.Now()
	var wg sync.WaitGroup
	next := make(chan struct{}, b.N)
	for range b.N {
		next <- struct{}{}
	}
	close(next)
	for range clients {
		wg.Go(func() {
			for range next {
				if _, err := runToEnd(b.Context(), c, id); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/time.Since(began).Seconds(), "jobs/s")
}
