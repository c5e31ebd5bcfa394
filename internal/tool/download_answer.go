package tool

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"kickoff/internal/codepage"
	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/format"
	"kickoff/record"
	"kickoff/workflow"
)

// result reads what the answer becomes, and returns its field: one without a
// name where the answer goes to a file whose name the input has.
func (d *download) result(s record.Schema) (record.Field, error) {
	mode, err := d.c.choice("OutputMode", "String", "Blob", "TempFile", "SpecificFile")
	if err != nil {
		return record.Field{}, err
	}
	for _, e := range d.c.Config.Children {
		// The table of options lets pass whatever the file's field may be called.
		for _, start := range []string{"File", "Specific", "Output"} {
			if e.Name != "OutputMode" && strings.HasPrefix(e.Name, start) && optionText(e) != "" && s.Index(optionText(e)) < 0 {
				d.c.Warnf("the option %s is not known and has no effect", e.Name)
			}
		}
	}
	if mode == "SpecificFile" {
		d.path, err = d.fileField(s)
		return record.Field{}, err
	}
	if mode == "TempFile" {
		d.file = true
		return record.New("DownloadTempFile", record.VWString, 32767), nil
	}
	if mode == "Blob" {
		d.blob = true
		return record.New("DownloadData", record.Blob, record.MaxVString), nil
	}
	d.page, err = d.c.textPage("CodePage")
	if latin1, _ := codepage.Lookup(28591); d.page == latin1 {
		return record.New("DownloadData", record.VString, record.MaxVString), err
	}
	return record.New("DownloadData", record.VWString, record.MaxVWString), err
}

// optionText is what an option holds, however it is written.
func optionText(e *workflow.Element) string {
	return cmp.Or(strings.TrimSpace(e.Text), e.Attr("field"), e.Attr("value"))
}

// fileField finds the field with the files' names. What its element is called is not
// known from any document, so any other one that names a field is taken.
func (d *download) fileField(s record.Schema) (int, error) {
	found := -1
	for _, e := range d.c.Config.Children {
		switch e.Name {
		case "URLField", "Headers", "Payload", "UserName", "Password", "CodePage", "OutputMode":
			continue
		}
		if at := s.Index(optionText(e)); at >= 0 {
			if found >= 0 && found != at {
				return 0, d.c.Errorf(diag.Unsupported, e.Name, "the field of the files' names is either %q or %q", s[found].Name, s[at].Name)
			}
			found = at
		}
	}
	if found < 0 {
		return 0, d.c.Errorf(diag.BadConfig, "OutputMode", "the field of the files' names is not given")
	}
	if !s[found].Type.IsString() {
		return 0, d.c.Errorf(diag.BadType, "OutputMode", "the field %q of type %s holds no names of files", s[found].Name, s[found].Type)
	}
	return found, nil
}

// put adds an answer to the record that is being put together. path is the file that
// it goes to, or "".
func (d *download) put(e *emitter, at int, a *format.Response, path string, err error) error {
	var refused *format.RefusedError
	switch {
	case errors.As(err, &refused):
		return d.c.Errorf(diag.Refused, "URLField", "%v", err)
	case err != nil:
		if d.failures++; d.failures <= conversionLimit {
			d.c.Run.Report(engine.Message{Tool: d.c.Tool, Status: engine.Error, Text: err.Error()})
		}
	}
	if d.path >= 0 {
		if a == nil {
			e.null(at)
			return nil
		}
		if strings.TrimSpace(path) == "" {
			return d.c.Errorf(diag.Failed, "OutputMode", "a record names no file")
		}
		if err := d.named.write(path, a.Body); err != nil {
			return err
		}
		e.text(at, a.Header)
		return nil
	}
	if a == nil {
		e.null(at)
		e.null(at + 1)
		return nil
	}
	switch {
	case d.blob:
		e.value(at, a.Body)
	case d.file:
		path, err := d.keep(a.Body)
		if err != nil {
			return d.c.fileError(err)
		}
		e.text(at, format.WindowsForm(path))
	default:
		text, err := d.page.NewDecoder().Bytes(a.Body)
		if err != nil {
			return d.c.Errorf(diag.Failed, "CodePage", "the answer cannot be read: %v", err)
		}
		e.text(at, string(text))
	}
	e.text(at+1, a.Header)
	return nil
}

// keep writes an answer to a file below the run's folder, where the temporary
// files of workflows are.
func (d *download) keep(body []byte) (path string, err error) {
	dir, err := format.OpenOutFolder(d.c.Run.OutDir)
	if err != nil {
		return "", err
	}
	defer dir.Close()
	name := ""
	for name == "" || dir.Exists(name) { // the tool may run again, in a loop
		d.files++
		name = fmt.Sprintf("download_%d_%d.tmp", d.c.Tool.ID, d.files)
	}
	f, err := dir.Create(name)
	if err != nil {
		return "", err
	}
	_, err = f.Write(body)
	return dir.Path(name), errors.Join(err, f.Close())
}
