package format

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// workbook is the frame of an xlsx or xls file: its sheets, names, styles and
// shared strings. The sheets of an xlsx file are read as streams.
type workbook struct {
	zip     *zip.Reader
	open    func(bookSheet) (sheetRows, error)
	limits  Limits
	sheets  []bookSheet
	names   []definedName
	epoch04 bool           // dates count from 1904
	styles  []numberFormat // by cell style
	shared  []string
}

type bookSheet struct{ name, part string }

// sheetRows hands out the rows of a sheet that stand in the file, in their order.
type sheetRows interface {
	// next returns the number of the next row, from 1, and its cells that hold
	// something, or io.EOF. The cells are good until the next call.
	next() (int, []xlsxCell, error)
	// hasCells reports whether the row has cells, be they blank.
	hasCells() bool
	io.Closer
}

// definedName is a named range: what it is called and what it refers to.
type definedName struct {
	Name  string `xml:"name,attr"`
	Value string `xml:",chardata"`
}

// openWorkbook reads all but the sheets.
func openWorkbook(r io.ReaderAt, size int64, l Limits) (*workbook, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		head := make([]byte, 8)
		n, _ := r.ReadAt(head, 0)
		switch {
		case size == 0:
			return nil, errors.New("not an xlsx workbook: the file is empty")
		case string(head[:n]) == "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
			return nil, errors.New("not an xlsx workbook: the file is an xls workbook (format 8) or is encrypted")
		}
		return nil, errors.New("not an xlsx workbook, which is a zip archive: it is cut off, or a file of another kind with the wrong name")
	}
	w := &workbook{zip: z, limits: l}
	w.open = func(s bookSheet) (sheetRows, error) { return w.openSheet(s.part) }
	var book struct {
		Props struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name string `xml:"name,attr"`
			ID   string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
			IDs  string `xml:"http://purl.oclc.org/ooxml/officeDocument/relationships id,attr"`
		} `xml:"sheets>sheet"`
		Names []definedName `xml:"definedNames>definedName"`
	}
	main := w.mainPart()
	if err := w.decode(main, &book); err != nil {
		return nil, fmt.Errorf("not an xlsx workbook: %w", err)
	}
	rels, err := w.relations(main)
	if err != nil {
		return nil, err
	}
	for _, s := range book.Sheets {
		id := s.ID
		if id == "" {
			id = s.IDs
		}
		part := rels.byID[id]
		if strings.Contains(part, "chartsheet") {
			continue
		}
		w.sheets = append(w.sheets, bookSheet{s.Name, part})
	}
	w.names = book.Names
	w.epoch04 = book.Props.Date1904 == "1" || book.Props.Date1904 == "true"
	if w.styles, err = w.readStyles(rels.byType["styles"]); err != nil {
		return nil, fmt.Errorf("styles: %w", err)
	}
	if p := rels.byType["sharedStrings"]; p != "" {
		if w.shared, err = w.readShared(p); err != nil {
			return nil, fmt.Errorf("shared strings: %w", err)
		}
	}
	return w, nil
}

// part opens a part by its name, ignoring case, within the size limit.
func (w *workbook) part(name string) (io.ReadCloser, error) {
	for _, f := range w.zip.File {
		if !strings.EqualFold(strings.TrimPrefix(strings.ReplaceAll(f.Name, `\`, "/"), "/"), name) {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		return &limitedPart{r, name, w.limits.ExpandedBytes}, nil
	}
	return nil, fmt.Errorf("the part %s is missing", name)
}

// limitedPart stops a part that expands beyond all bounds.
type limitedPart struct {
	io.ReadCloser
	name string
	left int64
}

func (l *limitedPart) Read(b []byte) (int, error) {
	n, err := l.ReadCloser.Read(b)
	if l.left -= int64(n); l.left < 0 {
		return 0, fmt.Errorf("the part %s is larger than the limit when it is expanded", l.name)
	}
	return n, err
}

// decode reads a small part as a whole.
func (w *workbook) decode(name string, v any) error {
	r, err := w.part(name)
	if err != nil {
		return err
	}
	defer r.Close()
	lr := &limitedPart{r, name, w.limits.SharedBytes}
	if err := xml.NewDecoder(lr).Decode(v); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// mainPart finds the workbook part by the package's relations.
func (w *workbook) mainPart() string {
	if r, err := w.relations(""); err == nil && r.byType["officeDocument"] != "" {
		return r.byType["officeDocument"]
	}
	return "xl/workbook.xml"
}

// relations are the parts that a part refers to, by id and by the last word of
// their type.
type relations struct{ byID, byType map[string]string }

func (w *workbook) relations(of string) (relations, error) {
	dir, base := path.Split(of)
	var v struct {
		Rel []struct {
			ID     string `xml:"Id,attr"`
			Type   string `xml:"Type,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	r := relations{map[string]string{}, map[string]string{}}
	if err := w.decode(dir+"_rels/"+base+".rels", &v); err != nil {
		return r, err
	}
	for _, x := range v.Rel {
		target := strings.ReplaceAll(x.Target, `\`, "/")
		if strings.HasPrefix(target, "/") {
			target = target[1:]
		} else {
			target = path.Join(dir, target)
		}
		r.byID[x.ID] = target
		r.byType[path.Base(x.Type)] = target
	}
	return r, nil
}
