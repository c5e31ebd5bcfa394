package tool

import (
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"

	"golang.org/x/text/encoding"

	"kickoff/internal/codepage"
	"kickoff/internal/diag"
	"kickoff/internal/eval"
	"kickoff/internal/fn"
	"kickoff/record"
)

// blobConvertTool turns bytes into text and back.
var blobConvertTool = Tool{
	Name:    "Blob Convert",
	Plugins: []string{"AlteryxBasePluginsGui.BlobConvert.BlobConvert"},
	Entry:   "AlteryxBlobConvert",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Turns a field of bytes into text (plain, Base64, hexadecimal) or its MD5 hash, or text into bytes. The field keeps its name and place.",
	Options: []Option{
		{Path: "ToBlob", Doc: "True: text to bytes; False: bytes to text"},
		{Path: "from_Field", Doc: "the field of bytes. Text is taken as its bytes: narrow fields in Latin-1, wide ones in UTF-16"},
		{Path: "from_Mode", Doc: "Text, Base64, Hex or MD5", NotYet: "ReportSnippet, which reports need"},
		{Path: "from_textCodePage", Doc: "the code page of Text; UTF-8 where there is none"},
		{Path: "to_Field", Doc: "the field of text"},
		{Path: "to_Mode", Doc: "Text, Base64 or Hex", NotYet: "ReportSnippet, which reports need"},
		{Path: "to_textCodePage", Doc: "the code page of Text; UTF-8 where there is none"},
	},
	Compile: compileBlobConvert,
}

func compileBlobConvert(c *Context) (Outputs, error) {
	in := c.Input("Input")
	s := in.Schema()
	toBlob := c.Config.Bool("ToBlob", false)
	way := "from_"
	if toBlob {
		way = "to_"
	}
	col, err := c.Field(way+"Field", c.Config.String(way+"Field"), s)
	if err != nil {
		return nil, err
	}
	out := append(record.Schema(nil), s...)
	var convert func(fn.Value) (any, error)
	if toBlob {
		convert, err = c.toBlob(s[col])
		out[col] = record.New(s[col].Name, record.Blob, record.MaxVString)
	} else {
		convert, out[col], err = c.fromBlob(s[col])
	}
	if err != nil {
		return nil, err
	}
	return Outputs{"Output": c.each(in, out, func() func(*emitter, *record.Batch, int) error {
		return func(e *emitter, b *record.Batch, row int) error {
			for p := range s {
				if p != col {
					e.copy(p, b, row, p)
					continue
				}
				v := eval.At(b, row, col)
				if v.IsNull() {
					e.null(col)
					continue
				}
				converted, err := convert(v)
				if err != nil {
					return c.Errorf(diag.Failed, way+"Mode", "%s: %q: %v", s[col].Name, shorten(v.Text()), err)
				}
				e.value(col, converted)
			}
			return e.done()
		}
	})}, nil
}

// fromBlob makes the conversion of bytes to text and its field.
func (c *Context) fromBlob(f record.Field) (func(fn.Value) (any, error), record.Field, error) {
	mode, err := c.choice("from_Mode", "Text", "Base64", "Hex", "MD5")
	if err != nil {
		return nil, f, err
	}
	bytesOf, err := c.bytesOf(f)
	if err != nil {
		return nil, f, err
	}
	out := record.New(f.Name, record.VString, record.MaxVString)
	var text func(b []byte) (string, error)
	switch mode {
	case "MD5":
		out = record.New(f.Name, record.String, 2*md5.Size)
		text = func(b []byte) (string, error) { sum := md5.Sum(b); return hex.EncodeToString(sum[:]), nil }
	case "Hex":
		text = func(b []byte) (string, error) { return hex.EncodeToString(b), nil }
	case "Base64":
		text = func(b []byte) (string, error) { return base64.StdEncoding.EncodeToString(b), nil }
	default:
		page, err := c.textPage("from_textCodePage")
		if err != nil {
			return nil, f, err
		}
		out = record.New(f.Name, record.VWString, record.MaxVWString)
		text = func(b []byte) (string, error) {
			s, err := page.NewDecoder().Bytes(b)
			return string(s), err
		}
	}
	return func(v fn.Value) (any, error) {
		b, err := bytesOf(v)
		if err != nil {
			return nil, err
		}
		return text(b)
	}, out, nil
}

// bytesOf says what the bytes of a field's values are.
func (c *Context) bytesOf(f record.Field) (func(fn.Value) ([]byte, error), error) {
	switch {
	case f.Type.Kind() == record.KindBytes:
		return func(v fn.Value) ([]byte, error) { return []byte(v.Text()), nil }, nil
	case f.Type.IsString():
		page, _ := codepage.Lookup(28591)
		if f.Type.IsWide() {
			page, _ = codepage.Lookup(1200)
		}
		return func(v fn.Value) ([]byte, error) { return page.NewEncoder().Bytes([]byte(v.Text())) }, nil
	}
	return nil, c.Errorf(diag.BadType, "from_Field", "the field %q is neither bytes nor text", f.Name)
}

// toBlob makes the conversion of text to bytes.
func (c *Context) toBlob(f record.Field) (func(fn.Value) (any, error), error) {
	mode, err := c.choice("to_Mode", "Text", "Base64", "Hex")
	if err != nil {
		return nil, err
	}
	if !f.Type.IsString() {
		return nil, c.Errorf(diag.BadType, "to_Field", "the field %q is no text", f.Name)
	}
	switch mode {
	case "Base64":
		return func(v fn.Value) (any, error) {
			// Line breaks are common in it and mean nothing; so is a missing end.
			s := strings.TrimRight(strings.Join(strings.Fields(v.Text()), ""), "=")
			return base64.RawStdEncoding.DecodeString(s)
		}, nil
	case "Hex":
		return func(v fn.Value) (any, error) { return hex.DecodeString(strings.TrimSpace(v.Text())) }, nil
	}
	page, err := c.textPage("to_textCodePage")
	if err != nil {
		return nil, err
	}
	return func(v fn.Value) (any, error) { return page.NewEncoder().Bytes([]byte(v.Text())) }, nil
}

// textPage reads a code page as this tool writes them: a number, or UTF16.
func (c *Context) textPage(path string) (encoding.Encoding, error) {
	written := strings.ToUpper(strings.TrimSpace(c.Config.Value(path)))
	n := 65001
	switch written {
	case "", "UTF8", "UTF-8":
	case "UTF16", "UTF-16":
		n = 1200
	default:
		var err error
		if n, err = strconv.Atoi(written); err != nil {
			return nil, c.unsupported(path, written)
		}
	}
	page, ok := codepage.Lookup(n)
	if !ok {
		return nil, c.unsupported(path, written)
	}
	return page, nil
}
