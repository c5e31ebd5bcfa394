package tool

import (
	"slices"
	"strconv"
	"strings"

	"kickoff/internal/diag"
	"kickoff/internal/eval"
	"kickoff/internal/format"
	"kickoff/record"
	"kickoff/workflow"
)

// blobFile says which files Blob Input reads and Blob Output writes. What the tools call
// their options is not set down anywhere. So a value counts by what it is: the path of
// a file, a field of the input, one of the ways in which tools for files change a
// path by a field, or a switch. What is none of them, or more than one, is refused.
type blobFile struct {
	written string
	kind    string // as MultiFileType of Output Data; "" where nothing is changed
	field   int    // whose value changes the path, or -1
	data    int    // the field that is mentioned and holds bytes, or -1
	missing bool   // a file that is not there is no error
}

// pathChanges are the ways to change a path by the value of a field.
var pathChanges = []string{"Path", "FileName", "Suffix", "Prefix"}

func (c *Context) blobFile(s record.Schema) (blobFile, error) {
	f := blobFile{field: -1, data: -1}
	unchanged := false
	var visit func(e *workflow.Element, at string) error
	visit = func(e *workflow.Element, at string) error {
		for _, child := range e.Children {
			if err := visit(child, at+child.Name+"/"); err != nil {
				return err
			}
		}
		at = strings.TrimSuffix(at, "/")
		for _, value := range []string{e.Text, e.Attr("value"), e.Attr("field")} {
			value = strings.TrimSpace(value)
			if value == "" {
				continue
			}
			off, err := f.take(c, s, at, strings.ToLower(e.Name), value)
			if err != nil {
				return err
			}
			unchanged = unchanged || off
		}
		return nil
	}
	for _, e := range c.Config.Children {
		if err := visit(e, e.Name+"/"); err != nil {
			return f, err
		}
	}
	if unchanged {
		f.kind, f.field = "", -1
	}
	if (f.kind == "") != (f.field < 0) {
		return f, c.Errorf(diag.Unsupported, "", "how a field changes the name of the file is not understood")
	}
	if f.written == "" && f.kind != "Path" {
		return f, c.Errorf(diag.BadConfig, "", "no file is given")
	}
	return f, nil
}

// take reads one value of an element. off says that no field changes the path.
func (f *blobFile) take(c *Context, s record.Schema, at, name, value string) (off bool, err error) {
	again := func(taken bool) error {
		if !taken {
			return nil
		}
		return c.Errorf(diag.Unsupported, at, "%q is the second value of its kind, and which is meant is not known", value)
	}
	col := s.Index(value)
	kind := slices.IndexFunc(pathChanges, func(known string) bool { return strings.EqualFold(known, value) })
	if col >= 0 && kind >= 0 { // a field may be called Path
		if strings.Contains(name, "field") {
			kind = -1
		} else {
			col = -1
		}
	}
	_, notNumber := strconv.ParseFloat(value, 64)
	lower := strings.ToLower(value)
	switch {
	case col >= 0 && (s[col].Type == record.Blob || s[col].Type == record.SpatialObj):
		err = again(f.data >= 0 && f.data != col)
		f.data = col
	case col >= 0:
		err = again(f.field >= 0 && f.field != col)
		f.field = col
	case kind >= 0:
		err = again(f.kind != "" && f.kind != pathChanges[kind])
		f.kind = pathChanges[kind]
	case lower == "true" || lower == "false":
		return f.flip(c, at, name, lower == "true")
	case notNumber == nil: // the size of pieces, which a switch asks for
	case strings.ContainsAny(value, `/\.`):
		err = again(f.written != "" && f.written != value)
		f.written = value
	default:
		err = c.Errorf(diag.Unsupported, at, "what the value %q means is not known", value)
	}
	return false, err
}

// flip reads a switch by the words in its name.
func (f *blobFile) flip(c *Context, at, name string, on bool) (off bool, err error) {
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(name, w) })
	}
	switch {
	case has("chunk", "split"):
		if on {
			return false, c.Errorf(diag.Unsupported, at, "files are not read or written in pieces here")
		}
	case has("error", "stop", "missing"):
		f.missing = !on
	case has("modif", "multi", "replace", "change", "useinput", "usefield"):
		return !on, nil
	case on:
		return false, c.unsupported(at, "True")
	}
	return false, nil
}

// path is the file of a record, as a document has it.
func (f *blobFile) path(b *record.Batch, row int) (string, error) {
	if f.field < 0 {
		return f.written, nil
	}
	return format.MultiFileName(f.written, f.kind, eval.At(b, row, f.field).Text())
}
