//go:build !unix

package explain_test

import "time"

func cpuTime() time.Duration { return 0 }
