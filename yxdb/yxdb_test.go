package yxdb

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kickoff/record"
)

// memory is a file in memory.
type memory struct {
	b   []byte
	pos int
}

func (m *memory) Write(p []byte) (int, error) {
	if need := m.pos + len(p); need > len(m.b) {
		m.b = append(m.b, make([]byte, need-len(m.b))...)
	}
	m.pos += copy(m.b[m.pos:], p)
	return len(p), nil
}

func (m *memory) Seek(off int64, whence int) (int64, error) {
	m.pos = int(off)
	return off, nil
}

func write(t testing.TB, batches ...*record.Batch) []byte {
	t.Helper()
	var m memory
	w, err := NewWriter(&m, batches[0].Schema)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range batches {
		if err := w.Write(context.Background(), b); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return m.b
}

func read(b []byte) (record.Schema, [][]any, error) {
	r, err := NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, nil, err
	}
	var out [][]any
	for {
		bt, err := r.Next(context.Background())
		if err == io.EOF {
			return r.Schema(), out, nil
		}
		if err != nil {
			return r.Schema(), out, err
		}
		for i := range bt.Len {
			row := make([]any, len(bt.Cols))
			for j := range bt.Cols {
				row[j] = bt.Value(i, j)
			}
			out = append(out, row)
		}
	}
}

func allTypes() record.Schema {
	f := func(n string, t record.Type, size int) record.Field { return record.New(n, t, size) }
	s := record.Schema{f("bool", record.Bool, 0), f("byte", record.Byte, 0), f("i16", record.Int16, 0), f("i32", record.Int32, 0),
		f("i64", record.Int64, 0), {Name: "dec", Type: record.FixedDecimal, Size: 19, Scale: 6}, f("float", record.Float, 0), f("double", record.Double, 0),
		f("s", record.String, 6), f("ws", record.WString, 6), f("vs", record.VString, 1000), f("vws", record.VWString, 1000),
		f("date", record.Date, 0), f("time", record.Time, 0), f("dt", record.DateTime, 0), f("blob", record.Blob, 1000), f("geo <&\">", record.SpatialObj, 1000)}
	s[0].Source, s[0].Description = "File: a.csv", "is it?\nyes"
	return s
}

func TestRoundTripTypes(t *testing.T) {
	s := allTypes()
	b := record.NewBatch(s, 8)
	null := make([]any, len(s))
	b.Append(null...)
	b.Append(true, 255, -32768, math.MinInt32, int64(math.MinInt64), "-12345.678900", 1.5, math.MaxFloat64, "abc", "añ€", "x", "日",
		-25567, 86399_000_000, -1_000_000, []byte{0}, []byte{1, 0, 0, 0})
	b.Append(false, 0, 32767, math.MaxInt32, int64(math.MaxInt64), "0", -0.25, math.Copysign(0, -1), "", "", "", "", 0, 0, 0, []byte(nil), []byte(nil))
	b.Append(true, 1, 1, 1, 1, "1", 1.0, 1.0, "éß€abc", "😀😀😀", "abc", "😀", 20000, 1_000_000, 86400_000_000*20000, []byte("abc"), []byte("abcd"))
	b.Append(null...)
	for _, n := range []int{126, 127, 128, 129, 70000, blockSize + 3} {
		text := strings.Repeat("x", n)
		b.Append(nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, text, strings.Repeat("y", n/2), nil, nil, nil, []byte(text), nil)
	}
	var want [][]any
	for i := range b.Len {
		row := make([]any, len(s))
		for j := range s {
			row[j] = b.Value(i, j)
		}
		want = append(want, row)
	}
	schema, got, err := read(write(t, b))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(s, schema); d != "" {
		t.Error(d)
	}
	// Some values are long: the difference is looked for only where there is one.
	if !reflect.DeepEqual(want, got) {
		t.Error(cmp.Diff(want, got))
	}
}

func TestRoundTripManyRecords(t *testing.T) {
	s := record.Schema{record.New("id", record.Int64, 0), record.New("text", record.VWString, 100)}
	const n = groupSize + 1
	b := record.NewBatch(s, n)
	for i := range n {
		if i%7 == 0 {
			b.Append(i, nil)
		} else {
			b.Append(i, fmt.Sprintf("record %d", i))
		}
	}
	file := write(t, b)
	_, got, err := read(file)
	if err != nil || len(got) != n {
		t.Fatalf("%d records, %v", len(got), err)
	}
	for i, row := range got {
		var text any
		if i%7 != 0 {
			text = fmt.Sprintf("record %d", i)
		}
		if row[0] != int64(i) || row[1] != text {
			t.Fatalf("record %d: %v", i, row)
		}
	}
	// The index: one place for each 65,536 records.
	at := le.Uint64(file[96:])
	if c := le.Uint32(file[at:]); c != 2 || int(at)+4+8*2 != len(file) {
		t.Errorf("index of %d entries", c)
	}
}

func TestNoRecords(t *testing.T) {
	s := record.Schema{record.New("id", record.Int64, 0)}
	schema, got, err := read(write(t, record.NewBatch(s, 0)))
	if err != nil || len(got) != 0 || !cmp.Equal(s, schema) {
		t.Error(schema, got, err)
	}
}

func TestLosses(t *testing.T) {
	s := record.Schema{record.New("s", record.String, 3), record.New("w", record.WString, 3), record.New("v", record.VString, 3), record.New("d", record.DateTime, 0)}
	b := record.NewBatch(s, 1)
	b.Append("abcd", "ab😀", "日x", 1)
	var m memory
	w, _ := NewWriter(&m, s)
	if err := w.Write(context.Background(), b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(Losses{Replaced: 1, Cut: 3}, w.Losses()); d != "" {
		t.Error(d)
	}
	_, got, err := read(m.b)
	if d := cmp.Diff([][]any{{"abc", "ab", "?x", int64(0)}}, got); d != "" || err != nil {
		t.Error(d, err)
	}
	b = record.NewBatch(record.Schema{{Name: "d", Type: record.FixedDecimal, Size: 3}}, 1)
	b.Append("12.345")
	w, _ = NewWriter(&memory{}, b.Schema)
	if err := w.Write(context.Background(), b); err == nil {
		t.Error("a decimal was cut")
	}
}

// A file cut anywhere is an error that names block and record, and every record
// before it is right.
func TestTruncated(t *testing.T) {
	s := record.Schema{record.New("id", record.Int32, 0), record.New("t", record.VString, 100)}
	b := record.NewBatch(s, 0)
	for i := range 12000 {
		b.Append(i, fmt.Sprintf("%08x", i*2654435761))
	}
	file := write(t, b)
	for _, keep := range []int{0, 10, 400, 600, 800, len(file) / 3, len(file) / 2, len(file) * 9 / 10} {
		_, got, err := read(file[:keep])
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("cut to %d bytes: %v", keep, err)
			continue
		}
		for i, row := range got {
			if row[0] != int64(i) {
				t.Fatalf("cut to %d bytes: record %d is %v", keep, i, row)
			}
		}
		if keep > 1000 && (e.Block == 0 || e.Record == 0 || !errors.Is(err, ErrTruncated)) {
			t.Errorf("cut to %d bytes: %v", keep, err)
		}
	}
	if _, err := NewReader(strings.NewReader("PK\x03\x04"), 4); !errors.Is(err, ErrNotYXDB) {
		t.Error(err)
	}
	// A writer that was killed left the record count 0.
	cut := bytes.Clone(file)
	clear(cut[96:112])
	if _, _, err := read(cut); !errors.Is(err, ErrTruncated) {
		t.Error(err)
	}
}

func TestCorrupt(t *testing.T) {
	s := record.Schema{record.New("d", record.Date, 0), record.New("t", record.VString, 100)}
	b := record.NewBatch(s, 0)
	b.Append(1, "some text of a record")
	file := write(t, b)
	data := headerSize + 2*int(le.Uint32(file[80:]))
	for name, change := range map[string]func([]byte){
		"date":          func(f []byte) { f[data+5] = 'x' },
		"reference":     func(f []byte) { f[data+5+11+1] = 0x7f },
		"block length":  func(f []byte) { f[data+2] = 0xff },
		"record length": func(f []byte) { f[data+5+15+3] = 0x7f },
	} {
		c := bytes.Clone(file)
		change(c)
		_, _, err := read(c)
		if !errors.Is(err, ErrCorrupt) && !errors.Is(err, ErrTruncated) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOpenAndCreate(t *testing.T) {
	p := filepath.Join(t.TempDir(), "a.yxdb")
	s := record.Schema{record.New("id", record.Byte, 0)}
	w, err := Create(p, s)
	if err != nil {
		t.Fatal(err)
	}
	b := record.NewBatch(s, 1)
	b.Append(7)
	w.Write(context.Background(), b)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := Open(p)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if r.Records() != 1 {
		t.Error(r.Records())
	}
	got, err := r.Next(context.Background())
	if err != nil || got.Len != 1 || got.Cols[0].Ints[0] != 7 {
		t.Error(got, err)
	}
	if _, err := Open(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

func TestLZF(t *testing.T) {
	var table [1 << lzfHashBits]int32
	for _, text := range []string{"", "a", "abcabcabcabc", strings.Repeat("x", 100000), strings.Repeat("0123456789", 5000),
		fmt.Sprint(allTypes()), strings.Repeat("ab", 3) + strings.Repeat("c", 300) + strings.Repeat("ab", 3)} {
		packed, ok := lzfEncode(nil, []byte(text), &table)
		if !ok {
			continue
		}
		got, err := lzfDecode(nil, packed, len(text))
		if err != nil || string(got) != text {
			t.Errorf("%.20q: %d bytes, %v", text, len(got), err)
		}
	}
	for _, bad := range []string{"\x05ab", "\x20\x00", "\x00a\x20\x05", "\xe0", "\x00a\xe0\xff", "\x00a\xe0\xff\x00\xe0\xff\x00"} {
		if _, err := lzfDecode(nil, []byte(bad), 100); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestDates(t *testing.T) {
	for text, want := range map[string]int64{"1970-01-01": 0, "2000-02-29": 11016, "1400-01-01": -208188, "9999-12-31": 2932896, "0001-01-01": -719162} {
		if got, ok := parseDate([]byte(text)); !ok || got != want || record.FormatDate(got) != text {
			t.Errorf("%s: %d, %s", text, got, record.FormatDate(got))
		}
	}
	for _, bad := range []string{"", "1970-1-1", "1970-13-01", "2001-02-29", "1970-00-01", "1970-01-00", "197a-01-01"} {
		if _, ok := parseDate([]byte(bad)); ok {
			t.Errorf("%q is a date", bad)
		}
	}
	if us, ok := parseDateTime([]byte("1970-01-02 00:00:01.250")); !ok || us != 86401_250_000 {
		t.Error(us, ok)
	}
}

// Fields of dates may be wider than usual, as those with parts of seconds are.
func TestWideDates(t *testing.T) {
	s := record.Schema{{Name: "at", Type: record.DateTime, Size: 26}, {Name: "day", Type: record.Date, Size: 19}, record.New("n", record.Int32, 0)}
	b := record.NewBatch(s, 2)
	b.Append(86401_250_000, 11016, 7)
	b.Append(nil, nil, 8)
	got, rows, err := read(write(t, b))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(s, got); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([][]any{{int64(86401_250_000), int64(11016), int64(7)}, {nil, nil, int64(8)}}, rows); d != "" {
		t.Error(d)
	}
}

// BenchmarkRead reads records of six fields. MB/s is of expanded records.
func BenchmarkRead(b *testing.B) {
	s := record.Schema{record.New("id", record.Int64, 0), record.New("qty", record.Double, 0), record.New("region", record.VString, 254),
		record.New("city", record.VWString, 254), record.New("day", record.Date, 0), record.New("code", record.String, 8)}
	bt := record.NewBatch(s, 0)
	for i := range 200_000 {
		bt.Append(i, float64(i)/7, []string{"North", "South", "East", "West"}[i%4], fmt.Sprintf("City number %d", i%977), i%20000, fmt.Sprintf("C%07d", i))
	}
	file := write(b, bt)
	expanded := bt.Len * (9 + 9 + 4 + 4 + 11 + 9 + 4 + 6 + 31)
	b.SetBytes(int64(expanded))
	b.ReportMetric(float64(len(file))/1e6, "file-MB")
	for b.Loop() {
		r, err := NewReader(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		for {
			bt, err := r.Next(context.Background())
			if err == io.EOF {
				break
			}
			if err != nil {
				b.Fatal(err)
			}
			n += bt.Len
		}
		if n != bt.Len {
			b.Fatal(n)
		}
	}
}
