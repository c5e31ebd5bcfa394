//go:build cgo

package duckdb

import (
	"context"
	"fmt"
)

// threads is how many threads are good for a statement: as many as may be for
// tables and files, one for what a loop runs again and again over small
// relations. There the threads would wait for each other longer than they work
// (BenchmarkLoop). A statement of that kind that is new leaves things as they are.
func (c *conn) threads(q query, st *statement) int {
	switch {
	case q.tables > 0 || len(q.feeds) > 0:
		return c.db.most
	case st.run:
		return 1
	}
	st.run = true
	return c.db.threads
}

// work lets DuckDB work with so many threads. While a stream is open it stays
// with what it has.
func (c *conn) work(ctx context.Context, threads int) error {
	if c.db.threads == threads || c.db.streams.Load() > 0 {
		return nil
	}
	if _, err := c.exec(ctx, setThreads(threads)); err != nil {
		return fmt.Errorf("setting the number of threads: %w", err)
	}
	c.db.threads = threads
	return nil
}

func setThreads(n int) string { return fmt.Sprintf("SET threads = %d", n) }
