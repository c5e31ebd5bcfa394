//go:build race

package oauth1_test

const raceEnabled = true // the race detector makes sync.Pool drop entries
