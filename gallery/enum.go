package gallery

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// PackageType is the kind of a workflow: an integer in the OAuth 1 era, a name
// in the OAuth 2 era; both are read (section 8.4).
type PackageType int

// The kinds of workflow.
const (
	App    PackageType = 0 // .yxwz: asks questions
	Module PackageType = 1 // .yxmd: a plain workflow
	Macro  PackageType = 2 // .yxmc
)

var packageTypes = []string{"App", "Module", "Macro"}

// String returns the API's name of t.
func (t PackageType) String() string {
	return enumName(int(t), packageTypes, "PackageType")
}

// UnmarshalJSON reads an integer or a name.
func (t *PackageType) UnmarshalJSON(data []byte) error {
	n, err := enumValue(data, packageTypes, int(*t))
	if err != nil {
		return fmt.Errorf("package type: %w", err)
	}
	*t = PackageType(n)
	return nil
}

// ParsePackageType reads a name (app, workflow or module, macro; any case) or number.
func ParsePackageType(s string) (PackageType, error) {
	if strings.EqualFold(s, "workflow") {
		return Module, nil
	}
	n, err := enumText(s, packageTypes)
	if err != nil || n < 0 || n >= len(packageTypes) {
		return 0, fmt.Errorf("%q is no package type: app, workflow or macro", s)
	}
	return PackageType(n), nil
}

// Priority is a job's place in the queue: an integer in the OAuth 1 era, a
// name in the OAuth 2 era; both are read (section 8.3).
type Priority int

// The priorities, one above the number on the wire, so that the zero value
// leaves the choice to the server.
const (
	DefaultPriority Priority = iota
	Low
	Medium
	High
	Critical
)

var priorities = []string{"Low", "Medium", "High", "Critical"}

// String returns the API's name of p.
func (p Priority) String() string {
	if p == DefaultPriority {
		return "Default"
	}
	return enumName(int(p)-1, priorities, "Priority")
}

// MarshalJSON writes the integer of the OAuth 1 era; the default priority is null.
func (p Priority) MarshalJSON() ([]byte, error) {
	if p == DefaultPriority {
		return []byte("null"), nil
	}
	return strconv.AppendInt(nil, int64(p)-1, 10), nil
}

// UnmarshalJSON reads an integer, a name or null.
func (p *Priority) UnmarshalJSON(data []byte) error {
	if strings.EqualFold(strings.Trim(string(data), `"`), "default") {
		*p = DefaultPriority
		return nil
	}
	n, err := enumValue(data, priorities, -1)
	if err != nil {
		return fmt.Errorf("priority: %w", err)
	}
	*p = Priority(n + 1)
	return nil
}

// ParsePriority reads a name (any case) or a number from 0 to 3; "" is the default.
func ParsePriority(s string) (Priority, error) {
	if s == "" || strings.EqualFold(s, "default") {
		return DefaultPriority, nil
	}
	n, err := enumText(s, priorities)
	if err != nil || n < 0 || n >= len(priorities) {
		return 0, fmt.Errorf("%q is no priority: default, low, medium, high or critical", s)
	}
	return Priority(n + 1), nil
}

// Status is where a job stands (section 8.1). How it ended is its [Disposition].
type Status string

// The statuses that are known. Servers may have more.
const (
	Queued    Status = "Queued"
	Running   Status = "Running"
	Completed Status = "Completed"
)

// Ended reports whether a job with this status is over: Completed, or one of
// the words with which some servers end a job instead.
func (s Status) Ended() bool {
	switch strings.ToLower(string(s)) {
	case "completed", "complete", "cancelled", "canceled", "error":
		return true
	}
	return false
}

// Disposition is how a job ended (section 8.2).
type Disposition string

// The dispositions that are known. Servers may have more.
const (
	None      Disposition = "None" // not ended
	Success   Disposition = "Success"
	Failed    Disposition = "Error"
	Cancelled Disposition = "Cancelled"
)

// MessageStatus is the kind of a job's message (section 8.8).
type MessageStatus int

// The kinds of message.
const (
	Info            MessageStatus = 1
	Warning         MessageStatus = 2
	ErrorMessage    MessageStatus = 3
	Complete        MessageStatus = 4
	ConversionError MessageStatus = 5
	ConversionLimit MessageStatus = 6
	FileInput       MessageStatus = 8
	FileOutput      MessageStatus = 9
)

// transient is a flag beside the kind: the message is for a progress display.
const transient MessageStatus = 0x40000000

// String returns a word for the kind, as a log prints it.
func (s MessageStatus) String() string {
	switch s &^ transient {
	case Info, Complete:
		return "info"
	case Warning:
		return "warning"
	case ErrorMessage:
		return "error"
	case ConversionError, ConversionLimit:
		return "conversion"
	case FileInput:
		return "input"
	case FileOutput:
		return "output"
	}
	return "message " + strconv.Itoa(int(s))
}

// formats are those in which outputs may be offered (section 3.5).
var formats = []string{
	"Raw", "Yxdb", "Shp", "Kml", "Tab", "Mif", "Dbf", "Csv", "Pdf", "Docx", "Xlsx", "Html", "Tde", "Zip",
}

// ParseFormat returns the API's spelling of an output format, given in any case.
func ParseFormat(s string) (string, error) {
	for _, f := range formats {
		if strings.EqualFold(f, s) {
			return f, nil
		}
	}
	return "", fmt.Errorf("%q is no output format: %s", s, strings.Join(formats, ", "))
}

func enumName(n int, names []string, kind string) string {
	if n >= 0 && n < len(names) {
		return names[n]
	}
	return fmt.Sprintf("%s(%d)", kind, n)
}

// enumValue reads an enumeration member: an integer, one in a string, or a
// name in any case. Null gives absent.
func enumValue(data []byte, names []string, absent int) (int, error) {
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		return 0, err
	}
	switch v := v.(type) {
	case nil:
		return absent, nil
	case float64:
		if v == float64(int(v)) {
			return int(v), nil
		}
	case string:
		return enumText(v, names)
	}
	return 0, fmt.Errorf("%s is neither a number nor a name", data)
}

func enumText(s string, names []string) (int, error) {
	for i, name := range names {
		if strings.EqualFold(s, name) {
			return i, nil
		}
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0, fmt.Errorf("%q is not one of %s", s, strings.Join(names, ", "))
	}
	return n, nil
}
