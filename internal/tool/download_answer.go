package tool

import (
	"errors"
	"fmt"

	"kickoff/internal/codepage"
	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/format"
	"kickoff/record"
)

// result reads what the answer becomes, and returns its field.
func (d *download) result() (record.Field, error) {
	mode, err := d.c.choice("OutputMode", "String", "Blob", "TempFile")
	if err != nil {
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

// put adds an answer to the record that is being put together.
func (d *download) put(e *emitter, at int, a *format.Response, err error) error {
	var refused *format.RefusedError
	switch {
	case errors.As(err, &refused):
		return d.c.Errorf(diag.Refused, "URLField", "%v", err)
	case err != nil:
		if d.failures++; d.failures <= conversionLimit {
			d.c.Run.Report(engine.Message{Tool: d.c.Tool, Status: engine.Error, Text: err.Error()})
		}
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
