package server

import (
	"net/http"
	"time"
)

// guesses bounds failed attempts at signatures and secrets: per address, and
// per key with address. A key is never limited by itself, so strangers cannot
// lock its owner out; and an address that has got in with a key of late is not
// counted for others at the same address (an office behind one router), as long
// as it uses that key.
type guesses struct {
	address *limiter
	pair    *limiter
	good    *limiter // pairs that passed of late: over means it did
}

func newGuesses(now func() time.Time) *guesses {
	g := &guesses{
		address: newLimiter(200, 300*time.Millisecond, now),
		pair:    newLimiter(60, time.Second, now),
		good:    newLimiter(1, time.Hour, now),
	}
	g.address.lenient, g.pair.lenient, g.good.lenient = true, true, true
	return g
}

func pairName(client, key string) string { return client + " " + key }

// check refuses an attempt of someone who failed too often, before anything is
// computed for it.
func (g *guesses) check(client, key string) error {
	wait, over := g.pair.over(pairName(client, key))
	if !over {
		if wait, over = g.address.over(client); over {
			_, passed := g.good.over(pairName(client, key))
			over = !passed
		}
	}
	if !over {
		return nil
	}
	return failf(http.StatusTooManyRequests, "Too many failed attempts from this address; try again later.").retryAfter(wait)
}

func (g *guesses) failed(client, key string) {
	g.address.failed(client)
	g.pair.failed(pairName(client, key))
}

// passed is called for every good request and must be cheap.
func (g *guesses) passed(client, key string) { g.good.failed(pairName(client, key)) }
