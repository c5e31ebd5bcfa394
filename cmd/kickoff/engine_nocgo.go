//go:build !cgo

package main

import (
	"kickoff/internal/engine"
	"kickoff/internal/job"
)

// workflowEngine is nil: DuckDB is linked by cgo, and this build has none.
func workflowEngine() engine.Engine { return nil }

// runner is nil, as there is no engine.
func runner() job.Runner { return nil }
