package workflow

import (
	"encoding/json"
	"strings"
	"time"
)

// Values is Value for the answers of a client that names a question again for
// each item of a list.
func (q *Question) Values(answers []string) (string, error) {
	switch {
	case len(answers) == 1:
		return q.Value(answers[0])
	case len(answers) == 0:
		return q.Value("")
	case !q.Multiple || q.Type != ListBox && q.Type != Tree:
		return "", errorAt(0, "the question takes one answer, not %d", len(answers))
	}
	chosen := make([]Item, len(answers))
	for i, a := range answers {
		var err error
		if chosen[i], err = q.item(a); err != nil {
			return "", err
		}
	}
	return q.join(chosen), nil
}

// list turns an answer to a list into the text that actions take.
func (q *Question) list(answer string) (string, error) {
	if !q.Multiple {
		it, err := q.item(answer)
		return it.Value, err
	}
	var chosen []Item
	for _, part := range q.split(answer) {
		it, err := q.item(part)
		if err != nil {
			return "", err
		}
		chosen = append(chosen, it)
	}
	return q.join(chosen), nil
}

// split takes an answer with several choices apart.
func (q *Question) split(answer string) []string {
	trimmed := strings.TrimSpace(answer)
	if trimmed == "" {
		return nil
	}
	if parts, ok := jsonChoices(trimmed); ok {
		return parts
	}
	if _, err := q.item(answer); err == nil && q.Items != nil {
		return []string{answer}
	}
	if strings.Contains(answer, "\n") {
		return nonEmpty(strings.Split(answer, "\n"))
	}
	return nonEmpty(strings.Split(answer, ","))
}

func nonEmpty(parts []string) []string {
	var out []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// jsonChoices reads ["a","b"] and what the gallery's own form sends,
// [{"key":"a","value":"true"}], where only the keys with a true value count.
func jsonChoices(s string) ([]string, bool) {
	if s[0] != '[' {
		return nil, false
	}
	var names []string
	if json.Unmarshal([]byte(s), &names) == nil {
		return names, true
	}
	var pairs []struct{ Key, Value string }
	if json.Unmarshal([]byte(s), &pairs) != nil {
		return nil, false
	}
	names = nil
	for _, p := range pairs {
		if strings.EqualFold(p.Value, "true") {
			names = append(names, p.Key)
		}
	}
	return names, true
}

// item finds an item by its value, else by its label, else by either ignoring
// case. Where the items are not known, any text is one.
func (q *Question) item(s string) (Item, error) {
	if q.Items == nil {
		return Item{s, s}, nil
	}
	for _, same := range []func(Item) bool{
		func(it Item) bool { return it.Value == s },
		func(it Item) bool { return it.Label == s },
		func(it Item) bool { return strings.EqualFold(it.Value, s) },
		func(it Item) bool { return strings.EqualFold(it.Label, s) },
	} {
		for _, it := range q.Items {
			if same(it) {
				return it, nil
			}
		}
	}
	var labels []string
	for i, it := range q.Items {
		if i == 10 {
			labels = append(labels, "...")
			break
		}
		labels = append(labels, it.Label)
	}
	return Item{}, errorAt(0, "%q is not one of the choices: %s", s, strings.Join(labels, ", "))
}

func validDate(s string) bool {
	_, err := time.Parse("2006-01-02", s)
	return err == nil
}
