// Command kickoff connects to workflow galleries, is one, and runs workflows.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"syscall"
	"time"
	_ "time/tzdata" // named time zones on machines that have none

	"golang.org/x/term"

	"kickoff/internal/cli"
	"kickoff/internal/profile"
)

// version is set by the release build.
var version string

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Run(ctx, os.Args[1:], deps())
	stop()
	os.Exit(code)
}

// deps is all wiring: which things stand behind the command line's interfaces.
func deps() cli.Deps {
	d := cli.Deps{
		In:         os.Stdin,
		Out:        os.Stdout,
		Err:        os.Stderr,
		OutTTY:     term.IsTerminal(int(os.Stdout.Fd())),
		ErrTTY:     term.IsTerminal(int(os.Stderr.Fd())),
		ReadSecret: secretReader(),
		Getenv:     os.Getenv,
		Now:        time.Now,
		Profiles:   profiles(),
		Runner:     runner(),
		Version:    buildVersion(),
		Engine:     workflowEngine(),

		OpenAccounts: openAccounts,
	}
	if d.Runner != nil { // without an engine a gallery could run nothing
		d.StartGallery = startGallery
	}
	return d
}

func profiles() *profile.Store {
	s := &profile.Store{Dir: os.Getenv("KICKOFF_CONFIG")}
	if s.Dir == "" {
		if base, err := os.UserConfigDir(); err == nil {
			s.Dir = filepath.Join(base, "kickoff")
		} // else there is no home, and the store says so when it is used
	}
	if os.Getenv("KICKOFF_KEYRING") != "off" {
		s.Keyring = profile.SystemKeyring{}
	}
	return s
}

// secretReader asks for a secret on the terminal, or is nil where there is none.
func secretReader() func(string) (string, error) {
	fd := int(os.Stdin.Fd())
	if !term.IsTerminal(fd) {
		return nil
	}
	return func(prompt string) (string, error) {
		fmt.Fprint(os.Stderr, prompt)
		secret, err := term.ReadPassword(fd)
		fmt.Fprintln(os.Stderr)
		return string(secret), err
	}
}

func buildVersion() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "devel"
}
