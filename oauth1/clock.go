package oauth1

import (
	"net/http"
	"sync/atomic"
	"time"
)

// Clock is a clock that can be set by the Date header of a server, for
// machines whose own is off. The zero Clock shows the time of the system. It
// is safe for concurrent use; give its Now to a Signer.
type Clock struct{ offset atomic.Int64 }

// Now returns the time of the system plus the offset.
func (c *Clock) Now() time.Time { return time.Now().Add(c.Offset()) }

// Offset returns what is added to the time of the system.
func (c *Clock) Offset() time.Duration { return time.Duration(c.offset.Load()) }

// clockSlack is what a Date header may be off for its whole seconds and the
// way of the response without being believed to differ.
const clockSlack = 30 * time.Second

// Follow sets c by the Date header of a response that has just arrived. It
// reports whether c was off by more than half a minute and has been changed.
func (c *Clock) Follow(resp *http.Response) bool {
	date, err := http.ParseTime(resp.Header.Get("Date"))
	if err != nil {
		return false
	}
	if off := date.Sub(c.Now()); off.Abs() <= clockSlack {
		return false
	}
	c.offset.Store(int64(time.Until(date)))
	return true
}
