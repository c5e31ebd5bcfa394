package expr

import (
	"strings"
	"time"
)

// now replaces the functions that tell the time of the run by what they give.
func (c *checker) now(n *Call) (Node, bool) {
	t := c.env.Now
	if t.IsZero() || !strings.HasPrefix(n.Name, "DateTime") {
		return nil, false
	}
	layout := "2006-01-02 15:04:05"
	switch n.Name {
	case "DateTimeNow":
		if len(n.Args) > 0 {
			name, known := literalText(n.Args[0])
			zone, err := time.LoadLocation(name)
			if !known || name == "" || err != nil {
				return nil, false
			}
			t = t.In(zone)
		}
	case "DateTimeStart":
	case "DateTimeToday":
		layout = "2006-01-02"
	case "DateTimeFirstOfMonth":
		t = time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, t.Location())
	case "DateTimeLastOfMonth":
		t = time.Date(t.Year(), t.Month()+1, 0, 23, 59, 59, 0, t.Location())
	default:
		return nil, false
	}
	return &Text{base: n.base, Value: t.Format(layout)}, true
}
