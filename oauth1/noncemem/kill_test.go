package noncemem

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"kickoff/oauth1"
)

// killedDir is set in the process that TestKill kills.
const killedDir = "NONCEMEM_KILLED_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(killedDir); dir != "" {
		if err := useForEver(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// useForEver uses nonces from several goroutines and prints each that was accepted.
func useForEver(dir string) error {
	s, err := Open(Config{Dir: dir})
	if err != nil {
		return err
	}
	failed := make(chan error)
	for g := range 4 {
		go func() {
			for i := 0; ; i++ {
				n := killNonce(time.Now().Unix(), fmt.Sprintf("%d-%d-%d", os.Getpid(), g, i))
				if err := s.Use(context.Background(), n); err != nil {
					failed <- err
					return
				}
				fmt.Fprintf(os.Stdout, "%d %s\n", n.Timestamp, n.Value) // one write, so whole lines
			}
		}()
	}
	return <-failed
}

func killNonce(timestamp int64, value string) oauth1.Nonce {
	return oauth1.Nonce{ConsumerKey: "key", Timestamp: timestamp, Value: value, Expires: timestamp + 300}
}

// TestKill kills a process at some moment of its work, again and again: every
// nonce that it had accepted is used when the log is opened again.
func TestKill(t *testing.T) {
	dir := t.TempDir()
	accepted := []oauth1.Nonce{}
	for round := range 8 {
		cmd := exec.Command(os.Args[0], "-test.run=none")
		cmd.Env = append(os.Environ(), killedDir+"="+dir)
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			if n == 20+37*round {
				cmd.Process.Kill()
			}
			var ts, value string
			if _, err := fmt.Sscan(lines.Text(), &ts, &value); err != nil {
				continue // cut off by the kill
			}
			second, err := strconv.ParseInt(ts, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			accepted = append(accepted, killNonce(second, value))
		}
		_ = cmd.Wait() // killed
		s := open(t, Config{Dir: dir})
		for _, n := range accepted {
			if err := s.Use(t.Context(), n); !errors.Is(err, oauth1.ErrNonceUsed) {
				t.Fatalf("round %d: nonce %s passes again: %v", round, n.Value, err)
			}
		}
		crash(t, s)
	}
	t.Logf("%d nonces were accepted before a kill", len(accepted))
}
