package compile

import (
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
