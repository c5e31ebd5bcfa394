package tool

import (
	"errors"

	"kickoff/internal/format"
)

// wholeFiles writes files that are each one value, below the run's folder as Output
// Data does, where tools that follow find them.
type wholeFiles struct {
	c    *Context
	seen map[string]bool
}

func (w *wholeFiles) write(written string, data []byte) error {
	name, err := format.OutputName(written)
	if err != nil {
		return w.c.fileError(err)
	}
	dir, err := format.OpenOutFolder(w.c.Run.OutDir)
	if err != nil {
		return w.c.fileError(err)
	}
	defer dir.Close()
	if w.seen[name] {
		w.c.Warnf("%q is written by more than one record, and holds the last", name)
	}
	if w.seen == nil {
		w.seen = make(map[string]bool)
	}
	w.seen[name] = true
	file, err := dir.Create(name)
	if err != nil {
		return w.c.fileError(err)
	}
	_, err = file.Write(data)
	if err = errors.Join(err, file.Close()); err != nil {
		return w.c.fileError(errors.Join(err, dir.Remove(name))) // half of it is no file
	}
	if w.c.Run.Written != nil {
		w.c.Run.Written(name, written, 1) // that it was there is said above
	}
	return nil
}
