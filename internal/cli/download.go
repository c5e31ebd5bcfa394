package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"kickoff/gallery"
)

// file is one that was downloaded.
type file struct {
	Output string `json:"output"` // id; "" for a package
	Path   string `json:"path"`
	Format string `json:"format,omitempty"`
	Bytes  int64  `json:"bytes"`
}

// checkFolder makes a folder, or says why there cannot be one.
func checkFolder(dir string) error { return os.MkdirAll(dir, 0o777) }

// download fetches outputs to a folder. An output that fails does not keep the
// others from coming; all failures are in the error.
func (a *app) download(ctx context.Context, c *gallery.Client, job *gallery.Job, outputs []gallery.Output, dir, format string) ([]file, error) {
	var files []file
	var errs []error
	taken := map[string]bool{}
	for _, o := range outputs {
		f, err := pickFormat(o, format)
		if err == nil {
			var got file
			got, err = a.downloadOne(ctx, c, job.ID, o, f, dir, taken)
			if err == nil {
				files = append(files, got)
				continue
			}
		}
		errs = append(errs, fmt.Errorf("output %q: %w", o.Name, err))
		if ctx.Err() != nil {
			break
		}
	}
	return files, errors.Join(errs...)
}

func (a *app) downloadOne(ctx context.Context, c *gallery.Client, jobID string, o gallery.Output, format, dir string, taken map[string]bool) (file, error) {
	d, err := c.Output(ctx, jobID, o.ID, format)
	if err != nil {
		return file{}, err
	}
	defer d.Close()
	name := freeName(outputName(o, d, format), taken)
	body, done := a.watch(d, name, d.Size)
	path := filepath.Join(dir, name)
	n, err := writeFile(path, body)
	done()
	return file{Output: o.ID, Path: path, Format: format, Bytes: n}, err
}

// pickFormat is the format to ask for: the one that is wanted, or the file as
// it was written (Raw), or the first that is offered.
func pickFormat(o gallery.Output, want string) (string, error) {
	if want == "" {
		if slices.Contains(o.Formats, "Raw") || len(o.Formats) == 0 {
			return "Raw", nil
		}
		return o.Formats[0], nil
	}
	for _, f := range o.Formats {
		if strings.EqualFold(f, want) {
			return f, nil
		}
	}
	return "", fmt.Errorf("it is not offered as %s, only as %s", want, strings.Join(o.Formats, ", "))
}

// outputName is the file name of an output: its own, with the ending of the
// format where it is converted.
func outputName(o gallery.Output, d *gallery.Download, format string) string {
	name := gallery.BaseName(o.Name)
	if name == "" {
		name = d.Name
	}
	if name == "" {
		name = gallery.BaseName(o.ID)
	}
	if format == "Raw" || format == "" {
		return name
	}
	ending := "." + strings.ToLower(format)
	old := filepath.Ext(name)
	if strings.EqualFold(old, ending) {
		return name
	}
	for _, known := range []string{".yxdb", ".csv", ".xlsx", ".pdf", ".docx", ".html", ".zip", ".tde", ".shp", ".kml", ".tab", ".mif", ".dbf"} {
		if strings.EqualFold(old, known) {
			return strings.TrimSuffix(name, old) + ending
		}
	}
	return name + ending // what follows the last point is part of the name
}

// freeName keeps two outputs of one name apart. Names differ by more than case,
// as not every file system sees a difference there.
func freeName(name string, taken map[string]bool) string {
	ext := filepath.Ext(name)
	free := name
	for n := 2; taken[strings.ToLower(free)]; n++ {
		free = fmt.Sprintf("%s-%d%s", strings.TrimSuffix(name, ext), n, ext)
	}
	taken[strings.ToLower(free)] = true
	return free
}

// writeFile streams to a file, which appears under its name only when it is whole.
func writeFile(path string, r io.Reader) (int64, error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".kickoff-*")
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name()) // gone already when all went well
	n, err := io.Copy(f, r)
	if err == nil {
		err = f.Chmod(newFileMode)
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return n, fmt.Errorf("write %s: %w", path, err)
	}
	return n, os.Rename(f.Name(), path)
}

// newFileMode is that of a file a user makes, which CreateTemp's 0600 is not.
const newFileMode fs.FileMode = 0o644
