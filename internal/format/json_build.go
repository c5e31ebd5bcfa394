package format

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// BuildJSON makes a document of values with paths, the inverse of ParseJSON:
// what JSON Build does with the rows of a group. Members stand in the order of
// their first appearance; an object whose names are 0, 1, 2 … in order is an
// array. A path that is both a value and the beginning of another, or that
// occurs twice, is an error.
func BuildJSON(values []JSONValue) (string, error) {
	if len(values) == 1 && values[0].Name == "" {
		b, err := appendJSONValue(nil, values[0])
		return string(b), err
	}
	root := &jsonNode{}
	for _, v := range values {
		n := root
		for _, part := range strings.Split(v.Name, ".") {
			if n.value != nil {
				return "", fmt.Errorf("json: %q goes on where a value stands", v.Name)
			}
			n = n.child(part)
		}
		if n.value != nil || len(n.list) > 0 {
			return "", fmt.Errorf("json: %q occurs twice, or has members and a value", v.Name)
		}
		n.value = &v
	}
	b, err := root.append(nil)
	return string(b), err
}

type jsonNode struct {
	name  string
	value *JSONValue
	list  []*jsonNode
	index map[string]*jsonNode
}

func (n *jsonNode) child(name string) *jsonNode {
	if c, ok := n.index[name]; ok {
		return c
	}
	if n.index == nil {
		n.index = map[string]*jsonNode{}
	}
	c := &jsonNode{name: name}
	n.index[name] = c
	n.list = append(n.list, c)
	return c
}

func (n *jsonNode) isArray() bool {
	for i, c := range n.list {
		if c.name != strconv.Itoa(i) {
			return false
		}
	}
	return len(n.list) > 0
}

func (n *jsonNode) append(b []byte) ([]byte, error) {
	if n.value != nil {
		return appendJSONValue(b, *n.value)
	}
	array := n.isArray()
	open, end := byte('{'), byte('}')
	if array {
		open, end = '[', ']'
	}
	b = append(b, open)
	for i, c := range n.list {
		if i > 0 {
			b = append(b, ',')
		}
		if !array {
			b = append(appendJSONString(b, c.name), ':')
		}
		var err error
		if b, err = c.append(b); err != nil {
			return b, err
		}
	}
	return append(b, end), nil
}

func appendJSONValue(b []byte, v JSONValue) ([]byte, error) {
	switch v.Kind {
	case JSONString:
		return appendJSONString(b, v.Text), nil
	case JSONInt:
		return strconv.AppendInt(b, v.Int, 10), nil
	case JSONFloat:
		if math.IsNaN(v.Float) || math.IsInf(v.Float, 0) {
			return b, fmt.Errorf("json: %q is not a finite number", v.Name)
		}
		return AppendDouble(b, v.Float, 64), nil
	case JSONBool:
		return strconv.AppendBool(b, strings.EqualFold(v.Text, "true")), nil
	}
	return append(b, "null"...), nil
}

// appendJSONString appends s as a JSON string, without the escapes that only
// HTML needs.
func appendJSONString(b []byte, s string) []byte {
	var out strings.Builder
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.Encode(s) // cannot fail for a string
	return append(b, strings.TrimSuffix(out.String(), "\n")...)
}
