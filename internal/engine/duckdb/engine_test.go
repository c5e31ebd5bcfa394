//go:build cgo

package duckdb

import (
	"flag"
	"testing"

	"kickoff/internal/engine/enginetest"
)

var plans = flag.Int("plans", 250, "how many random plans the engine is asked")

func TestEngine(t *testing.T) { enginetest.Run(t, Engine{}, *plans) }
