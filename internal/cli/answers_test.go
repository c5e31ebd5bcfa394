package cli

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kickoff/gallery"
)

func TestParseAnswers(t *testing.T) {
	tests := []struct {
		name, in string
		want     []gallery.Answer
	}{
		{"object", `{"Region":"East","Top":12.50,"Detail":true,"Wide":"a=b"}`, []gallery.Answer{
			{Name: "Region", Value: "East"}, {Name: "Top", Value: "12.50"}, {Name: "Detail", Value: "True"}, {Name: "Wide", Value: "a=b"},
		}},
		{"object with a list", `{"Regions":["East","West"]}`, []gallery.Answer{{Name: "Regions", Value: "East"}, {Name: "Regions", Value: "West"}}},
		{"object with a name twice", `{"A":"1","A":"2"}`, []gallery.Answer{{Name: "A", Value: "1"}, {Name: "A", Value: "2"}}},
		{"array", `[{"name":"Region","value":"East"},{"name":"Off","value":false}]`, []gallery.Answer{{Name: "Region", Value: "East"}, {Name: "Off", Value: "False"}}},
		{"the API's body", `{"questions":[{"name":"Region","value":"East"}]}`, []gallery.Answer{{Name: "Region", Value: "East"}}},
		{"question called questions", `{"questions":["x"]}`, []gallery.Answer{{Name: "questions", Value: "x"}}},
		{"lines", "\uFEFF# comment\r\n\r\nRegion=East\r\nFormula= a = b \n", []gallery.Answer{{Name: "Region", Value: "East"}, {Name: "Formula", Value: " a = b"}}},
		{"big number", `{"n":12345678901234567890}`, []gallery.Answer{{Name: "n", Value: "12345678901234567890"}}},
	}
	for _, tt := range tests {
		got, err := parseAnswers([]byte(tt.in))
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
	for name, in := range map[string]string{
		"empty": " \n", "no equals sign": "Region", "no name": "=x", "null": `{"A":null}`, "object value": `{"A":{}}`, "cut off": `{"A":"x"`,
		"nested list": `{"A":[["x"]]}`, "more behind": `{"A":"x"} {"B":"y"}`, "nameless": `[{"value":"x"}]`, "valueless": `[{"name":"x"}]`, "empty name": `{"":"x"}`,
		"code page": "Caf\xe9=x",
	} {
		if got, err := parseAnswers([]byte(in)); err == nil {
			t.Errorf("%s: %v, want an error", name, got)
		}
	}
}

// FuzzAnswers: whatever is accepted reads the same when written in the API's form.
func FuzzAnswers(f *testing.F) {
	for _, s := range []string{
		`{"Region":"East","n":[1,2,true]}`, `[{"name":"a","value":"b"}]`, `{"questions":[{"name":"a","value":1e9}]}`, "a=b\n#c\nd==e", "\uFEFF{}", `{"a":"\ud800"}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		answers, err := parseAnswers(data)
		if err != nil || len(answers) == 0 {
			return
		}
		body, err := json.Marshal(struct {
			Questions []gallery.Answer `json:"questions"`
		}{answers})
		if err != nil {
			t.Fatal(err)
		}
		again, err := parseAnswers(body)
		if err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		twice, _ := json.Marshal(again)
		once, _ := json.Marshal(answers)
		if string(once) != string(twice) {
			t.Errorf("%s reads as %s", once, twice)
		}
	})
}
