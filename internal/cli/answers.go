package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"kickoff/gallery"
)

// maxAnswers bounds an answers file.
const maxAnswers = 16 << 20

// readAnswers collects the answers of a file ("-": standard input), if one is
// named, and of name=value arguments. An argument beats the file.
func (a *app) readAnswers(file string, pairs []string) ([]gallery.Answer, error) {
	var own []gallery.Answer
	named := map[string]bool{}
	for _, p := range pairs {
		answer, err := parsePair(p)
		if err != nil {
			return nil, usageError("write -a 'Name=value'", "--answer: %w", err)
		}
		own = append(own, answer)
		named[answer.Name] = true
	}
	if file == "" {
		return own, nil
	}
	data, err := a.readInput(file, maxAnswers)
	if err != nil {
		return nil, usageError("", "--answers: %w", err)
	}
	fromFile, err := parseAnswers(data)
	if err != nil {
		return nil, usageError(`write {"Name": "value"}, or one Name=value a line`, "--answers %s: %w", file, err)
	}
	var all []gallery.Answer
	for _, answer := range fromFile {
		if !named[answer.Name] {
			all = append(all, answer)
		}
	}
	return append(all, own...), nil
}

func (a *app) readInput(file string, limit int64) ([]byte, error) {
	in := a.In
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	data, err := io.ReadAll(io.LimitReader(in, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("%s is longer than %d MiB", file, limit>>20)
	}
	return data, err
}

func parsePair(s string) (gallery.Answer, error) {
	name, value, ok := strings.Cut(s, "=")
	if !ok {
		return gallery.Answer{}, fmt.Errorf("%q has no '='", s)
	}
	if name = strings.TrimSpace(name); name == "" {
		return gallery.Answer{}, fmt.Errorf("%q has no name", s)
	}
	return gallery.Answer{Name: name, Value: value}, nil
}

// parseAnswers reads a file of answers, in one of four forms: a JSON object of
// names and values; a JSON array of {"name", "value"}; the API's own body
// {"questions": [...]}; or lines of name=value, where empty lines and lines
// beginning with # mean nothing. A JSON value is a string, a number, a boolean,
// or an array of these where several items may be chosen.
func parseAnswers(data []byte) ([]gallery.Answer, error) {
	data = bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\uFEFF")))
	if len(data) == 0 {
		return nil, errors.New("the file is empty")
	}
	if !utf8.Valid(data) {
		return nil, errors.New("the file is not UTF-8: its letters would be replaced")
	}
	switch data[0] {
	case '{':
		return parseAnswerObject(data)
	case '[':
		return parseAnswerList(data)
	}
	var answers []gallery.Answer
	for i, line := range strings.Split(string(data), "\n") {
		line = strings.TrimRight(line, "\r")
		if t := strings.TrimSpace(line); t == "" || t[0] == '#' {
			continue
		}
		answer, err := parsePair(line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
		answers = append(answers, answer)
	}
	return answers, nil
}

// parseAnswerObject reads members in order and keeps repeated names, of which
// a map would keep the last without a word.
func parseAnswerObject(data []byte) ([]gallery.Answer, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	var answers []gallery.Answer
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, err
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, err
		}
		if name == "questions" && bytes.HasPrefix(value, []byte("[")) && bytes.Contains(value, []byte("{")) {
			list, err := parseAnswerList(value)
			if err != nil {
				return nil, err
			}
			answers = append(answers, list...)
			continue
		}
		more, err := answerValues(name.(string), value) // a member's name is a string, or Token fails
		if err != nil {
			return nil, err
		}
		answers = append(answers, more...)
	}
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("there is more after the JSON object")
	}
	return answers, nil
}

func parseAnswerList(data []byte) ([]gallery.Answer, error) {
	var list []struct {
		Name  *string         `json:"name"`
		Value json.RawMessage `json:"value"`
	}
	if err := json.Unmarshal(data, &list); err != nil {
		return nil, err
	}
	var answers []gallery.Answer
	for i, item := range list {
		if item.Name == nil {
			return nil, fmt.Errorf("answer %d has no name", i+1)
		}
		more, err := answerValues(*item.Name, item.Value)
		if err != nil {
			return nil, err
		}
		answers = append(answers, more...)
	}
	return answers, nil
}

// answerValues makes one answer of a scalar and one each of an array's.
func answerValues(name string, raw json.RawMessage) ([]gallery.Answer, error) {
	if strings.TrimSpace(name) == "" {
		return nil, errors.New("an answer's name is empty")
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber() // numbers keep their digits
	var value any
	if err := d.Decode(&value); err != nil {
		return nil, fmt.Errorf("answer %q has no value", name)
	}
	values, ok := value.([]any)
	if !ok {
		values = []any{value}
	}
	var answers []gallery.Answer
	for _, v := range values {
		s, err := answerText(v)
		if err != nil {
			return nil, fmt.Errorf("answer %q: %w", name, err)
		}
		answers = append(answers, gallery.Answer{Name: name, Value: s})
	}
	return answers, nil
}

func answerText(v any) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case json.Number:
		return v.String(), nil
	case bool:
		if v {
			return "True", nil
		}
		return "False", nil
	}
	return "", errors.New("a value has to be a string, a number, true or false, or a list of these")
}
