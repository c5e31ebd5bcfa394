package gallery

import (
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const workflowList = "\uFEFF" + `[{"id":"w1","subscriptionId":"s1","public":false,"runDisabled":false,"packageType":0,
  "uploadDate":"2016-08-11T16:49:40.732Z","fileName":"Demo.yxwz","metaInfo":{"name":"Demo","description":"d","author":"a",
  "copyright":"","url":"","urlText":"","outputMessage":"","noOutputFilesMessage":""},
  "isChained":false,"version":1,"runCount":3,"workerTag":null,"isE2":true}]`

func TestWorkflows(t *testing.T) {
	c, mux := setup(t, "/gallery/api")
	calls := 0
	mux.HandleFunc("/v1/workflows/subscription/{$}", func(w http.ResponseWriter, r *http.Request) {
		if calls++; calls == 1 {
			io.WriteString(w, workflowList)
			return
		}
		io.WriteString(w, "[]")
	})
	var got []Workflow
	for w, err := range c.Workflows(background(t), ListOptions{}) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, w)
	}
	want := []Workflow{{
		ID: "w1", SubscriptionID: "s1", FileName: "Demo.yxwz", Version: 1, RunCount: 3,
		UploadDate: Time{time.Date(2016, 8, 11, 16, 49, 40, 732e6, time.UTC)},
		MetaInfo:   MetaInfo{Name: "Demo", Description: "d", Author: "a"},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestQuestions(t *testing.T) {
	c, mux := setup(t, "/gallery/api")
	answer(t, mux, "GET", "/v1/workflows/w1/questions/", `[
	  {"name":"Region","type":"QuestionListBox","description":"Pick","multiple":"True","items":[{"key":"East","value":"E"}]},
	  {"description":"Start date","name":"Start","type":"QuestionDate"},
	  {"name":"V3","questionType":"QuestionTextBox","value":"x","multiple":false,"items":null}]`)
	got, err := c.Questions(background(t), "w1")
	if err != nil {
		t.Fatal(err)
	}
	want := []Question{
		{Name: "Region", Type: "QuestionListBox", Description: "Pick", Multiple: true, Items: []Item{{"East", "E"}}},
		{Name: "Start", Type: "QuestionDate", Description: "Start date"},
		{Name: "V3", Type: "QuestionTextBox", Default: "x"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestJobInBothFamilies(t *testing.T) {
	want := Job{
		ID: "j1", AppID: "w1", Status: Completed, Disposition: Success, Priority: Medium,
		CreateDate: Time{time.Date(2018, 10, 17, 13, 58, 43, 975913200, time.UTC)},
		Outputs:    []Output{{ID: "o1", Name: "out.csv", Formats: []string{"Raw", "Csv"}}},
		Messages:   []Message{{Status: Info, Text: "12 records", ToolID: 4}},
	}
	for name, body := range map[string]string{
		"v1": `{"id":"j1","appId":"w1","createDate":"2018-10-17T13:58:43.9759132Z","status":"Completed","disposition":"Success",
		  "outputs":[{"id":"o1","name":"out.csv","formats":["Raw","Csv"]}],"messages":[{"status":1,"text":"12 records","toolId":4}],
		  "priority":1,"workerTag":null}`,
		"v3": `{"id":"j1","appId":"w1","createDateTime":"2018-10-17T13:58:43.9759132Z","status":"Completed","disposition":"Success",
		  "outputs":[{"id":"o1","fileName":"out.csv","availableFormats":["Raw","Csv"]}],"messages":[{"status":1,"text":"12 records","toolId":4}],
		  "priority":"Medium","workerTag":"","runWithE2":true}`,
	} {
		var got Job
		if err := json.Unmarshal([]byte(body), &got); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestTime(t *testing.T) {
	at := func(nsec int) time.Time { return time.Date(2018, 10, 17, 13, 58, 43, nsec, time.UTC) }
	tests := []struct {
		in   string
		want time.Time
	}{
		{`"2018-10-17T13:58:43Z"`, at(0)},
		{`"2018-10-17T13:58:43.9Z"`, at(900e6)},
		{`"2018-10-17T13:58:43.732Z"`, at(732e6)},
		{`"2018-10-17T13:58:43.9759132Z"`, at(975913200)},
		{`"2018-10-17T15:58:43+02:00"`, at(0)},
		{`"2018-10-17T13:58:43.9759132"`, at(975913200)},
		{`"2018-10-17 13:58:43"`, at(0)},
		{`"2018-10-17"`, time.Date(2018, 10, 17, 0, 0, 0, 0, time.UTC)},
		{`""`, time.Time{}},
		{`null`, time.Time{}},
	}
	for _, tt := range tests {
		var got Time
		if err := json.Unmarshal([]byte(tt.in), &got); err != nil || !got.Equal(tt.want) {
			t.Errorf("%s = %v, %v; want %v", tt.in, got, err, tt.want)
		}
	}
	for _, in := range []string{`"yesterday"`, `12`, `"2018-13-01T00:00:00Z"`} {
		var got Time
		if err := json.Unmarshal([]byte(in), &got); err == nil {
			t.Errorf("%s = %v, want an error", in, got)
		}
	}
}

func TestEnums(t *testing.T) {
	for in, want := range map[string]Priority{
		`0`: Low, `"0"`: Low, `"low"`: Low, `1`: Medium, `"High"`: High, `3`: Critical, `"Default"`: DefaultPriority, `null`: DefaultPriority,
	} {
		var got Priority
		if err := json.Unmarshal([]byte(in), &got); err != nil || got != want {
			t.Errorf("priority %s = %v, %v; want %v", in, got, err, want)
		}
	}
	for in, want := range map[string]PackageType{`0`: App, `1`: Module, `"Module"`: Module, `"macro"`: Macro, `"2"`: Macro, `7`: 7} {
		var got PackageType
		if err := json.Unmarshal([]byte(in), &got); err != nil || got != want {
			t.Errorf("package type %s = %v, %v; want %v", in, got, err, want)
		}
	}
	for _, in := range []string{`"urgent"`, `1.5`, `{}`} {
		var p Priority
		if err := json.Unmarshal([]byte(in), &p); err == nil {
			t.Errorf("priority %s = %v, want an error", in, p)
		}
	}
	for _, p := range []Priority{DefaultPriority, Low, Medium, High, Critical} {
		data, err := json.Marshal(p)
		var back Priority
		if err != nil || json.Unmarshal(data, &back) != nil || back != p {
			t.Errorf("%v written as %s reads as %v", p, data, back)
		}
		if named, err := ParsePriority(p.String()); err != nil || named != p {
			t.Errorf("ParsePriority(%q) = %v, %v", p.String(), named, err)
		}
	}
}

func TestRunBody(t *testing.T) {
	tests := []struct {
		o    RunOptions
		want string
	}{
		{RunOptions{}, `{"questions":[]}`},
		{
			RunOptions{Answers: []Answer{{"Region", "East"}}, Priority: Low},
			`{"questions":[{"name":"Region","value":"East"}],"priority":"0"}`,
		},
		{RunOptions{Priority: Critical}, `{"questions":[],"priority":"3"}`},
	}
	for _, tt := range tests {
		c, mux := setup(t, "/gallery/api")
		mux.HandleFunc("POST /v1/workflows/w1/jobs/{$}", func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			if string(body) != tt.want {
				t.Errorf("body = %s, want %s", body, tt.want)
			}
			if ct := r.Header.Get("Content-Type"); ct != "application/json" {
				t.Errorf("Content-Type = %q", ct)
			}
			io.WriteString(w, `{"id":"j1","appId":null,"createDate":"2018-10-17T13:58:43.9759132Z","status":"Queued",
			  "disposition":"None","outputs":[],"messages":[],"priority":0,"workerTag":null}`)
		})
		job, err := c.Run(background(t), "w1", tt.o)
		if err != nil {
			t.Fatal(err)
		}
		if job.ID != "j1" || job.Ended() || job.Succeeded() {
			t.Errorf("job = %+v", job)
		}
	}
}
