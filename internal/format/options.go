package format

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
)

// Options are the options of one input or output as they stand in the document:
// element name under FormatSpecificOptions, and its text. Names are matched
// ignoring case.
type Options map[string]string

// OptionError says that an option cannot be used as it is set.
type OptionError struct {
	Option, Value string
	Reason        string
}

func (e *OptionError) Error() string {
	return fmt.Sprintf("option %s = %q: %s", e.Option, e.Value, e.Reason)
}

// optionReader hands out the options of a format one by one and remembers which
// were asked for, so that an unknown one is an error and not silence.
type optionReader struct {
	values map[string]string
	names  map[string]string
	err    error
}

func newOptionReader(o Options) *optionReader {
	r := &optionReader{values: map[string]string{}, names: map[string]string{}}
	for k, v := range o {
		l := strings.ToLower(k)
		r.values[l], r.names[l] = v, k
	}
	return r
}

func (r *optionReader) fail(name, value, reason string) {
	if r.err == nil {
		r.err = &OptionError{name, value, reason}
	}
}

func (r *optionReader) take(name string) (string, bool) {
	l := strings.ToLower(name)
	v, ok := r.values[l]
	delete(r.values, l)
	return v, ok
}

func (r *optionReader) text(name, def string) string {
	if v, ok := r.take(name); ok && v != "" {
		return v
	}
	return def
}

func (r *optionReader) boolean(name string, def bool) bool {
	v, ok := r.take(name)
	switch strings.ToLower(strings.TrimSpace(v)) {
	case "true", "1", "t", "yes":
		return true
	case "false", "0", "f", "no":
		return false
	case "":
		return def
	}
	if ok {
		r.fail(name, v, "not True or False")
	}
	return def
}

func (r *optionReader) number(name string, def, lo, hi int64) int64 {
	v, _ := r.take(name)
	v = strings.TrimSpace(v)
	if v == "" {
		return def
	}
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil {
		r.fail(name, v, "not a whole number")
		return def
	}
	if n < lo || n > hi {
		r.fail(name, v, fmt.Sprintf("not in %d to %d", lo, hi))
		return def
	}
	return n
}

// ignore takes options that mean nothing here (locking, caching, progress).
func (r *optionReader) ignore(names ...string) {
	for _, n := range names {
		r.take(n)
	}
}

// neutral are options that any format may have and that change no record: how
// paths are stored, files locked, and what goes on is shown or grouped.
var neutral = []string{"allowsharewrite", "cachedata", "noprogress", "singlethreadread", "transactionmessages", "transactionsize", "unclocal"}

// done returns the first error, or one that names an option nobody asked for. One
// that is switched off, or empty, asks for nothing.
func (r *optionReader) done() error {
	r.ignore(neutral...)
	var left []string
	for l, v := range r.values {
		switch strings.ToLower(strings.TrimSpace(v)) {
		case "", "false", "0":
		default:
			left = append(left, l)
		}
	}
	if r.err != nil || len(left) == 0 {
		return r.err
	}
	sort.Strings(left)
	return &OptionError{r.names[left[0]], r.values[left[0]], "this option is not known for this format"}
}
