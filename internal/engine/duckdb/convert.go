//go:build cgo

package duckdb

import (
	"fmt"
	"sync"

	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/sqlgen"
)

// conversions counts what does not convert, by the tool and field it was to go
// into, and sends the first of them as messages. Threads of the database call it.
type conversions struct {
	mu     sync.Mutex
	limit  int
	stop   bool             // at the limit
	over   *diag.Diagnostic // set when the limit ended the run
	events func(engine.Event)
	sites  []sqlgen.Site
	number map[string]int
	seen   []int64 // by site
	told   []int64 // by site: how many the last summary spoke of
}

// site numbers a place, from 1. The same place has the same number.
func (r *conversions) site(at sqlgen.Site) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := fmt.Sprintf("%s\x00%s\x00%d.%d.%d", at.Tool, at.Field.Name, at.Field.Type, at.Field.Size, at.Field.Scale)
	if n := r.number[key]; n > 0 {
		return n
	}
	if r.number == nil {
		r.number = make(map[string]int)
	}
	r.sites = append(r.sites, at)
	r.seen = append(r.seen, 0)
	r.told = append(r.told, 0)
	r.number[key] = len(r.sites)
	return len(r.sites)
}

// at returns the place of a number.
func (r *conversions) at(site int) sqlgen.Site {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.sites[site-1]
}

// take reports err where it is a conversion error; any other it returns.
func (r *conversions) take(site int, err error) error {
	if err == nil {
		return nil
	}
	c, ok := asConversion(err)
	if !ok {
		return err
	}
	if site <= 0 {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen[site-1]++
	if r.stop && r.seen[site-1] > int64(r.limit) {
		if r.over == nil {
			at := r.sites[site-1]
			r.over = &diag.Diagnostic{Code: diag.Limit, Tool: at.Tool,
				Msg:  fmt.Sprintf("%s: there are more than %d conversion errors, at which the workflow is set to stop", at.Field.Name, r.limit),
				Hint: "mend the values, or change the limit in the workflow's runtime settings"}
		}
		return r.over
	}
	if r.seen[site-1] > int64(r.limit) || r.events == nil {
		return nil
	}
	at := r.sites[site-1]
	text := c.Msg
	if at.Field.Name != "" {
		text = at.Field.Name + ": " + text
	}
	r.events(&engine.Message{Tool: at.Tool, Status: engine.Conversion, Text: text})
	return nil
}

// ended gives the reason why a run that failed was ended, where it was the limit.
func (r *conversions) ended(err error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.over != nil {
		return r.over
	}
	return err
}

// send hands an event to the listener, one at a time.
func (r *conversions) send(e engine.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.events != nil {
		r.events(e)
	}
}

// summarise says how many conversion errors were not reported one by one.
func (r *conversions) summarise() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, n := range r.seen {
		if n <= int64(r.limit) || n == r.told[i] || r.events == nil {
			continue
		}
		r.told[i] = n
		at := r.sites[i]
		r.events(&engine.Message{Tool: at.Tool, Status: engine.Conversion,
			Text: fmt.Sprintf("%s: %d conversion errors in all; the first %d are shown", at.Field.Name, n, r.limit)})
	}
}
