package gallery

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCheckAnswers(t *testing.T) {
	regions := []Item{{"East", "E"}, {"West, far", "W"}, {"E", "X"}}
	questions := []Question{
		{Name: "Region", Type: "QuestionListBox", Items: regions},
		{Name: "Regions", Type: "QuestionListBox", Items: regions, Multiple: true},
		{Name: "Open", Type: "QuestionDropDown"},
		{Name: "Start", Type: "QuestionDate"},
		{Name: "Top", Type: "QuestionNumericUpDown"},
		{Name: "Detail", Type: "QuestionBooleanGroup"},
		{Name: "Text", Type: "QuestionTextBox"},
		{Name: "Odd", Type: "QuestionUnheardOf"},
	}
	good := []struct{ name, value, want string }{
		{"Region", "E", "E"},
		{"Region", "East", "E"},
		{"Region", "east", "E"},
		{"Region", "West, far", "W"},
		{"Regions", "E,W", "E,W"},
		{"Regions", "West, far", "W"},
		{"Open", "anything", "anything"},
		{"Start", "2021-02-28", "2021-02-28"},
		{"Top", "-1.5e3", "-1.5e3"},
		{"Detail", "TRUE", "True"},
		{"Detail", "0", "False"},
		{"Text", "", ""},
		{"Odd", "x", "x"},
	}
	for _, tt := range good {
		got, bad := CheckAnswers(questions, []Answer{{tt.name, tt.value}})
		if len(bad) > 0 || len(got) != 1 || got[0] != (Answer{tt.name, tt.want}) {
			t.Errorf("%s=%s: %v, %v; want %q", tt.name, tt.value, got, bad, tt.want)
		}
	}
	bad := []struct{ name, value, want, hint string }{
		{"Region", "North", `answer "Region" is "North", which is none of the choices`, "the choices are: E, W, X"},
		{"Region", "E,W", `answer "Region" is "E,W", which is none of the choices`, "the choices are: E, W, X"},
		{"Regions", "East, west, far", `answer "Regions" holds "west", which is none of the choices`, "the choices are: E, W, X"},
		{"region", "E", `answer "region" fits no question`, `the question's name is "Region"`},
		{"Zone", "E", `answer "Zone" fits no question`, "the questions are: Region, Regions, Open, Start, Top, Detail, Text, Odd"},
		{"Start", "28/02/2021", `answer "Start" is "28/02/2021", which is no date`, "write it as YYYY-MM-DD"},
		{"Start", "2021-02-30", `answer "Start" is "2021-02-30", which is no date`, "write it as YYYY-MM-DD"},
		{"Top", "many", `answer "Top" is "many", which is no number`, "write digits with a point, such as 12.5"},
		{"Top", "NaN", `answer "Top" is "NaN", which is no number`, "write digits with a point, such as 12.5"},
		{"Detail", "maybe", `answer "Detail" is "maybe", which is neither true nor false`, "write True or False"},
	}
	for _, tt := range bad {
		got, errs := CheckAnswers(questions, []Answer{{tt.name, tt.value}})
		if len(errs) != 1 || len(got) != 0 || errs[0].Error() != tt.want || errs[0].Hint != tt.hint {
			t.Errorf("%s=%s: %v, %v", tt.name, tt.value, got, errs)
		}
	}
	_, errs := CheckAnswers(questions, []Answer{{"Text", "a"}, {"Text", "b"}, {"Nope", ""}})
	var got []string
	for _, e := range errs {
		got = append(got, e.Error())
	}
	if diff := cmp.Diff([]string{`answer "Text" is given twice`, `answer "Nope" fits no question`}, got); diff != "" {
		t.Error(diff)
	}
	several, errs := CheckAnswers(questions, []Answer{{"Regions", "East"}, {"Text", "a"}, {"Regions", "West, far"}})
	if diff := cmp.Diff([]Answer{{"Regions", "E,W"}, {"Text", "a"}}, several); diff != "" || len(errs) > 0 {
		t.Error(diff, errs)
	}
	if _, errs := CheckAnswers(nil, []Answer{{"A", "b"}}); len(errs) != 1 || errs[0].Hint != "this workflow asks no questions" {
		t.Errorf("%v", errs)
	}
}
