// Package e2e drives the real binary from outside, as users and their clients do.
package e2e

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"kickoff/examples"
	"kickoff/gallery"
	"kickoff/oauth1"
)

// binary is the program under test, built once.
var binary string

func TestMain(m *testing.M) {
	os.Exit(build(m))
}

func build(m *testing.M) int {
	dir, err := os.MkdirTemp("", "kickoff-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	binary = filepath.Join(dir, "kickoff")
	if out, err := exec.Command("go", "build", "-o", binary, "kickoff/cmd/kickoff").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the program: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// need skips a test on a machine without a program, but not on CI.
func need(t testing.TB, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is missing, and nothing may be skipped here", program)
		}
		t.Skipf("%s is not installed", program)
	}
	return path
}

// needLibrary is need for a library: probe is a program that ends well where it is installed.
func needLibrary(t testing.TB, program string, probe ...string) string {
	t.Helper()
	path := need(t, program)
	if out, err := exec.Command(path, probe...).CombinedOutput(); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s %s: %v, and nothing may be skipped here\n%s", program, strings.Join(probe, " "), err, out)
		}
		t.Skipf("%s lacks a library: %s", program, strings.Join(probe, " "))
	}
	return path
}

// httr probes R for what the scripts in R use.
var httr = []string{"-e", "library(httr); library(jsonlite)"}

// server is a running `kickoff serve`.
type server struct {
	t           testing.TB
	cmd         *exec.Cmd
	data        string
	url         string // ends in /gallery
	key, secret string
	email       string
	log         *lockedBuffer
	done        chan struct{}
}

var (
	listening = regexp.MustCompile(`^serving (https?://\S+/gallery)`)
	keyRow    = regexp.MustCompile(`(?m)^key\s+(\S+)`)
	secretRow = regexp.MustCompile(`(?m)^secret\s+(\S+)`)
	emailRow  = regexp.MustCompile(`(?m)^curator\s+(\S+)`)
)

// serve starts a gallery over a data folder and waits until it listens.
func serve(t testing.TB, data string, args ...string) *server {
	t.Helper()
	s := &server{t: t, data: data, log: &lockedBuffer{}, done: make(chan struct{})}
	s.cmd = exec.Command(binary, append([]string{"serve", "--data", data, "--listen", "127.0.0.1:0"}, args...)...)
	s.cmd.Env = append(os.Environ(), "KICKOFF_KEYRING=off")
	out, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	s.cmd.Stdout, s.cmd.Stderr = in, in
	err = s.cmd.Start()
	in.Close()
	if err != nil {
		t.Fatal(err)
	}
	found := make(chan string, 1)
	go func() {
		defer close(s.done)
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			fmt.Fprintln(s.log, lines.Text())
			if m := listening.FindStringSubmatch(lines.Text()); m != nil {
				select {
				case found <- m[1]:
				default:
				}
			}
		}
		s.cmd.Wait()
	}()
	t.Cleanup(s.stop)
	select {
	case s.url = <-found:
	case <-s.done:
		t.Fatalf("the server ended at its start:\n%s", s.log)
	case <-time.After(20 * time.Second):
		t.Fatalf("the server did not say that it listens:\n%s", s.log)
	}
	s.readKey()
	return s
}

// readKey takes the first key from the file that the first start leaves where
// there is no terminal.
func (s *server) readKey() {
	b, err := os.ReadFile(filepath.Join(s.data, "first-key.txt"))
	if err != nil {
		s.t.Fatalf("the first key: %v\n%s", err, s.log)
	}
	for _, f := range []struct {
		row *regexp.Regexp
		to  *string
	}{{keyRow, &s.key}, {secretRow, &s.secret}, {emailRow, &s.email}} {
		if m := f.row.FindSubmatch(b); m != nil {
			*f.to = string(m[1])
		}
	}
	if s.key == "" || s.secret == "" {
		s.t.Fatal("no key and secret in the first key's file")
	}
}

// stop ends the server as Ctrl-C does.
func (s *server) stop() {
	select {
	case <-s.done:
		return
	default:
	}
	s.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-s.done:
	case <-time.After(40 * time.Second):
		s.t.Error("the server did not stop within 40 s of SIGTERM")
		s.kill()
	}
}

// kill is kill -9.
func (s *server) kill() {
	s.cmd.Process.Kill()
	<-s.done
}

// client signs with the first key.
func (s *server) client() *gallery.Client {
	s.t.Helper()
	signer := oauth1.NewSigner(oauth1.Credentials{ConsumerKey: s.key, ConsumerSecret: s.secret})
	c, err := gallery.New(s.url, &http.Client{Transport: &oauth1.Transport{Signer: signer}, Timeout: 30 * time.Second})
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

// publish publishes an example and returns its id.
func (s *server) publish(ctx context.Context, c *gallery.Client, document, sourceID string) (string, error) {
	p, err := examples.Package(document)
	if err != nil {
		return "", err
	}
	name := strings.TrimSuffix(document, filepath.Ext(document))
	return c.Publish(ctx, gallery.Publication{FileName: name + ".yxzp", Name: name, Owner: s.email, SourceID: sourceID, CanDownload: true},
		bytes.NewReader(p), int64(len(p)))
}

// run runs a program with the gallery's address and key in its environment.
func (s *server) run(program string, args ...string) (stdout string, err error) {
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), "KICKOFF_URL="+s.url, "KICKOFF_KEY="+s.key, "KICKOFF_SECRET="+s.secret)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return out.String(), fmt.Errorf("%s %s: %w\n%s", program, strings.Join(args, " "), err, errs.String())
	}
	return out.String(), nil
}

// lockedBuffer is written by the process and read by the test.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
