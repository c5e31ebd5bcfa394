package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// machine says what the figures were measured on.
func machine(ctx context.Context) []string {
	facts := []string{
		"date: " + time.Now().Format(time.DateOnly),
		fmt.Sprintf("processor: %s, %d cores, %s/%s", value("/proc/cpuinfo", "model name"), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH),
		"memory: " + value("/proc/meminfo", "MemTotal"),
		"Go: " + runtime.Version(),
	}
	const bindings = "github.com/duckdb/duckdb-go-bindings"
	if out, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Version}}", bindings).Output(); err == nil {
		facts = append(facts, "DuckDB: that of "+bindings+" "+strings.TrimSpace(string(out)))
	}
	return facts
}

// value finds a line "key : value" in a file of /proc.
func value(file, key string) string {
	b, err := os.ReadFile(file)
	if err != nil {
		return "unknown"
	}
	for line := range strings.Lines(string(b)) {
		if k, v, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(k) == key {
			return strings.TrimSpace(v)
		}
	}
	return "unknown"
}
