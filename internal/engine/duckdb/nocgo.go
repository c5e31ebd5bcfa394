//go:build !cgo

// Package duckdb runs plans on DuckDB, in a binary that was built with cgo.
// This one was not.
package duckdb

import (
	"context"
	"errors"

	"kickoff/internal/engine"
)

// Engine is the engine that this binary was built without.
type Engine struct{}

// Open says that there is no engine.
func (Engine) Open(context.Context, engine.Options) (engine.Session, error) {
	return nil, errors.New("this binary was built without the engine (CGO_ENABLED=0); it cannot run workflows")
}
