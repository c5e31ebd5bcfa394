package gallery

import (
	"context"
	"encoding/json"
	"iter"
	"net/http"
	"net/url"
	"strconv"
)

// A Job is one run of a workflow (section 3.4).
type Job struct {
	ID          string      `json:"id"`
	AppID       string      `json:"appId"` // "" where the server does not say
	CreateDate  Time        `json:"createDate"`
	Status      Status      `json:"status"`
	Disposition Disposition `json:"disposition"`
	Outputs     []Output    `json:"outputs"`  // empty until the job has ended
	Messages    []Message   `json:"messages"` // empty where they were not asked for
	Priority    Priority    `json:"priority"`
	WorkerTag   string      `json:"workerTag"`
}

// Ended reports whether the job is over, whatever came of it.
func (j *Job) Ended() bool { return j.Status.Ended() }

// Succeeded reports whether the job is over and went well.
func (j *Job) Succeeded() bool { return j.Ended() && j.Disposition == Success }

// UnmarshalJSON reads V1's job, and V3's, which calls the date otherwise (section 7.4).
func (j *Job) UnmarshalJSON(data []byte) error {
	type plain Job
	w := struct {
		*plain
		CreateDateTime Time `json:"createDateTime"`
	}{plain: (*plain)(j)}
	*j = Job{}
	if err := json.Unmarshal(data, &w); err != nil {
		return err
	}
	if j.CreateDate.IsZero() {
		j.CreateDate = w.CreateDateTime
	}
	return nil
}

// An Output is a file that a job made, in the formats in which it is offered.
type Output struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Formats []string `json:"formats"`
}

// UnmarshalJSON reads the forms of V1 and V3.
func (o *Output) UnmarshalJSON(data []byte) error {
	type plain Output
	w := struct {
		*plain
		AvailableFormats []string `json:"availableFormats"`
		FileName         string   `json:"fileName"`
	}{plain: (*plain)(o)}
	*o = Output{}
	if err := json.Unmarshal(data, &w); err != nil {
		return err
	}
	if o.Name == "" {
		o.Name = w.FileName
	}
	if o.Formats == nil {
		o.Formats = w.AvailableFormats
	}
	return nil
}

// A Message is a line of a job's log. ToolID is -1 for the engine itself.
type Message struct {
	Status MessageStatus `json:"status"`
	Text   string        `json:"text"`
	ToolID int           `json:"toolId"`
}

// RunOptions are what a run is given. The zero value runs with the app's
// defaults at the server's priority.
type RunOptions struct {
	Answers  []Answer
	Priority Priority
}

// Run starts a run of a workflow and returns the queued job (section 3,
// operation 4). It is sent once only unless nothing of it can have arrived: a
// repeat could run the workflow twice. See [Client.Wait] for its end.
func (c *Client) Run(ctx context.Context, appID string, o RunOptions) (*Job, error) {
	id, err := element("workflow", appID)
	if err != nil {
		return nil, err
	}
	body := struct {
		Questions []Answer `json:"questions"`
		Priority  string   `json:"priority,omitempty"` // a number in a string (section 3.3)
	}{Questions: o.Answers}
	if body.Questions == nil {
		body.Questions = []Answer{}
	}
	if o.Priority != DefaultPriority {
		body.Priority = strconv.Itoa(int(o.Priority - Low))
	}
	data, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	var job Job
	err = c.doJSON(ctx, call{
		method: http.MethodPost, path: "v1/workflows/" + id + "/jobs/",
		contentType: "application/json", body: data,
	}, &job)
	if err != nil {
		return nil, err
	}
	return &job, nil
}

// Job returns a job with its messages and outputs (section 3, operation 5).
func (c *Client) Job(ctx context.Context, jobID string) (*Job, error) {
	return c.job(ctx, jobID, nil)
}

func (c *Client) job(ctx context.Context, jobID string, query url.Values) (*Job, error) {
	id, err := element("job", jobID)
	if err != nil {
		return nil, err
	}
	var job Job
	if err := c.getJSON(ctx, "v1/jobs/"+id+"/", query, &job); err != nil {
		return nil, err
	}
	return &job, nil
}

// Jobs lists the runs of a workflow that were started over the API, without
// messages and outputs, paging through all of them (section 3, operation 3).
func (c *Client) Jobs(ctx context.Context, appID string, o ListOptions) iter.Seq2[Job, error] {
	id, err := element("workflow", appID)
	if err != nil {
		return func(yield func(Job, error) bool) { yield(Job{}, err) }
	}
	return list(ctx, c, "v1/workflows/"+id+"/jobs/", o, func(j Job) string { return j.ID })
}

// Cancel ends a running job and takes a queued one from the queue. It is V3's
// operation (section 7.4); servers of the OAuth 1 era lack it.
func (c *Client) Cancel(ctx context.Context, jobID string) error {
	id, err := element("job", jobID)
	if err != nil {
		return err
	}
	resp, err := c.do(ctx, call{method: http.MethodDelete, path: "v3/jobs/" + id})
	if err != nil {
		return err
	}
	return resp.Body.Close()
}
