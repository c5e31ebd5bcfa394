package format

import (
	"context"
	"fmt"
	"io"
	"strings"

	"kickoff/record"
)

// DecodeXML reads the options of Input Data format 37.
func DecodeXML(o Options) (XMLOptions, error) {
	r := newOptionReader(o)
	x := XMLOptions{Element: r.text("XmlElement", ""), Root: r.boolean("ParseRoot", false),
		ChildValues: r.boolean("ChildValues", true), OuterXML: r.boolean("OuterXML", false)}
	r.ignore("IgnoreErrors", "CodePage")
	return x, r.done()
}

// OpenXML reads an xml file as rows of text: a field for each name that ParseXML
// gives in any row, in the order of their first appearance, all V_WString of
// the length of their longest value. It closes f. The document is held in memory.
func OpenXML(_ context.Context, f io.ReadCloser, name string, o XMLOptions, l Limits) (record.Reader, error) {
	defer f.Close()
	text, err := readAllText(f, l.withDefaults().SharedBytes)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	rows, err := ParseXML(text, o)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	b := TableOfXML(rows)
	if len(b.Schema) == 0 {
		return nil, fmt.Errorf("read %s: no element %q", name, o.Element)
	}
	return &tableReader{batch: b}, nil
}

// TableOfXML makes a table of the rows of ParseXML.
func TableOfXML(rows [][]XMLValue) *record.Batch {
	var s record.Schema
	index := map[string]int{}
	for _, row := range rows {
		for _, v := range row {
			k := strings.ToLower(v.Name)
			i, ok := index[k]
			if !ok {
				i = len(s)
				index[k] = i
				s = append(s, record.New(v.Name, record.VWString, 1))
			}
			s[i].Size = max(s[i].Size, textLen(v.Text))
		}
	}
	b := record.NewBatch(s, len(rows))
	values := make([]any, len(s))
	for _, row := range rows {
		clear(values)
		for _, v := range row {
			if !v.Null {
				values[index[strings.ToLower(v.Name)]] = v.Text
			}
		}
		b.Append(values...)
	}
	return b
}

// readAllText reads a document whose encoding its mark or its XML declaration
// tells; without either it is UTF-8.
func readAllText(r io.Reader, limit int64) (string, error) {
	raw, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return "", err
	}
	if int64(len(raw)) > limit {
		return "", fmt.Errorf("the document is larger than the limit of %d bytes", limit)
	}
	cp := UTF8
	if head := string(raw[:min(200, len(raw))]); strings.HasPrefix(head, "<?xml") {
		head, _, _ = strings.Cut(head, "?>")
		if k := strings.Index(head, "encoding="); k >= 0 && len(head) > k+10 {
			enc, _, _ := strings.Cut(head[k+10:], head[k+9:k+10])
			switch strings.ToLower(enc) {
			case "utf-8", "us-ascii", "ascii":
			case "iso-8859-1", "latin1", "windows-1252":
				cp = Latin1
			default:
				return "", fmt.Errorf("the encoding %q is not supported", enc)
			}
		}
	}
	text, _, err := decodeText(strings.NewReader(string(raw)), cp)
	if err != nil {
		return "", err
	}
	b, err := io.ReadAll(text)
	return string(b), err
}
