package enginetest

import (
	"testing"

	"kickoff/internal/engine"
)

// cases are single demands on an engine.
var cases = []struct {
	name string
	run  func(t *testing.T, e engine.Engine)
}{}
