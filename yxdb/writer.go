package yxdb

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"time"
	"unicode/utf16"

	"kickoff/record"
)

// Writer writes the classic format. It implements record.Writer. The file is
// readable once Close returned nil.
type Writer struct {
	layout
	out     io.WriteSeeker
	file    io.Closer // closed at the end, where the writer opened it
	pos     int64
	records int64
	index   []int64
	block   []byte // records, or the tail of one, not written yet
	packed  []byte
	rec     []byte
	table   [1 << lzfHashBits]int32
	lost    Losses
	err     error
}

var _ record.Writer = (*Writer)(nil)

// Losses counts what the types of the fields could not hold.
type Losses struct {
	// Replaced are characters beyond Windows-1252 in String and V_String fields,
	// written as question marks.
	Replaced int64
	// Cut are values longer than their fixed width, and times with a fraction.
	Cut int64
}

// Create makes a file, or empties it.
func Create(path string, s record.Schema) (*Writer, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	w, err := NewWriter(f, s)
	if err != nil {
		f.Close()
		return nil, err
	}
	w.file = f
	return w, nil
}

// NewWriter begins a file at the place 0 of out.
func NewWriter(out io.WriteSeeker, s record.Schema) (*Writer, error) {
	for _, f := range s {
		if hasFixedSize(f.Type) && f.Size <= 0 {
			return nil, fmt.Errorf("yxdb: field %q of type %s has no size", f.Name, f.Type)
		}
	}
	if len(s) == 0 {
		return nil, fmt.Errorf("yxdb: a file needs a field")
	}
	w := &Writer{layout: newLayout(s), out: out}
	head, err := w.header(0)
	if err != nil {
		return nil, err
	}
	w.pos = int64(len(head))
	w.index = []int64{w.pos}
	_, err = out.Write(head)
	return w, err
}

// header is the header and the field list.
func (w *Writer) header(indexPos int64) ([]byte, error) {
	meta := append(utf16.Encode([]rune(formatMeta(w.schema))), 0)
	b := make([]byte, headerSize, headerSize+2*len(meta))
	copy(b, "Alteryx Database File  written by Kickoff\r\n")
	le.PutUint32(b[64:], 0x00440204)
	if w.records > 0 || indexPos > 0 {
		le.PutUint32(b[68:], uint32(time.Now().Unix()))
	}
	if int64(len(meta)) > math.MaxUint32 {
		return nil, fmt.Errorf("yxdb: the field list is too long")
	}
	le.PutUint32(b[80:], uint32(len(meta)))
	le.PutUint64(b[96:], uint64(indexPos))
	le.PutUint64(b[104:], uint64(w.records))
	le.PutUint32(b[112:], 1)
	for _, u := range meta {
		b = le.AppendUint16(b, u)
	}
	return b, nil
}

// Losses returns what was lost so far.
func (w *Writer) Losses() Losses { return w.lost }

// Write writes the records of a batch.
func (w *Writer) Write(ctx context.Context, b *record.Batch) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	for row := range b.Len {
		if w.records > 0 && w.records%groupSize == 0 {
			w.flush()
			w.index = append(w.index, w.pos)
		}
		if err := w.encode(b, row); err != nil {
			return fmt.Errorf("yxdb: record %d: %w", w.records+1, err)
		}
		w.add(w.rec)
		w.records++
		if w.err != nil {
			return w.err
		}
	}
	return nil
}

// add cuts the stream of records into blocks.
func (w *Writer) add(b []byte) {
	for len(b) > 0 {
		n := min(blockSize-len(w.block), len(b))
		w.block = append(w.block, b[:n]...)
		b = b[n:]
		if len(w.block) == blockSize {
			w.flush()
		}
	}
}

// flush writes a block, compressed where that helps.
func (w *Writer) flush() {
	if len(w.block) == 0 || w.err != nil {
		return
	}
	w.packed = append(w.packed[:0], 0, 0, 0, 0)
	out, ok := lzfEncode(w.packed, w.block, &w.table)
	lead := uint32(len(out) - 4)
	if !ok {
		out = append(w.packed[:4], w.block...)
		lead = uint32(len(w.block)) | 0x80000000
	}
	le.PutUint32(out, lead)
	w.packed = out
	_, w.err = w.out.Write(out)
	w.pos += int64(len(out))
	w.block = w.block[:0]
}

// Close writes what is left, the index and the header.
func (w *Writer) Close() error {
	w.flush()
	err := w.err
	if err == nil {
		err = w.finish()
	}
	if w.file != nil {
		if e := w.file.Close(); err == nil {
			err = e
		}
	}
	return err
}

func (w *Writer) finish() error {
	b := le.AppendUint32(nil, uint32(len(w.index)))
	for _, p := range w.index {
		b = le.AppendUint64(b, uint64(p))
	}
	if _, err := w.out.Write(b); err != nil {
		return err
	}
	head, err := w.header(w.pos)
	if err != nil {
		return err
	}
	if _, err := w.out.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err = w.out.Write(head)
	return err
}
