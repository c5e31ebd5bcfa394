package gallery

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// An Answer to one of an app's questions. Values are always strings
// (section 3.3): True or False for a check box, YYYY-MM-DD for a date, the
// item's value for a list, values separated by commas where several may be chosen.
type Answer struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// An AnswerError says why an answer fits no question.
type AnswerError struct {
	Name   string // of the answer
	Reason string
	Hint   string // what would fit; may be empty
}

// Error gives the name and the reason.
func (e *AnswerError) Error() string { return fmt.Sprintf("answer %q %s", e.Name, e.Reason) }

// CheckAnswers compares answers with an app's questions and returns the
// answers to send, with item values and truth values in the app's own
// spelling, and every answer that does not fit. Several answers to a question
// that takes several items become one. Questions without an answer are no
// error: they keep their default.
func CheckAnswers(questions []Question, answers []Answer) ([]Answer, []*AnswerError) {
	byName := map[string]Question{}
	var names []string
	for _, q := range questions {
		byName[q.Name] = q
		names = append(names, q.Name)
	}
	var checked []Answer
	var bad []*AnswerError
	given := map[string]int{} // name to its place in checked, from 1; -1 for one that does not fit
	for _, a := range answers {
		q, ok := byName[a.Name]
		switch {
		case !ok:
			bad = append(bad, &AnswerError{a.Name, "fits no question", questionHint(a.Name, names)})
			continue
		case given[a.Name] != 0 && !q.Multiple:
			bad = append(bad, &AnswerError{a.Name, "is given twice", ""})
			continue
		}
		value, reason, hint := q.check(a.Value)
		switch at := given[a.Name]; {
		case reason != "":
			bad = append(bad, &AnswerError{a.Name, reason, hint})
			given[a.Name] = -1
		case at > 0:
			checked[at-1].Value += "," + value
		case at == 0:
			checked = append(checked, Answer{a.Name, value})
			given[a.Name] = len(checked)
		}
	}
	return checked, bad
}

func questionHint(name string, names []string) string {
	for _, n := range names {
		if strings.EqualFold(strings.TrimSpace(n), strings.TrimSpace(name)) {
			return fmt.Sprintf("the question's name is %q", n)
		}
	}
	if len(names) == 0 {
		return "this workflow asks no questions"
	}
	return "the questions are: " + strings.Join(names, ", ")
}

// check returns value in the question's spelling, or why it does not fit.
// Types that are not known here are left to the server.
func (q Question) check(value string) (string, string, string) {
	switch strings.TrimPrefix(q.Type, "Question") {
	case "ListBox", "DropDown", "RadioGroup", "RadioButton", "RadioButtonGroup":
		return q.checkItems(value)
	case "CheckBox", "Boolean", "BooleanGroup":
		if b, err := strconv.ParseBool(strings.ToLower(value)); err == nil {
			if b {
				return "True", "", ""
			}
			return "False", "", ""
		}
		return "", fmt.Sprintf("is %q, which is neither true nor false", value), "write True or False"
	case "Date":
		if _, err := time.Parse(time.DateOnly, value); err != nil {
			return "", fmt.Sprintf("is %q, which is no date", value), "write it as YYYY-MM-DD"
		}
	case "NumericUpDown":
		if f, err := strconv.ParseFloat(value, 64); err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
			return "", fmt.Sprintf("is %q, which is no number", value), "write digits with a point, such as 12.5"
		}
	}
	return value, "", ""
}

// checkItems finds a choice by its value first, then by the text shown, then
// by either in another case. A question whose items come from data has none
// here, and takes any value.
func (q Question) checkItems(value string) (string, string, string) {
	if len(q.Items) == 0 {
		return value, "", ""
	}
	if v, ok := q.item(value); ok {
		return v, "", ""
	}
	if !q.Multiple {
		return "", fmt.Sprintf("is %q, which is none of the choices", value), q.choices()
	}
	var values []string
	for part := range strings.SplitSeq(value, ",") {
		v, ok := q.item(strings.TrimSpace(part))
		if !ok {
			return "", fmt.Sprintf("holds %q, which is none of the choices", strings.TrimSpace(part)), q.choices()
		}
		values = append(values, v)
	}
	return strings.Join(values, ","), "", ""
}

func (q Question) item(value string) (string, bool) {
	same := []func(Item) bool{
		func(i Item) bool { return i.Value == value },
		func(i Item) bool { return i.Key == value },
		func(i Item) bool { return strings.EqualFold(i.Value, value) || strings.EqualFold(i.Key, value) },
	}
	for _, is := range same {
		for _, i := range q.Items {
			if is(i) {
				return i.Value, true
			}
		}
	}
	return "", false
}

func (q Question) choices() string {
	const most = 12
	var shown []string
	for _, i := range q.Items[:min(len(q.Items), most)] {
		shown = append(shown, i.Value)
	}
	s := "the choices are: " + strings.Join(shown, ", ")
	if n := len(q.Items) - most; n > 0 {
		s += fmt.Sprintf(" and %d more", n)
	}
	return s
}
