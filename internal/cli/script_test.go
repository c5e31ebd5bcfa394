package cli

import (
	"archive/zip"
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"kickoff/internal/engine/plain"
	"kickoff/internal/profile"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"kickoff": runKickoff})
}

// runKickoff is the program in scripts: as cmd/kickoff wires it, without
// keyring and terminal.
func runKickoff() {
	os.Exit(Run(context.Background(), os.Args[1:], Deps{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		Getenv:   os.Getenv,
		Now:      time.Now,
		Profiles: &profile.Store{Dir: os.Getenv("KICKOFF_CONFIG")},
		Version:  "test",
		Engine:   plain.Engine{},
	}))
}

// TestScripts runs testdata/script/*.txtar, each against a gallery of its own
// (see fakeGallery), with an empty home and no profile. $URL, $KEY and $SECRET
// reach the gallery.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		UpdateScripts:       *update,
		RequireExplicitExec: false,
		Setup: func(env *testscript.Env) error {
			g, err := newFakeGallery()
			if err != nil {
				return err
			}
			srv := httptest.NewServer(g)
			env.Defer(srv.Close)
			env.Setenv("ROOT", srv.URL)
			env.Setenv("URL", srv.URL+"/gallery")
			env.Setenv("KEY", fakeKey)
			env.Setenv("SECRET", fakeSecret)
			env.Setenv("KICKOFF_CONFIG", filepath.Join(env.WorkDir, "config"))
			if cache, err := os.UserCacheDir(); err == nil && os.Getenv("GOCACHE") == "" {
				env.Setenv("GOCACHE", filepath.Join(cache, "go-build")) // for the snippets in Go
			}
			env.Setenv("HOME", filepath.Join(env.WorkDir, "home"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status": cmdStatus,
			"pack":   cmdPack,
			"mode":   cmdMode,
			"sent":   cmdSent,
			"get":    cmdGet,
			"proxy":  cmdProxy,
			"fetch":  cmdFetch,

			"corrected": cmdCorrected,
			"snippets":  cmdSnippets,
		},
	})
}

// cmdStatus runs kickoff and checks its exit status: status 2 list --sort x.
func cmdStatus(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: status N [kickoff's arguments]")
	}
	err := ts.Exec("kickoff", args[1:]...)
	got := "0"
	if err != nil {
		var code interface{ ExitCode() int }
		var ok bool
		if code, ok = err.(interface{ ExitCode() int }); !ok {
			ts.Fatalf("kickoff: %v", err)
		}
		got = fmt.Sprint(code.ExitCode())
	}
	if got != args[0] {
		ts.Fatalf("exit status %s, want %s", got, args[0])
	}
}

// cmdPack makes a package of a folder: pack flow.yxzp folder.
func cmdPack(ts *testscript.TestScript, neg bool, args []string) {
	f, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	defer f.Close()
	z := zip.NewWriter(f)
	ts.Check(z.AddFS(os.DirFS(ts.MkAbs(args[1]))))
	ts.Check(z.Close())
}

// cmdMode checks the permissions of a file: mode 0600 config/secrets/default.
func cmdMode(ts *testscript.TestScript, neg bool, args []string) {
	info, err := os.Stat(ts.MkAbs(args[1]))
	ts.Check(err)
	if got := fmt.Sprintf("%04o", info.Mode().Perm()); (got == args[0]) == neg {
		ts.Fatalf("%s has mode %s", args[1], got)
	}
}

// cmdSent checks the body that the gallery got last: sent '{"questions":[]}'.
func cmdSent(ts *testscript.TestScript, neg bool, args []string) {
	resp, err := http.Get(ts.Getenv("ROOT") + "/sent")
	ts.Check(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	ts.Check(err)
	if got := strings.TrimSpace(string(body)); (got == args[0]) == neg {
		ts.Fatalf("sent %s\nwant %s", got, args[0])
	}
}

// cmdGet fetches the URL in a file and checks the status: get 200 stdout.
func cmdGet(ts *testscript.TestScript, neg bool, args []string) {
	resp, err := http.Get(strings.TrimSpace(ts.ReadFile(args[1])))
	ts.Check(err)
	resp.Body.Close()
	if got := fmt.Sprint(resp.StatusCode); (got == args[0]) == neg {
		ts.Fatalf("status %s, want %s", got, args[0])
	}
}

// cmdProxy starts kickoff proxy in this process with the script's environment,
// and sets $PROXY: proxy ADDRESS [--token].
func cmdProxy(ts *testscript.TestScript, neg bool, args []string) {
	ctx, cancel := context.WithCancel(context.Background())
	out, in := io.Pipe()
	done := make(chan int, 1)
	go func() {
		done <- Run(ctx, append([]string{"proxy", "--quiet", "--listen"}, args...), Deps{
			In: strings.NewReader(""), Out: in, Err: io.Discard,
			Getenv: ts.Getenv, Now: time.Now, Profiles: &profile.Store{},
		})
		in.Close()
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	ts.Check(err)
	ts.Setenv("PROXY", strings.TrimSpace(line))
	ts.Defer(func() {
		cancel()
		if code := <-done; code != 0 {
			ts.Logf("the proxy's exit status is %d", code)
		}
	})
}

// cmdFetch calls a URL as a plain program, and shows the answer to stdout:
// fetch 200 URL [bearer token].
func cmdFetch(ts *testscript.TestScript, neg bool, args []string) {
	req, err := http.NewRequest("GET", args[1], nil)
	ts.Check(err)
	if len(args) > 2 {
		req.Header.Set("Authorization", "Bearer "+args[2])
	}
	resp, err := http.DefaultClient.Do(req)
	ts.Check(err)
	defer resp.Body.Close()
	_, err = io.Copy(ts.Stdout(), resp.Body)
	ts.Check(err)
	if got := fmt.Sprint(resp.StatusCode); (got == args[0]) == neg {
		ts.Fatalf("status %s, want %s", got, args[0])
	}
}
