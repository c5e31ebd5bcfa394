//go:build cgo

package main

import (
	"kickoff/internal/engine"
	"kickoff/internal/engine/duckdb"
	"kickoff/internal/job"
)

// workflowEngine is what runs workflows.
func workflowEngine() engine.Engine { return duckdb.Engine{} }

// runner runs the workflow of a job in its child process.
func runner() job.Runner {
	warm := &duckdb.Warm{}
	return &job.Workflows{Engine: warm, Prepare: warm.Prepare}
}
