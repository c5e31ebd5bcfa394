//go:build cgo

package main

import (
	"kickoff/internal/engine"
	"kickoff/internal/engine/duckdb"
)

// workflowEngine is what runs workflows.
func workflowEngine() engine.Engine { return duckdb.Engine{} }
