package format

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/richardlehane/mscfb"
)

// xlsBook is the workbook stream of an xls file, Excel 97 to 2003 ([MS-XLS],
// "BIFF8"). It is in memory as a whole; its sheets are parts of it.
type xlsBook struct {
	stream []byte
	shared []string
	styles []numberFormat // by cell format
	limit  int            // cells of a sheet
	epoch  bool           // dates count from 1904
	sheets []xlsSheet     // in the order of the tabs, also charts and macros
	refs   [][3]int       // what references to sheets mean: workbook, first sheet, last
}

type xlsSheet struct {
	name  string
	at    int  // of its first record in the stream
	cells bool // it is a worksheet
}

// openXLS reads all but the sheets of an xls workbook.
func openXLS(r io.ReaderAt, size int64, l Limits) (*workbook, error) {
	stream, err := xlsStream(r, size, l)
	if err != nil {
		return nil, err
	}
	b := &xlsBook{stream: stream, limit: int(min(l.Cells, l.SharedBytes/64))}
	names, err := b.globals()
	if err != nil {
		return nil, err
	}
	w := &workbook{limits: l, epoch04: b.epoch, styles: b.styles}
	w.open = func(s bookSheet) (sheetRows, error) { return b.rows(s.name) }
	for _, s := range b.sheets {
		if s.cells {
			w.sheets = append(w.sheets, bookSheet{name: s.name})
		}
	}
	for _, n := range names {
		if d, ok := b.definedName(n); ok {
			w.names = append(w.names, d)
		}
	}
	return w, nil
}

// xlsStream finds the stream of the workbook in the compound file.
func xlsStream(r io.ReaderAt, size int64, l Limits) ([]byte, error) {
	doc, err := mscfb.New(r)
	if err != nil {
		return nil, fmt.Errorf("not an xls workbook: %w", err)
	}
	for {
		f, err := doc.Next()
		if err == io.EOF {
			return nil, errors.New("not an xls workbook: the file holds no stream of a workbook")
		}
		if err != nil {
			return nil, fmt.Errorf("not an xls workbook: %w", err)
		}
		switch {
		case f.Name == "Book":
			return nil, errors.New("a workbook of Excel 95 or older, which is not read; save it as xlsx")
		case f.Name != "Workbook":
			continue
		case f.Size > size || f.Size > l.SharedBytes:
			return nil, fmt.Errorf("the workbook's stream has %d bytes, the file %d and the limit is %d", f.Size, size, l.SharedBytes)
		}
		b := make([]byte, f.Size)
		if _, err := io.ReadFull(f, b); err != nil {
			return nil, fmt.Errorf("the file is cut: %w", err)
		}
		return b, nil
	}
}

// The records of a workbook that matter.
const (
	xlsFormula     = 0x06
	xlsEOF         = 0x0A
	xlsExternSheet = 0x17
	xlsName        = 0x18
	xlsDateMode    = 0x22
	xlsFilePass    = 0x2F
	xlsContinue    = 0x3C
	xlsBoundSheet  = 0x85
	xlsMulRK       = 0xBD
	xlsMulBlank    = 0xBE
	xlsRString     = 0xD6
	xlsXF          = 0xE0
	xlsSST         = 0xFC
	xlsLabelSST    = 0xFD
	xlsBlank       = 0x201
	xlsNumber      = 0x203
	xlsLabel       = 0x204
	xlsBoolErr     = 0x205
	xlsString      = 0x207
	xlsRK          = 0x27E
	xlsFormat      = 0x41E
	xlsBOF         = 0x809
)

// xlsRecord is a record; parts are its data and those of the records that
// continue it.
type xlsRecord struct {
	kind  int
	at    int
	parts [][]byte
}

// record reads the record at a place, and returns the place behind it.
func (b *xlsBook) record(at int) (r xlsRecord, next int, err error) {
	cut := func(at int) error { return fmt.Errorf("byte %d: the workbook's stream is cut", at) }
	r.at = at
	for {
		if at < 0 || at+4 > len(b.stream) {
			if len(r.parts) > 0 {
				return r, at, nil
			}
			return r, at, cut(at)
		}
		kind, n := int(binary.LittleEndian.Uint16(b.stream[at:])), int(binary.LittleEndian.Uint16(b.stream[at+2:]))
		if len(r.parts) > 0 && kind != xlsContinue {
			return r, at, nil
		}
		if at+4+n > len(b.stream) {
			return r, at, cut(at)
		}
		if len(r.parts) == 0 {
			r.kind = kind
		}
		r.parts = append(r.parts, b.stream[at+4:at+4+n])
		at += 4 + n
	}
}

// globals reads the records of the workbook itself, and returns those of its
// defined names, which refer to what stands behind them.
func (b *xlsBook) globals() (names []xlsRecord, err error) {
	codes := map[int]string{}
	var formats []int
	for at := 0; ; {
		var r xlsRecord
		if r, at, err = b.record(at); err != nil {
			return nil, err
		}
		x := xlsText{parts: r.parts}
		switch r.kind {
		case xlsBOF:
			if v := x.u16(); r.at != 0 || v != 0x600 {
				return nil, fmt.Errorf("not an xls workbook of Excel 97 or newer (version %#x); save it as xlsx", v)
			}
		case xlsFilePass:
			return nil, errors.New("the workbook is encrypted")
		case xlsDateMode:
			b.epoch = x.u16() == 1
		case xlsFormat:
			id := x.u16()
			codes[id] = x.text(x.u16())
		case xlsXF:
			x.u16()
			formats = append(formats, x.u16())
		case xlsBoundSheet:
			s := xlsSheet{at: x.u32()}
			s.cells = x.u16()>>8 == 0
			s.name = x.text(x.u8())
			b.sheets = append(b.sheets, s)
		case xlsExternSheet:
			for n := x.u16(); n > 0 && x.err == nil; n-- {
				b.refs = append(b.refs, [3]int{x.u16(), x.u16(), x.u16()})
			}
		case xlsName:
			names = append(names, r)
		case xlsSST:
			x.u32()
			for n := x.u32(); n > 0 && x.err == nil; n-- {
				b.shared = append(b.shared, x.rich())
			}
		case xlsEOF:
			for _, id := range formats {
				if code, ok := codes[id]; ok {
					b.styles = append(b.styles, formatKind(code))
				} else {
					b.styles = append(b.styles, numberFormat{builtinKind(id), id == 47})
				}
			}
			return names, nil
		}
		if x.err != nil {
			return nil, fmt.Errorf("byte %d: record %#x: %w", r.at, r.kind, x.err)
		}
	}
}

// definedName reads a name that stands for one range of a sheet.
func (b *xlsBook) definedName(r xlsRecord) (definedName, bool) {
	x := xlsText{parts: r.parts}
	x.u16()
	x.u8()
	letters, formula := x.u8(), x.u16()
	x.u16()
	x.u16()
	x.u32()
	d := definedName{Name: x.text(letters)}
	token := x.u8()
	ref := x.u16()
	row1, row2, col1, col2 := x.u16(), x.u16(), x.u16()&0x3FFF, x.u16()&0x3FFF
	if x.err != nil || formula != 11 || token&0x1F != 0x1B || ref >= len(b.refs) || b.refs[ref][1] >= len(b.sheets) {
		return d, false
	}
	sheet := strings.ReplaceAll(b.sheets[b.refs[ref][1]].name, "'", "''")
	d.Value = fmt.Sprintf("'%s'!$%s$%d:$%s$%d", sheet, columnName(col1+1), row1+1, columnName(col2+1), row2+1)
	return d, true
}
