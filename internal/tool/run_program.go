package tool

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
	"unicode"
)

// Bounds of a program that a workflow runs: its time, and how much of what it
// says is kept.
const (
	programTime   = time.Hour
	programOutput = 4 << 10
)

// programVariables are the environment variables that a program gets. The
// server's others may hold secrets.
var programVariables = []string{"PATH", "HOME", "TMPDIR", "TEMP", "TMP", "LANG", "LC_ALL", "TZ", "SYSTEMROOT", "COMSPEC", "PATHEXT"}

// runProgram runs a program in a folder and returns the end of what it has said.
// A program with a slash in its name lies in the workflow's folder, base. The
// program stays in the process group of the run, and ends with it.
func runProgram(ctx context.Context, base, dir, program string, args []string) (said string, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, programTime, fmt.Errorf("it ran longer than %v", programTime))
	defer cancel()
	program = strings.ReplaceAll(program, `\`, "/")
	if strings.Contains(program, "/") && !filepath.IsAbs(filepath.FromSlash(program)) {
		program = filepath.Join(base, filepath.FromSlash(program))
		if rel, err := filepath.Rel(base, program); err != nil || !filepath.IsLocal(rel) {
			return "", errors.New("the path leads out of the workflow's folder")
		}
	}
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = dir
	cmd.WaitDelay = 5 * time.Second
	cmd.Env = []string{"KICKOFF_WORKFLOW_DIR=" + base}
	for _, name := range programVariables {
		if v, ok := os.LookupEnv(name); ok {
			cmd.Env = append(cmd.Env, name+"="+v)
		}
	}
	var out tail
	cmd.Stdout, cmd.Stderr = &out, &out
	err = cmd.Run()
	said = strings.TrimSpace(strings.ToValidUTF8(string(out.kept), "?"))
	if cause := context.Cause(ctx); cause != nil {
		return said, cause
	}
	if err != nil && said != "" {
		err = fmt.Errorf("%w: %s", err, said)
	}
	return said, err
}

// tail keeps the end of what is written to it.
type tail struct{ kept []byte }

func (t *tail) Write(p []byte) (int, error) {
	t.kept = append(t.kept, p[max(0, len(p)-programOutput):]...)
	if over := len(t.kept) - programOutput; over > 0 {
		t.kept = bytes.Clone(t.kept[over:])
	}
	return len(p), nil
}

// splitArguments splits a command line at blanks. Double quotes keep blanks in
// an argument and are dropped; \" is a quote. A backslash means itself elsewhere,
// since it stands in paths.
func splitArguments(line string) ([]string, error) {
	var args []string
	var b strings.Builder
	quoted, some := false, false
	r := []rune(line)
	for i := 0; i < len(r); i++ {
		switch {
		case r[i] == '\\' && i+1 < len(r) && r[i+1] == '"':
			b.WriteRune('"')
			some = true
			i++
		case r[i] == '"':
			quoted, some = !quoted, true
		case !quoted && unicode.IsSpace(r[i]):
			if some {
				args = append(args, b.String())
			}
			b.Reset()
			some = false
		default:
			b.WriteRune(r[i])
			some = true
		}
	}
	if quoted {
		return nil, errors.New("a quote is not closed")
	}
	if some {
		args = append(args, b.String())
	}
	return args, nil
}
