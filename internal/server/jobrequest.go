package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"

	"kickoff/internal/store"
)

func isState(err error) bool { return errors.Is(err, store.ErrState) }

// jobRequest is what a client asks for when it runs a workflow.
type jobRequest struct {
	answers   []store.Answer
	priority  store.Priority
	workerTag string
}

// readJobRequest reads the body of POST …/jobs in all the forms that clients
// send (client reference, section 0.9): none, {}, questions missing, null, [],
// [[]] or an object of names and values; values that are no strings; the
// priority as a number, a numeric string or a name; any content type.
func readJobRequest(body io.Reader) (jobRequest, error) {
	req := jobRequest{priority: store.Medium}
	text, err := io.ReadAll(body)
	if err != nil {
		return req, bodyError(err)
	}
	text = bytes.TrimSpace(bytes.TrimPrefix(text, []byte("\ufeff")))
	if len(text) == 0 {
		return req, nil
	}
	var raw struct {
		Questions json.RawMessage `json:"questions"`
		Priority  json.RawMessage `json:"priority"`
		WorkerTag string          `json:"workerTag"`
	}
	if err := json.Unmarshal(text, &raw); err != nil {
		return req, failf(http.StatusBadRequest, "The body is no JSON of the form {\"questions\":[{\"name\":\"…\",\"value\":\"…\"}],\"priority\":\"1\"}: %s.", jsonProblem(err, text))
	}
	req.workerTag = raw.WorkerTag
	if p := strings.Trim(string(raw.Priority), `"`); p != "null" {
		if req.priority, err = store.ParsePriority(p); err != nil {
			return req, failf(http.StatusBadRequest, "The priority in the body: %v.", err)
		}
	}
	req.answers, err = readAnswers(raw.Questions)
	return req, err
}

// bodyError is the answer to a body that could not be read: it is the client's
// fault unless the server gave up.
func bodyError(err error) error {
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large), errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, os.ErrDeadlineExceeded):
		return failf(http.StatusRequestTimeout, "The body did not arrive within %v.", bodyTime)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return failf(http.StatusBadRequest, "The body was cut off before its end; nothing was stored.")
	}
	return failf(http.StatusBadRequest, "The body could not be read: %v.", err)
}

func readAnswers(raw json.RawMessage) ([]store.Answer, error) {
	bad := func(what string) error {
		return failf(http.StatusBadRequest, "The questions in the body: %s; want a list of {\"name\":\"…\",\"value\":\"…\"}.", what)
	}
	raw = bytes.TrimSpace(raw)
	switch {
	case len(raw) == 0 || string(raw) == "null":
		return nil, nil
	case raw[0] == '{':
		return readAnswerObject(raw)
	case raw[0] != '[':
		return nil, bad("they are neither a list nor an object")
	}
	var list []json.RawMessage
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, bad(err.Error())
	}
	var out []store.Answer
	for _, item := range list {
		var nothing []any
		if json.Unmarshal(item, &nothing) == nil && len(nothing) == 0 {
			continue // the [[]] of alterryx, or a null
		}
		var q struct {
			Name  *string `json:"name"`
			Value any     `json:"value"`
		}
		dec := json.NewDecoder(bytes.NewReader(item))
		dec.UseNumber()
		if err := dec.Decode(&q); err != nil {
			return nil, bad("an entry is no object with a name and a value")
		}
		if q.Name == nil {
			return nil, bad("an entry has no name")
		}
		value, ok := answerText(q.Value)
		if !ok {
			return nil, bad("the value of \"" + *q.Name + "\" is an object")
		}
		out = append(out, store.Answer{Name: *q.Name, Value: value})
	}
	return out, nil
}

// readAnswerObject reads {"Region":"East"}, keeping the order.
func readAnswerObject(raw json.RawMessage) ([]store.Answer, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	_, err := dec.Token() // the brace
	var out []store.Answer
	for err == nil && dec.More() {
		var name json.Token
		var value any
		if name, err = dec.Token(); err == nil {
			err = dec.Decode(&value)
		}
		if err != nil {
			break
		}
		text, ok := answerText(value)
		if !ok {
			return nil, failf(http.StatusBadRequest, "The answer to %.80q in the body is an object.", name)
		}
		out = append(out, store.Answer{Name: name.(string), Value: text})
	}
	if err != nil {
		return nil, failf(http.StatusBadRequest, "The questions in the body: %v.", err)
	}
	return out, nil
}

// answerText is the text of an answer. Answers are strings; numbers and
// booleans are taken as they are written, a list as JSON, which is how several
// items of a list are answered, and null as empty.
func answerText(v any) (string, bool) {
	switch v := v.(type) {
	case nil:
		return "", true
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		if v {
			return "True", true
		}
		return "False", true
	case []any:
		b, err := json.Marshal(v)
		return string(b), err == nil
	}
	return "", false
}

// jsonProblem says what is wrong with JSON and where.
func jsonProblem(err error, text []byte) string {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		before := text[:min(int(syntax.Offset), len(text))]
		line := 1 + bytes.Count(before, []byte("\n"))
		column := len(before) - bytes.LastIndexByte(before, '\n') - 1
		return failf(0, "line %d, column %d: %v", line, max(column, 1), err).message
	}
	return strings.TrimPrefix(err.Error(), "json: ")
}
