package yxdb

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/golang/snappy"
	"github.com/google/go-cmp/cmp"

	"kickoff/record"
)

// e2File builds a file of the E2 format; blocks are record blocks, each a list of records.
type e2File struct{ b []byte }

func newE2File(fields string) *e2File {
	meta := "<RecordInfo>" + fields + "</RecordInfo>\n"
	f := &e2File{bytes.Repeat([]byte(" "), 64)}
	copy(f.b, "Alteryx e2 Database file")
	f.b = le.AppendUint32(f.b, 0x00440208)
	f.b = le.AppendUint32(f.b, 0x40000001)
	f.b = append(f.b, make([]byte, 24)...)
	f.b = le.AppendUint32(f.b, uint32(len(meta)))
	f.b = append(f.b, meta...)
	return f
}

func (f *e2File) records(recs ...string) *e2File {
	var body []byte
	for _, r := range recs {
		body = append(le.AppendUint32(body, uint32(len(r))), r...)
	}
	block := le.AppendUint32(nil, uint32(len(body)))
	block = append(le.AppendUint32(block, uint32(len(recs))), body...)
	packed := append([]byte{0x0A}, snappy.Encode(nil, block)...)
	f.b = le.AppendUint32(append(f.b, e2Record), uint32(len(packed)))
	f.b = append(f.b, packed...)
	return f
}

// large adds a value of its own and returns the eight bytes of its place.
func (f *e2File) large(v string) string {
	at := len(f.b)
	packed := append([]byte{0x0A}, snappy.Encode(nil, []byte(v))...)
	f.b = le.AppendUint32(append(f.b, e2Large), uint32(len(packed)))
	f.b = le.AppendUint32(f.b, uint32(len(v)))
	f.b = append(f.b, make([]byte, 16)...)
	f.b = append(f.b, packed...)
	return string(le.AppendUint64(nil, uint64(at)))
}

func (f *e2File) end() []byte {
	return append(append(f.b, 0), "\xff\xff\xff\xff\xff\xff\xff\xffYXE2"...)
}

func double(v float64) string { return "\x0c" + string(le.AppendUint64(nil, math.Float64bits(v))) }

const e2Fields = `<Field name="b" type="Bool"/><Field name="y" type="Byte"/><Field name="i" type="Int32"/><Field name="l" type="Int64"/>` +
	`<Field name="d" type="Double"/><Field name="f" type="Float"/><Field name="s" type="V_String" size="10"/><Field name="day" type="Date"/>` +
	`<Field name="at" type="DateTime"/><Field name="t" type="Time"/><Field name="raw" type="Blob"/>`

func TestE2(t *testing.T) {
	f := newE2File(e2Fields)
	far := f.large(strings.Repeat("large ", 50000))
	blob := f.large("\x00\x01")
	long := strings.Repeat("é", 200)
	file := f.records(
		"\x15\x07\xff\x09\xff\xff\xff\xff\x0a\x01\x00\x00\x00\x00\x00\x00\x80"+double(-1.5)+"\x0b\x00\x00\xc0\x3f\x83abc\x0d\x33\xa2\x00\x0e\x64\x00\x00\x33\xa2\x00\x0f\x64\x00\x00\x82\x01\x02",
		"\x14\x06\x08\x30\x75\x06\x06\x4b\x01\x90\x01"+long+"\x0d\x00\x00\x00\x0e\x00\x00\x00\x00\x00\x00\x4f\x12"+blob,
	).records(
		"\x43\x47\x49\x4a\x4c\x4b\x41\x4d\x4e\x4f\x41",
		"\x15\x07\x01\x07\xc8\x08\xff\xff\x06\x0b\x00\x00\x00\x00\x11"+far+"\x0d\x01\x00\x00\x4e\x4f\x00",
	).end()
	schema, got, err := read(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(schema) != 11 || schema[4].Type != record.Double {
		t.Error(schema)
	}
	day := int64(0xa233 - 25569)
	want := [][]any{
		{true, int64(255), int64(-1), int64(math.MinInt64 + 1), -1.5, 1.5, "abc", day, day*86400_000_000 + 1_000_000, int64(1_000_000), []byte{1, 2}},
		{false, int64(0), int64(30000), int64(0), 0.0, nil, long, int64(-25569), int64(-25569) * 86400_000_000, nil, []byte{0, 1}},
		{nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil},
		{true, int64(1), int64(200), int64(-1), 0.0, 0.0, strings.Repeat("large ", 50000), int64(-25568), nil, nil, nil},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// Files differ in ways that only a trial tells: bytes of integers left out, and
// a zero before the first date.
func TestE2Variants(t *testing.T) {
	fields := `<Field name="i" type="Int32"/><Field name="d" type="Date"/><Field name="e" type="Date"/>`
	for name, rec := range map[string]string{
		"plain":        "\x08\x40\x1f\x0d\x33\xa2\x00\x0d\x01\x00\x00",
		"date lead":    "\x08\x40\x1f\x00\x0d\x33\xa2\x00\x0d\x01\x00\x00",
		"short ints":   "\x09\x40\x1f\x00\x0d\x33\xa2\x00\x0d\x01\x00\x00",
		"short, lead":  "\x09\x40\x1f\x00\x00\x0d\x33\xa2\x00\x0d\x01\x00\x00",
		"whole number": "\x09\x40\x1f\x00\x00\x0d\x33\xa2\x00\x0d\x01\x00\x00",
	} {
		_, got, err := read(newE2File(fields).records(rec).end())
		want := [][]any{{int64(8000), int64(0xa233 - 25569), int64(1 - 25569)}}
		if d := cmp.Diff(want, got); d != "" || err != nil {
			t.Errorf("%s: %v %s", name, err, d)
		}
	}
}

func TestE2Errors(t *testing.T) {
	i := `<Field name="i" type="Int32"/>`
	ok := func() *e2File { return newE2File(i).records("\x07\x01", "\x07\x02") }
	for name, c := range map[string]struct {
		file []byte
		want error
		text string
	}{
		"no end":         {ok().b, ErrTruncated, "block 2"},
		"cut block":      {ok().b[:len(ok().b)-3], ErrTruncated, "block 1"},
		"header":         {[]byte("Alteryx e2 Database file"), ErrTruncated, "header"},
		"left over":      {newE2File(i).records("\x07\x01\x00").end(), ErrUnsupported, "bytes left"},
		"later block":    {ok().records("\x0d\x00\x00\x00").end(), ErrCorrupt, `block 2 (at byte 184): record 3: field "i"`},
		"unknown block":  {append(ok().b, 9, 0, 0, 0, 0), ErrUnsupported, "kind 9"},
		"decimal":        {newE2File(`<Field name="d" type="FixedDecimal" size="9" scale="2"/>`).records("\x01").end(), ErrUnsupported, "FixedDecimal"},
		"unknown type":   {newE2File(`<Field name="d" type="Matrix"/>`).end(), ErrUnsupported, "Matrix"},
		"value too far":  {newE2File(`<Field name="s" type="V_String" size="9"/>`).records("\x11\xff\xff\x00\x00\x00\x00\x00\x00").end(), ErrUnsupported, "beyond the end"},
		"text not UTF-8": {newE2File(`<Field name="s" type="V_String" size="9"/>`).records("\x81\xff").end(), ErrUnsupported, "UTF-8"},
	} {
		_, _, err := read(c.file)
		if !errors.Is(err, c.want) || !strings.Contains(fmt.Sprint(err), c.text) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzRead reads anything as a file: no crash, no run-away memory, and what was
// read as the classic format can be written and read again.
func FuzzRead(f *testing.F) {
	s := allTypes()
	b := record.NewBatch(s, 2)
	b.Append(true, 255, -1, 1, 1, "1.5", 1.5, 1.5, "abc", "añ€", "some longer text", "日本", 1, 1, 1, []byte{0}, []byte{1, 0, 0, 0})
	b.Append(make([]any, len(s))...)
	f.Add(write(f, b))
	f.Add(newE2File(e2Fields).records("\x43\x47\x49\x4a\x4c\x4b\x41\x4d\x4e\x4f\x41").end())
	f.Fuzz(func(t *testing.T, file []byte) {
		r, err := NewReader(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			return
		}
		var m memory
		w, err := NewWriter(&m, r.Schema())
		if err != nil {
			return
		}
		n := int64(0)
		for n < 100_000 {
			b, err := r.Next(context.Background())
			if err != nil {
				if err != io.EOF {
					return
				}
				break
			}
			n += int64(b.Len)
			if err := w.Write(context.Background(), b); err != nil {
				return // a decimal that is longer than its field
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if w.Losses() != (Losses{}) {
			return
		}
		_, again, err := read(m.b)
		if err != nil || int64(len(again)) != n {
			t.Fatalf("%d of %d records, %v", len(again), n, err)
		}
	})
}
