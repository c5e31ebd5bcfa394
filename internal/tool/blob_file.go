package tool

import (
	"errors"
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

// blobOptions are what has been read of a configuration.
type blobOptions struct {
	blobFile
	c        *Context
	s        record.Schema
	switches map[blobSwitch]bool
	size     string // the option with a size of pieces, or ""
}

// blobSwitch is what a switch decides.
type blobSwitch uint8

const (
	inPieces blobSwitch = iota
	mayMiss
	changesPath
)

func (c *Context) blobFile(s record.Schema) (blobFile, error) {
	o := blobOptions{blobFile: blobFile{field: -1, data: -1}, c: c, s: s, switches: make(map[blobSwitch]bool)}
	for _, e := range c.Config.Children {
		if err := o.visit(e, e.Name); err != nil {
			return o.blobFile, err
		}
	}
	changes, told := o.switches[changesPath]
	_, pieces := o.switches[inPieces]
	o.missing = o.switches[mayMiss]
	switch {
	case o.size != "" && !pieces:
		return o.blobFile, c.Errorf(diag.Unsupported, o.size, "whether files are read or written in pieces is not known")
	case told && !changes:
		if o.kind != "" && o.field >= 0 {
			c.Warnf("the field %q does not change the path, since a switch says so", s[o.field].Name)
		}
		o.kind, o.field = "", -1
	case (o.kind == "") != (o.field < 0):
		return o.blobFile, c.Errorf(diag.Unsupported, "", "how a field changes the name of the file is not understood")
	}
	if o.written == "" && o.kind != "Path" {
		return o.blobFile, c.Errorf(diag.BadConfig, "", "no file is given")
	}
	return o.blobFile, nil
}

// visit reads an element with all that is in it.
func (o *blobOptions) visit(e *workflow.Element, at string) error {
	err := o.take(at, e.Name, e.Text)
	for _, a := range e.Attrs {
		if err == nil && strings.EqualFold(a.Name, "value") {
			err = o.take(at, e.Name, a.Value)
		} else if err == nil {
			err = o.take(at+"/@"+a.Name, e.Name+" "+a.Name, a.Value)
		}
	}
	for _, child := range e.Children {
		if err == nil {
			err = o.visit(child, at+"/"+child.Name)
		}
	}
	return err
}

// take reads one value.
func (o *blobOptions) take(at, name, value string) error {
	value, name = strings.TrimSpace(value), strings.ToLower(name)
	if value == "" {
		return nil
	}
	again := func(taken bool) error {
		if !taken {
			return nil
		}
		return o.c.Errorf(diag.Unsupported, at, "%q is the second value of its kind, and which is meant is not known", value)
	}
	col := o.s.Index(value)
	kind := slices.IndexFunc(pathChanges, func(known string) bool { return strings.EqualFold(known, value) })
	if col >= 0 && kind >= 0 { // a field may be called Path
		if strings.Contains(name, "field") {
			kind = -1
		} else {
			col = -1
		}
	}
	number, notNumber := strconv.ParseFloat(value, 64)
	lower := strings.ToLower(value)
	var err error
	switch {
	case col >= 0 && (o.s[col].Type == record.Blob || o.s[col].Type == record.SpatialObj):
		err = again(o.data >= 0 && o.data != col)
		o.data = col
	case col >= 0:
		err = again(o.field >= 0 && o.field != col)
		o.field = col
	case kind >= 0:
		err = again(o.kind != "" && o.kind != pathChanges[kind])
		o.kind = pathChanges[kind]
	case lower == "true" || lower == "false":
		what, on, known := switchNamed(name, lower == "true")
		if !known {
			if lower == "true" {
				return o.c.unsupported(at, value)
			}
			return nil
		}
		was, told := o.switches[what]
		err = again(told && was != on)
		o.switches[what] = on
		if what == inPieces && on {
			return o.c.Errorf(diag.Unsupported, at, "files are not read or written in pieces here")
		}
	case notNumber == nil && number == 0:
	case notNumber == nil && named(name, "chunk", "split", "piece"):
		o.size = at
	case strings.ContainsAny(value, `/\.`) && notNumber != nil:
		err = again(o.written != "" && o.written != value)
		o.written = value
	default:
		err = o.c.Errorf(diag.Unsupported, at, "what the value %q means is not known", value)
	}
	return err
}

// named reports whether a name, in lower case, holds one of some words.
func named(name string, words ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(name, w) })
}

// switchNamed is what a switch decides, by the words in its name.
func switchNamed(name string, on bool) (what blobSwitch, is, known bool) {
	switch {
	case named(name, "chunk", "split", "piece"):
		return inPieces, on, true
	case named(name, "error", "missing") && named(name, "ignore", "allow", "skip", "continue"):
		return mayMiss, on, true
	case named(name, "error", "stop"):
		return mayMiss, !on, true
	case named(name, "modif", "multi", "replace", "change", "useinput", "usefield"):
		return changesPath, on, true
	}
	return 0, false, false
}

// path is the file of a record, as a document has it.
func (f *blobFile) path(b *record.Batch, row int) (string, error) {
	if f.field < 0 {
		return f.written, nil
	}
	if b.Cols[f.field].IsNull(row) {
		return "", errors.New("a record names no file")
	}
	return format.MultiFileName(f.written, f.kind, eval.At(b, row, f.field).Text())
}
