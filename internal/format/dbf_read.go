package format

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/encoding"

	"kickoff/record"
)

// dbfTable reads the records of a dBASE table.
type dbfTable struct {
	in     *bufio.Reader
	left   uint32 // records
	row    []byte
	fields []dbfField
	schema record.Schema
	text   *encoding.Decoder // nil where texts are UTF-8
}

type dbfField struct{ from, to int }

// openDBF reads the header. cpg is the content of the file .cpg, which names the
// code page.
func openDBF(r io.Reader, cpg string) (*dbfTable, error) {
	t := &dbfTable{in: bufio.NewReaderSize(r, 1<<16)}
	var head [32]byte
	if _, err := io.ReadFull(t.in, head[:]); err != nil {
		return nil, errors.New("the table of its attributes is no dBASE table")
	}
	t.left = binary.LittleEndian.Uint32(head[4:])
	headSize, rowSize := int(binary.LittleEndian.Uint16(head[8:])), int(binary.LittleEndian.Uint16(head[10:]))
	if headSize < 33 || rowSize < 1 {
		return nil, errors.New("the table of its attributes is no dBASE table")
	}
	rest := make([]byte, headSize-32)
	if _, err := io.ReadFull(t.in, rest); err != nil {
		return nil, errors.New("the table of its attributes is cut off")
	}
	page, err := dbfCodePage(cpg)
	if err != nil {
		return nil, err
	}
	enc, err := page.encoding()
	if err != nil {
		return nil, err
	}
	if enc != nil {
		t.text = enc.NewDecoder()
	}
	at := 1 // behind the mark of deletion
	var names []string
	for len(rest) >= 32 && rest[0] != '\r' {
		d := rest[:32]
		rest = rest[32:]
		name, _, _ := bytes.Cut(d[:11], []byte{0})
		names = append(names, t.decode(name))
		f := dbfField{at, at + int(d[16])}
		if at = f.to; at > rowSize {
			return nil, fmt.Errorf("its field %q lies behind the end of the record", names[len(names)-1])
		}
		t.fields = append(t.fields, f)
		t.schema = append(t.schema, dbfType(d[11], int(d[16]), int(d[17]), page.IsWide()))
	}
	for i, name := range uniqueNames(names, func(n int) string { return fmt.Sprintf("Field_%d", n) }) {
		t.schema[i].Name = name
	}
	t.row = make([]byte, rowSize)
	return t, nil
}

// dbfCodePage reads the names of code pages that are in use: UTF-8, 65001, 1252,
// ISO 88591, ANSI 1252, CP1251.
func dbfCodePage(cpg string) (CodePage, error) {
	s := strings.ToUpper(strings.NewReplacer("-", "", " ", "", "_", "").Replace(cpg))
	switch s {
	case "":
		return 1252, nil
	case "UTF8":
		return UTF8, nil
	case "ISO88591", "88591":
		return Latin1, nil
	}
	n, err := strconv.Atoi(strings.TrimLeft(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
	if err != nil {
		return 0, fmt.Errorf("the code page %q of its table is not known", cpg)
	}
	return CodePage(n), nil
}

func dbfType(typ byte, size, decimals int, wide bool) record.Field {
	switch typ {
	case 'N', 'F':
		switch {
		case typ == 'F' || decimals > 0 || size > 18:
			return record.New("", record.Double, 0)
		case size > 9:
			return record.New("", record.Int64, 0)
		}
		return record.New("", record.Int32, 0)
	case 'D':
		return record.New("", record.Date, 0)
	case 'L':
		return record.New("", record.Bool, 0)
	}
	if wide {
		return record.New("", record.VWString, size)
	}
	return record.New("", record.VString, size)
}

func (t *dbfTable) decode(b []byte) string {
	if t.text != nil {
		if s, err := t.text.Bytes(b); err == nil {
			b = s
		}
	}
	return strings.ToValidUTF8(string(b), "\uFFFD")
}

// next adds the values of the next record to a batch, or says that it is deleted.
func (t *dbfTable) next(to *record.Batch) (deleted bool, err error) {
	if t.left == 0 {
		return false, errors.New("there is none")
	}
	t.left--
	if _, err := io.ReadFull(t.in, t.row); err != nil {
		return false, errors.New("the table is cut off")
	}
	if t.row[0] == '*' {
		return true, nil
	}
	for i, f := range t.fields {
		if err := t.value(&to.Cols[i], to.Len, t.schema[i], t.row[f.from:f.to]); err != nil {
			return false, err
		}
	}
	return false, nil
}

// value adds a cell. Blank numbers, dates and truths are Null, and so is what a
// full cell of * means: a number that did not fit.
func (t *dbfTable) value(c *record.Column, row int, f record.Field, cell []byte) error {
	if f.Type.IsString() {
		c.Strings = append(c.Strings, strings.TrimRight(t.decode(cell), " \x00"))
		return nil
	}
	s := strings.Trim(string(cell), " \x00")
	if s == "" || strings.Trim(s, "*") == "" || s == "?" || f.Type == record.Date && strings.Trim(s, "0") == "" {
		c.AppendNull(f.Type.Kind(), row)
		return nil
	}
	switch f.Type {
	case record.Double:
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return fmt.Errorf("%s: %q is not a number", f.Name, s)
		}
		c.Floats = append(c.Floats, v)
	case record.Date:
		d, err := time.Parse("20060102", s)
		if err != nil {
			return fmt.Errorf("%s: %q is not a date", f.Name, s)
		}
		c.Ints = append(c.Ints, d.Unix()/86400)
	case record.Bool:
		n := int64(0)
		if strings.ContainsAny(s, "TtYy") {
			n = 1
		}
		c.Ints = append(c.Ints, n)
	default:
		v, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return fmt.Errorf("%s: %q is not a whole number", f.Name, s)
		}
		c.Ints = append(c.Ints, v)
	}
	return nil
}
