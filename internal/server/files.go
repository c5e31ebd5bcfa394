package server

import (
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"kickoff/internal/store"
)

// contentTypes are those of the output formats (API reference, section 8.5).
var contentTypes = map[string]string{
	"Csv": "text/csv; charset=utf-8", "Xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"Pdf": "application/pdf", "Html": "text/html; charset=utf-8", "Zip": "application/zip",
	"Docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}

// downloadTime is how long a download or an upload may take: as long as the
// slowest client waits (section 2, "Timeouts").
const downloadTime = 10 * time.Minute

// getOutput answers GET v1/jobs/{job}/output/{output}. Without a format the
// file comes as it was written.
func (s *Server) getOutput(c *call) error {
	j, err := s.job(c)
	if err != nil {
		return err
	}
	id, err := c.id("output")
	if err != nil {
		return err
	}
	outputs, err := s.store.Outputs(c.r.Context(), j.ID)
	if err != nil {
		return err
	}
	for _, o := range outputs {
		if o.ID == id {
			f, err := chooseFormat(o, c.query.Get("format"))
			if err != nil {
				return err
			}
			name := o.Name
			if f.Format != "Raw" && !strings.EqualFold(path.Ext(name), "."+f.Format) {
				name = strings.TrimSuffix(name, path.Ext(name)) + "." + strings.ToLower(f.Format)
			}
			return s.sendBlob(c, f.Blob, name, contentTypes[f.Format])
		}
	}
	if j.Status != store.Completed {
		return failf(http.StatusNotFound, "The job has no outputs yet: it is %s.", j.Status)
	}
	return store.ErrNotFound
}

func chooseFormat(o store.Output, format string) (store.OutputFile, error) {
	if len(o.Files) == 0 {
		return store.OutputFile{}, store.ErrNotFound
	}
	if format == "" {
		format = o.Files[0].Format
		for _, f := range o.Files {
			if f.Format == "Raw" {
				format = "Raw"
			}
		}
	}
	names := make([]string, len(o.Files))
	for i, f := range o.Files {
		if strings.EqualFold(f.Format, format) {
			return f, nil
		}
		names[i] = f.Format
	}
	return store.OutputFile{}, failf(http.StatusBadRequest, "The output %q cannot be had as %.40q, only as %s.", o.Name, format, strings.Join(names, ", "))
}

// getPackage answers the three paths of a workflow's package, always a .yxzp.
func (s *Server) getPackage(c *call) error {
	w, err := s.workflow(c)
	if err != nil {
		return err
	}
	if !w.CanDownload && c.who.role < store.Artisan && c.who.submitter != w.OwnerID {
		return failf(http.StatusUnauthorized, "This workflow may be downloaded by its owner, artisans and curators only.")
	}
	v := w.Published
	return s.sendBlob(c, v.Blob, strings.TrimSuffix(v.FileName, path.Ext(v.FileName))+".yxzp", "application/octet-stream")
}

// sendBlob answers with a file. Clients cut the name out of the double quotes
// of Content-Disposition (section 3.6), so there it has plain characters only;
// filename* holds the whole name.
func (s *Server) sendBlob(c *call, ref, name, contentType string) error {
	r, err := s.blobs.Open(c.r.Context(), ref)
	if err != nil {
		return err
	}
	defer r.Close()
	if contentType == "" {
		if contentType = mime.TypeByExtension(path.Ext(name)); contentType == "" {
			contentType = "application/octet-stream"
		}
	}
	h := c.w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Disposition", disposition(name))
	h.Set("ETag", `"`+ref+`"`)
	h.Set("Cache-Control", "private, no-cache")
	h.Set("X-Content-Type-Options", "nosniff")
	c.extend(downloadTime)
	http.ServeContent(c.w, c.r, "", time.Time{}, r)
	return nil
}

func disposition(name string) string {
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || strings.ContainsRune(`"\/`, r) {
			return '_'
		}
		return r
	}, name)
	out := fmt.Sprintf(`attachment; filename="%s"`, plain)
	if plain != name {
		out += "; filename*=UTF-8''" + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
	}
	return out
}
