package compile

import (
	"slices"
	"sort"
	"strings"

	"kickoff/workflow"
)

// takeAnswer takes the answer to a question out of the answers given. A
// question is named by its name or, ignoring case, by its name or its text.
func takeAnswer(answers map[string][]string, q *workflow.Question) ([]string, bool) {
	if v, ok := answers[q.Name]; ok {
		delete(answers, q.Name)
		return v, true
	}
	for _, name := range sortedKeys(answers) {
		if strings.EqualFold(name, q.Name) || q.Description != "" && strings.EqualFold(name, q.Description) {
			v := answers[name]
			delete(answers, name)
			return v, true
		}
	}
	return nil, false
}

// chooseRadio takes the default choice of radio buttons back where an answer chooses
// another one of the same tab or group, as the form does.
func chooseRadio(qs []*workflow.Question, answered map[int]bool, values map[int]string) {
	chosen := slices.ContainsFunc(qs, func(q *workflow.Question) bool {
		return q.Type == workflow.RadioGroup && answered[q.ToolID] && truth(values[q.ToolID])
	})
	for _, q := range qs {
		if chosen && q.Type == workflow.RadioGroup && !answered[q.ToolID] {
			values[q.ToolID] = "False"
		}
		chooseRadio(q.Questions, answered, values)
	}
}

// questionHint lists the questions that there are.
func (f *frame) questionHint() string {
	var names []string
	for _, q := range f.doc.Questions() {
		names = append(names, q.Name)
	}
	if len(names) == 0 {
		return "the workflow asks no questions"
	}
	return "its questions are: " + strings.Join(names, ", ")
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
