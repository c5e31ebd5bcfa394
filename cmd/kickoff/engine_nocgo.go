//go:build !cgo

package main

import "kickoff/internal/engine"

// workflowEngine is nil: DuckDB is linked by cgo, and this build has none.
func workflowEngine() engine.Engine { return nil }
