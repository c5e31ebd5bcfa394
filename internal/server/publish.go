package server

import (
	"archive/zip"
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"os"
	"path"
	"strings"
	"time"

	"kickoff/internal/blob"
	"kickoff/internal/store"
	"kickoff/workflow"
)

// form is a publish form (API reference, section 5.2).
type form struct {
	file     *blob.Staged
	fileName string
	fields   map[string]string
}

func (f *form) discard() {
	if f.file != nil {
		f.file.Discard()
	}
}

// publish answers POST admin/v1/workflows: a new workflow, or a new version of
// the one that has the same sourceId. The package is checked as a whole, and run
// where the form asks for that, before anything is stored.
func (s *Server) publish(c *call) error {
	c.extend(downloadTime)
	f, err := s.readForm(c)
	if err != nil {
		return err
	}
	defer f.discard()
	if f.file == nil {
		return failf(http.StatusBadRequest, "The form has no file.")
	}
	w, validate, err := s.newWorkflow(c, f)
	if err != nil {
		return err
	}
	v, err := s.newVersion(c.r.Context(), f, w.Name)
	if err != nil {
		return err
	}
	if validate {
		if err := s.validate(c, f, w, v); err != nil {
			return err
		}
	}
	if err := f.file.Commit(); err != nil {
		return err
	}
	if w.Name == "" {
		w.Name = v.Meta.Name
	}
	if v.AuthorID = c.who.user.ID; v.AuthorID == "" {
		v.AuthorID = w.OwnerID
	}
	w, err = s.store.Publish(c.r.Context(), w, v)
	if err != nil {
		return err
	}
	s.log.Info("workflow published", "workflow", w.ID, "version", w.Published.Number, "validated", validate, "key", c.who.key.Consumer)
	return c.ok(w.ID)
}

// validate runs the package once, as a job would, with the workflow's own
// answers (API reference, section 5.2). The request waits for it, and ends the
// run when it is given up.
func (s *Server) validate(c *call, f *form, w store.Workflow, v store.Version) error {
	if v.PackageType == store.Macro {
		return failf(http.StatusBadRequest, "A macro runs inside workflows, not by itself: publish it without validate.")
	}
	if err := s.hasWorker(w.WorkerTag); err != nil {
		return err
	}
	c.extend(2*s.cfg.JobTime + downloadTime) // for its turn, and for its run
	// net/http sees that a client has left only once the body is at its end.
	if _, err := io.Copy(io.Discard, c.r.Body); err != nil {
		return formError(err)
	}
	return s.try(c.r.Context(), f.file.Path, v.FileName)
}

// newWorkflow reads the fields of the form. Those that are false or empty are
// left out by some clients.
func (s *Server) newWorkflow(c *call, f *form) (w store.Workflow, validate bool, err error) {
	w = store.Workflow{ID: store.NewID(), Name: f.fields["name"], SourceID: f.fields["sourceid"], WorkerTag: f.fields["workertag"], CreatedAt: s.now()}
	owner := c.who.user
	if email := f.fields["owner"]; email != "" {
		if owner, err = s.store.UserByEmail(c.r.Context(), email); errors.Is(err, store.ErrNotFound) {
			return w, false, failf(http.StatusBadRequest, "The owner %.80q is no user of this gallery.", email)
		} else if err != nil {
			return w, false, err
		}
	}
	w.OwnerID, w.StudioID = owner.ID, owner.StudioID
	for name, field := range map[string]*bool{
		"ispublic": &w.Public, "candownload": &w.CanDownload, "safetorepeat": &w.SafeToRepeat, "validate": &validate,
	} {
		if *field, err = boolean("The field "+name, f.fields[name], false); err != nil {
			return w, false, err
		}
	}
	return w, validate, nil
}

// newVersion checks the uploaded file and makes a package of it where it is none.
func (s *Server) newVersion(ctx context.Context, f *form, name string) (store.Version, error) {
	v := store.Version{ID: store.NewID(), Comments: f.fields["comments"], UploadedAt: s.now()}
	file, err := os.Open(f.file.Path)
	if err != nil {
		return v, err
	}
	defer file.Close()
	doc, pkg, err := workflow.Read(file, f.file.Size, workflow.DefaultLimits)
	if err != nil {
		return v, err
	}
	describe(&v, doc)
	if v.Meta.Name == "" || name != "" {
		v.Meta.Name = name
	}
	if pkg != nil {
		v.FileName = path.Base(pkg.Main)
	} else {
		v.FileName = documentName(f.fileName, name, v.PackageType)
		plain := f.file
		defer plain.Discard()
		if f.file, err = s.wrap(ctx, file, v.FileName); err != nil {
			return v, err
		}
	}
	if v.Meta.Name == "" {
		v.Meta.Name = strings.TrimSuffix(v.FileName, path.Ext(v.FileName))
	}
	v.Blob, v.Size = f.file.Ref, f.file.Size
	return v, nil
}

// describe takes over what the document says about itself.
func describe(v *store.Version, doc *workflow.Document) {
	switch doc.Runtime.Module {
	case workflow.ModuleApp:
		v.PackageType = store.App
	case workflow.ModuleMacro:
		v.PackageType = store.Macro
	default:
		v.PackageType = store.Module
	}
	v.Chained = doc.Runtime.Chain != ""
	v.Meta = store.MetaInfo{Name: doc.Meta.Name, Description: doc.Meta.Description, Author: doc.Meta.Author, Copyright: doc.Meta.Copyright}
	if v.PackageType != store.App {
		return
	}
	for _, q := range doc.Questions() {
		out := store.Question{Name: q.Name, Type: "Question" + string(q.Type), Description: q.Description, Value: q.Default, Multiple: q.Multiple}
		for _, it := range q.Items {
			out.Items = append(out.Items, store.Item{Key: it.Label, Value: it.Value})
		}
		v.Questions = append(v.Questions, out)
	}
}

var documentExtensions = [...]string{store.App: ".yxwz", store.Module: ".yxmd", store.Macro: ".yxmc"}

// documentName is the file name of a document that came without a package.
func documentName(uploaded, name string, t store.PackageType) string {
	uploaded = path.Base(strings.ReplaceAll(uploaded, `\`, "/"))
	for _, ext := range documentExtensions {
		if strings.EqualFold(path.Ext(uploaded), ext) && len(uploaded) > len(ext) {
			return uploaded
		}
	}
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, name)
	if strings.Trim(plain, ". ") == "" {
		plain = "workflow"
	}
	return plain + documentExtensions[t]
}

// wrap makes a package of a single document. The same document gives the same
// bytes: the archive holds no times.
func (s *Server) wrap(ctx context.Context, document io.ReadSeeker, name string) (*blob.Staged, error) {
	if _, err := document.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	r, w := io.Pipe()
	go func() {
		z := zip.NewWriter(w)
		entry, err := z.Create(name)
		if err == nil {
			_, err = io.Copy(entry, document)
		}
		w.CloseWithError(errors.Join(err, z.Close()))
	}()
	st, err := s.blobs.Stage(ctx, r, 0)
	r.CloseWithError(err) // ends the writer if we stopped before it did
	return st, err
}

// Limits of a publish form beside its file.
const (
	maxFields    = 64
	maxFieldSize = 64 << 10
)

// readForm reads a multipart form as it comes: the file goes to the disk. Text
// fields are also taken from parts with a file name, as one client sends them
// (API reference, section 12).
func (s *Server) readForm(c *call) (*form, error) {
	typ, params, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil || !strings.HasPrefix(typ, "multipart/") || params["boundary"] == "" {
		return nil, failf(http.StatusBadRequest, "The body must be a form (multipart/form-data) with the package in its field \"file\".")
	}
	f := &form{fields: make(map[string]string)}
	parts := multipart.NewReader(c.r.Body, params["boundary"])
	for n := 0; ; n++ {
		part, err := parts.NextRawPart()
		if err == io.EOF {
			return f, nil
		}
		if err == nil {
			if n >= maxFields {
				err = failf(http.StatusBadRequest, "The form has more than %d fields.", maxFields)
			} else {
				err = s.readPart(c.r.Context(), f, part)
			}
		}
		if err != nil {
			f.discard()
			return nil, formError(err)
		}
	}
}

func (s *Server) readPart(ctx context.Context, f *form, part *multipart.Part) error {
	name := strings.ToLower(part.FormName())
	if name == "file" {
		if f.file != nil {
			return failf(http.StatusBadRequest, "The form has two files.")
		}
		var err error
		f.fileName = part.FileName()
		f.file, err = s.blobs.Stage(ctx, part, int64(s.cfg.MaxUpload))
		return err
	}
	text, err := io.ReadAll(io.LimitReader(part, maxFieldSize+1))
	if err != nil {
		return err
	}
	if len(text) > maxFieldSize {
		return failf(http.StatusRequestEntityTooLarge, "The field %.40q of the form is larger than %d bytes.", name, maxFieldSize)
	}
	if _, dup := f.fields[name]; dup {
		return failf(http.StatusBadRequest, "The form has the field %.40q twice.", name)
	}
	f.fields[name] = strings.TrimSpace(string(text))
	return nil
}

// formError says that an upload was cut off, where that is what it was.
func formError(err error) error {
	var api *apiError
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &api), errors.As(err, &large), errors.Is(err, blob.ErrTooLarge), errors.Is(err, blob.ErrNoSpace), errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, os.ErrDeadlineExceeded):
		return failf(http.StatusRequestTimeout, "The upload took longer than %v.", time.Duration(downloadTime))
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return failf(http.StatusBadRequest, "The form was cut off before its end; nothing was stored.")
	}
	return failf(http.StatusBadRequest, "The form is malformed; nothing was stored: %v.", err)
}
