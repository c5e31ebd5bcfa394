package server

import (
	"strconv"
	"time"

	"kickoff/internal/store"
)

// The forms on the wire. The order of fields is the order of keys: the
// strictest client reads workflows by it, and refuses jobs with a key more or
// less (client reference, section 0.7).

// wireWorkflow is a workflow in a list (API reference, section 3.1).
type wireWorkflow struct {
	ID             store.ID `json:"id"`
	SubscriptionID store.ID `json:"subscriptionId"`
	Public         bool     `json:"public"`
	RunDisabled    bool     `json:"runDisabled"`
	PackageType    wireEnum `json:"packageType"`
	UploadDate     string   `json:"uploadDate"`
	FileName       string   `json:"fileName"`
	MetaInfo       wireMeta `json:"metaInfo"`
	IsChained      bool     `json:"isChained"`
	Version        int      `json:"version"`
	RunCount       int      `json:"runCount"`
	WorkerTag      string   `json:"workerTag"` // never null
}

type wireMeta struct {
	Name                 string `json:"name"`
	Description          string `json:"description"`
	Author               string `json:"author"`
	Copyright            string `json:"copyright"`
	URL                  string `json:"url"`
	URLText              string `json:"urlText"`
	OutputMessage        string `json:"outputMessage"`
	NoOutputFilesMessage string `json:"noOutputFilesMessage"`
}

// wireAdminWorkflow is a workflow in the administrators' list (section 5.1).
type wireAdminWorkflow struct {
	FileName               string           `json:"fileName"`
	ID                     store.ID         `json:"id"`
	IsChained              bool             `json:"isChained"`
	MetaInfo               wireMeta         `json:"metaInfo"`
	PackageType            wireEnum         `json:"packageType"`
	Public                 bool             `json:"public"`
	RunCount               int              `json:"runCount"`
	RunDisabled            bool             `json:"runDisabled"`
	SubscriptionID         store.ID         `json:"subscriptionId"`
	UploadDate             string           `json:"uploadDate"`
	Version                int              `json:"version"`
	WorkerTag              string           `json:"workerTag"`
	Collections            []wireCollection `json:"collections"`
	LastRunDate            *string          `json:"lastRunDate"`
	PublishedVersionID     store.ID         `json:"publishedVersionId"`
	PublishedVersionNumber int              `json:"publishedVersionNumber"`
	PublishedVersionOwner  wireOwner        `json:"publishedVersionOwner"`
	SubscriptionName       string           `json:"subscriptionName"`
}

type wireCollection struct {
	CollectionName string `json:"collectionName"`
	CollectionID   string `json:"collectionId"`
}

type wireOwner struct {
	ID             store.ID `json:"id"`
	FirstName      string   `json:"firstName"`
	LastName       string   `json:"lastName"`
	SID            *string  `json:"sId"` // of Windows accounts: always null
	SubscriptionID store.ID `json:"subscriptionId"`
	Email          string   `json:"email"`
	Active         bool     `json:"active"`
}

// wireQuestion is a question of an app (section 3.2). Multiple and Items stand
// in lists only, as they do in the vendor's samples.
type wireQuestion struct {
	Name        string     `json:"name"`
	Type        string     `json:"type"`
	Description string     `json:"description"`
	Value       string     `json:"value"`
	Multiple    string     `json:"multiple,omitempty"` // "True" or "False"
	Items       []wireItem `json:"items,omitempty"`
}

type wireItem struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// wireJob is a job, just queued or asked for (section 3.4).
type wireJob struct {
	ID          store.ID          `json:"id"`
	AppID       store.ID          `json:"appId"`
	CreateDate  string            `json:"createDate"`
	Status      store.Status      `json:"status"`
	Disposition store.Disposition `json:"disposition"`
	Outputs     []wireOutput      `json:"outputs"`
	Messages    []wireMessageItem `json:"messages"`
	Priority    wireEnum          `json:"priority"`
	WorkerTag   string            `json:"workerTag"`
}

// wireJobItem is a job in a list.
type wireJobItem struct {
	ID          store.ID          `json:"id"`
	CreateDate  string            `json:"createDate"`
	Status      store.Status      `json:"status"`
	Disposition store.Disposition `json:"disposition"`
	Priority    wireEnum          `json:"priority"`
	WorkerTag   string            `json:"workerTag"`
}

type wireOutput struct {
	ID      store.ID `json:"id"`
	Name    string   `json:"name"`
	Formats []string `json:"formats"`
}

type wireMessageItem struct {
	Status store.MessageStatus `json:"status"`
	Text   string              `json:"text"`
	ToolID int                 `json:"toolId"`
}

// wireEnum is a number in the forms of the OAuth 1 era and a name in those of
// the OAuth 2 era (section 2, "Enum coding").
type wireEnum struct {
	number int
	name   string // "": the number is written
}

// MarshalJSON implements json.Marshaler.
func (e wireEnum) MarshalJSON() ([]byte, error) {
	if e.name != "" {
		return strconv.AppendQuote(nil, e.name), nil
	}
	return strconv.AppendInt(nil, int64(e.number), 10), nil
}

var packageTypeNames = [...]string{store.App: "App", store.Module: "Module", store.Macro: "Macro"}

func (b base) packageType(t store.PackageType) wireEnum {
	if b == webapi {
		return wireEnum{name: packageTypeNames[t]}
	}
	return wireEnum{number: int(t)}
}

func (b base) priority(p store.Priority) wireEnum {
	if b == webapi {
		return wireEnum{name: p.String()}
	}
	return wireEnum{number: int(p)}
}

// Stored dates have three digits after the point and those of jobs seven, as
// in the vendor's samples (section 2, "Dates").
func storedDate(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
func jobDate(t time.Time) string    { return t.UTC().Format("2006-01-02T15:04:05.0000000Z") }

func newWireMeta(m store.MetaInfo) wireMeta {
	return wireMeta{
		Name: m.Name, Description: m.Description, Author: m.Author, Copyright: m.Copyright,
		URL: m.URL, URLText: m.URLText, OutputMessage: m.OutputMessage, NoOutputFilesMessage: m.NoOutputMessage,
	}
}

func newWireWorkflow(b base, w store.Workflow) wireWorkflow {
	v := w.Published
	return wireWorkflow{
		ID: w.ID, SubscriptionID: w.StudioID, Public: w.Public, RunDisabled: w.RunDisabled, PackageType: b.packageType(v.PackageType),
		UploadDate: storedDate(v.UploadedAt), FileName: v.FileName, MetaInfo: newWireMeta(v.Meta), IsChained: v.Chained,
		Version: v.Number, RunCount: w.RunCount, WorkerTag: w.WorkerTag,
	}
}

func newWireJob(b base, j store.Job, outputs []store.Output, messages []store.Message) wireJob {
	out := wireJob{
		ID: j.ID, AppID: j.WorkflowID, CreateDate: jobDate(j.CreatedAt), Status: j.Status, Disposition: j.Disposition,
		Outputs: make([]wireOutput, len(outputs)), Messages: make([]wireMessageItem, len(messages)),
		Priority: b.priority(j.Priority), WorkerTag: j.WorkerTag,
	}
	for i, o := range outputs {
		formats := make([]string, len(o.Files))
		for k, f := range o.Files {
			formats[k] = f.Format
		}
		out.Outputs[i] = wireOutput{o.ID, o.Name, formats}
	}
	for i, m := range messages {
		out.Messages[i] = wireMessageItem{m.Status, m.Text, m.ToolID}
	}
	return out
}
