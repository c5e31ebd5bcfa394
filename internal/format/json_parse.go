package format

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// JSONKind is the kind of a scalar value of a JSON document.
type JSONKind uint8

// The kinds. An empty object or array is a JSONNull.
const (
	JSONNull JSONKind = iota
	JSONString
	JSONInt // a whole number that Int64 holds
	JSONFloat
	JSONBool
)

// JSONValue is one scalar of a document, with its path.
type JSONValue struct {
	// Name is the path: names and positions from 0, joined by points, "data.0.name".
	// The value of a document that is a scalar has the empty path.
	Name string
	Kind JSONKind
	// Text is the value as text: a number as it is written, true or false; empty for JSONNull.
	Text  string
	Int   int64
	Float float64 // for JSONInt too
}

// maxJSONDepth bounds the nesting of a document.
const maxJSONDepth = 10_000

// ParseJSON calls emit for every scalar of the document text, in order: what
// JSON Parse makes rows of. An error says at which byte, from 1, the text is no JSON.
func ParseJSON(text string, emit func(JSONValue) error) error {
	p := newJSONParser(strings.NewReader(text), emit)
	if err := p.document(""); err != nil {
		return p.place(err)
	}
	if _, err := p.dec.Token(); err != io.EOF {
		return fmt.Errorf("byte %d: text behind the end of the JSON", p.dec.InputOffset()+1)
	}
	return nil
}

type jsonParser struct {
	dec  *json.Decoder
	emit func(JSONValue) error
	path []byte
}

func newJSONParser(r io.Reader, emit func(JSONValue) error) *jsonParser {
	p := &jsonParser{dec: json.NewDecoder(r), emit: emit}
	p.dec.UseNumber()
	return p
}

// stopError is an error of emit, which is not one of the text.
type stopError struct{ err error }

func (s stopError) Error() string { return s.err.Error() }

func (p *jsonParser) place(err error) error {
	var stop stopError
	if errors.As(err, &stop) {
		return stop.err
	}
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	at := p.dec.InputOffset()
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) && syntax.Offset > 0 {
		at = syntax.Offset - 1
	}
	return fmt.Errorf("byte %d: not JSON: %w", at+1, err)
}

// document reads one value whose path is name.
func (p *jsonParser) document(name string) error {
	p.path = append(p.path[:0], name...)
	tok, err := p.dec.Token()
	if err != nil {
		return err
	}
	return p.value(tok, 0)
}

func (p *jsonParser) value(tok json.Token, depth int) error {
	d, ok := tok.(json.Delim)
	if !ok {
		return p.scalar(tok)
	}
	if depth > maxJSONDepth {
		return fmt.Errorf("nested deeper than %d", maxJSONDepth)
	}
	base, n := len(p.path), 0
	for ; p.dec.More(); n++ {
		tok, err := p.dec.Token()
		if err != nil {
			return err
		}
		if base > 0 {
			p.path = append(p.path, '.')
		}
		if d == '{' {
			key, ok := tok.(string)
			if !ok {
				return errors.New("a name is expected")
			}
			p.path = append(p.path, key...)
			if tok, err = p.dec.Token(); err != nil {
				return err
			}
		} else {
			p.path = strconv.AppendInt(p.path, int64(n), 10)
		}
		if err := p.value(tok, depth+1); err != nil {
			return err
		}
		p.path = p.path[:base]
	}
	if _, err := p.dec.Token(); err != nil { // the end of the object or array
		return err
	}
	if n == 0 {
		return p.scalar(nil)
	}
	return nil
}

func (p *jsonParser) scalar(tok json.Token) error {
	v := JSONValue{Name: string(p.path)}
	switch t := tok.(type) {
	case string:
		v.Kind, v.Text = JSONString, t
	case bool:
		v.Kind, v.Text = JSONBool, strconv.FormatBool(t)
	case json.Number:
		v.Text = t.String()
		v.Float, _ = t.Float64()
		v.Kind = JSONFloat
		if n, err := strconv.ParseInt(v.Text, 10, 64); err == nil {
			v.Kind, v.Int = JSONInt, n
		}
	}
	if err := p.emit(v); err != nil {
		return stopError{err}
	}
	return nil
}
