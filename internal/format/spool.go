package format

import (
	"context"
	"io"
	"os"

	"kickoff/record"
	"kickoff/yxdb"
)

// spool keeps records in a file of its own until all are there, for files that change as
// a whole. It keeps every value as it is, whatever the file is able to hold.
type spool struct {
	file *os.File
	w    *yxdb.Writer
	// ctx is that of the last records: to close a writer is given none, and to write the
	// file is most of the work.
	ctx context.Context
}

func newSpool(s record.Schema) (*spool, error) {
	wide := make(record.Schema, len(s))
	for i, f := range s {
		switch {
		case f.Type.Kind() == record.KindString:
			f = record.New(f.Name, record.VWString, record.MaxVWString)
		case f.Type.IsDate(): // which lose the fractions of seconds as text
			f = record.New(f.Name, record.Int64, 0)
		}
		wide[i] = f
	}
	f, err := os.CreateTemp("", "spool-*.yxdb")
	if err != nil {
		return nil, err
	}
	w, err := yxdb.NewWriter(f, wide)
	if err != nil {
		f.Close()
		os.Remove(f.Name())
		return nil, err
	}
	return &spool{f, w, context.Background()}, nil
}

func (s *spool) write(ctx context.Context, b *record.Batch) error {
	s.ctx = ctx
	return s.w.Write(ctx, b)
}

// read ends the writing and gives the records back.
func (s *spool) read() (*yxdb.Reader, error) {
	if err := s.w.Close(); err != nil {
		return nil, err
	}
	size, err := s.file.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, err
	}
	return yxdb.NewReader(s.file, size)
}

// remove gives the file up.
func (s *spool) remove() error {
	s.file.Close()
	return os.Remove(s.file.Name())
}
