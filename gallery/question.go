package gallery

import (
	"context"
	"encoding/json"
)

// A Question is one that an app asks before it runs (section 3.2).
type Question struct {
	Name        string
	Type        string // QuestionTextBox, QuestionListBox, … (section 8.6)
	Description string
	Default     string // "" where there is none
	Items       []Item // the choices of a list, else empty
	Multiple    bool   // several of the items may be chosen
}

// An Item is one choice: the text shown and the value to answer with.
type Item struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

type questionWire struct {
	Name         string  `json:"name"`
	Type         string  `json:"type"`
	QuestionType string  `json:"questionType,omitempty"` // V3's name of type
	Description  string  `json:"description"`
	Value        *string `json:"value,omitempty"`
	Multiple     flag    `json:"multiple"` // V1: "True" or "False"; V3: a boolean
	Items        []Item  `json:"items,omitempty"`
}

// UnmarshalJSON reads the forms of V1 and V3.
func (q *Question) UnmarshalJSON(data []byte) error {
	var w questionWire
	if err := json.Unmarshal(data, &w); err != nil {
		return err
	}
	*q = Question{Name: w.Name, Type: w.Type, Description: w.Description, Items: w.Items, Multiple: bool(w.Multiple)}
	if q.Type == "" {
		q.Type = w.QuestionType
	}
	if w.Value != nil {
		q.Default = *w.Value
	}
	return nil
}

// MarshalJSON writes V1's members, with multiple as a boolean.
func (q Question) MarshalJSON() ([]byte, error) {
	return json.Marshal(questionWire{
		Name: q.Name, Type: q.Type, Description: q.Description,
		Value: &q.Default, Multiple: flag(q.Multiple), Items: q.Items,
	})
}

// Questions returns the questions of an app, in its order; a workflow that is
// no app has none (section 3, operation 2).
func (c *Client) Questions(ctx context.Context, appID string) ([]Question, error) {
	id, err := element("workflow", appID)
	if err != nil {
		return nil, err
	}
	var questions []Question
	if err := c.getJSON(ctx, "v1/workflows/"+id+"/questions/", nil, &questions); err != nil {
		return nil, err
	}
	return questions, nil
}
