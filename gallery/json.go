package gallery

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// maxJSON bounds a JSON answer; a list of 100 records is about 50 KB.
const maxJSON = 256 << 20

// bom is the byte order mark with which servers of the OAuth 1 era may begin (section 2).
var bom = []byte("\uFEFF")

func decode(r io.Reader, out any) error {
	data, err := io.ReadAll(io.LimitReader(r, maxJSON+1))
	if err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	if len(data) > maxJSON {
		return errors.New("the answer is longer than 256 MiB")
	}
	data = bytes.TrimSpace(bytes.TrimPrefix(data, bom))
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(data, out); err != nil {
		return fmt.Errorf("decode the answer: %w", err)
	}
	return nil
}

// Time is a point in time as the API writes it: ISO 8601 with 0 to 7
// fractional digits and Z; a missing zone is read as UTC, null and "" as the
// zero Time (section 2).
type Time struct{ time.Time }

// UnmarshalJSON reads the forms that servers write.
func (t *Time) UnmarshalJSON(data []byte) error {
	var s *string
	if err := json.Unmarshal(data, &s); err != nil {
		return fmt.Errorf("a date has to be a string: %s", data)
	}
	if s == nil || *s == "" {
		*t = Time{}
		return nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05", time.DateOnly} {
		// Parse takes any number of fractional digits after the seconds.
		if parsed, err := time.Parse(layout, *s); err == nil {
			t.Time = parsed.UTC()
			return nil
		}
	}
	return fmt.Errorf("%q is no date", *s)
}

// MarshalJSON writes milliseconds and Z; the zero Time is null.
func (t Time) MarshalJSON() ([]byte, error) {
	if t.IsZero() {
		return []byte("null"), nil
	}
	return []byte(t.UTC().Format(`"2006-01-02T15:04:05.000Z"`)), nil
}

// flag is a boolean that may be written as one, as a string in any case, or as 0 and 1.
type flag bool

func (f *flag) UnmarshalJSON(data []byte) error {
	s := strings.Trim(string(data), `"`)
	if s == "null" || s == "" {
		*f = false
		return nil
	}
	b, err := strconv.ParseBool(strings.ToLower(s))
	if err != nil {
		return fmt.Errorf("%s is no boolean", data)
	}
	*f = flag(b)
	return nil
}
