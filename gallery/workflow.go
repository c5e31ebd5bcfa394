package gallery

import (
	"context"
	"iter"
	"net/http"
)

// A Workflow is one workflow of the studio (section 3.1).
type Workflow struct {
	ID             string      `json:"id"`
	SubscriptionID string      `json:"subscriptionId"` // the studio
	Public         bool        `json:"public"`
	RunDisabled    bool        `json:"runDisabled"`
	PackageType    PackageType `json:"packageType"`
	UploadDate     Time        `json:"uploadDate"`
	FileName       string      `json:"fileName"`
	MetaInfo       MetaInfo    `json:"metaInfo"`
	IsChained      bool        `json:"isChained"`
	Version        int         `json:"version"`
	RunCount       int         `json:"runCount"`
	WorkerTag      string      `json:"workerTag"`
}

// Name is what people call the workflow: the name in its description, or its
// file name where that is empty.
func (w Workflow) Name() string {
	if w.MetaInfo.Name != "" {
		return w.MetaInfo.Name
	}
	return w.FileName
}

// MetaInfo is what the author wrote about a workflow.
type MetaInfo struct {
	Name                 string `json:"name"`
	Description          string `json:"description"`
	Author               string `json:"author"`
	Copyright            string `json:"copyright"`
	URL                  string `json:"url"`
	URLText              string `json:"urlText"`
	OutputMessage        string `json:"outputMessage"`
	NoOutputFilesMessage string `json:"noOutputFilesMessage"`
}

// Workflows lists the workflows of the studio that the key belongs to, paging
// through all of them (section 3, operation 1). After an error the list ends.
func (c *Client) Workflows(ctx context.Context, o ListOptions) iter.Seq2[Workflow, error] {
	return list(ctx, c, "v1/workflows/subscription/", o, func(w Workflow) string { return w.ID })
}

// Package downloads a workflow's package (section 3, operation 7).
func (c *Client) Package(ctx context.Context, appID string) (*Download, error) {
	id, err := element("workflow", appID)
	if err != nil {
		return nil, err
	}
	path := "v1/" + id + "/package/"
	if IsWebAPI(c.base) { // section 1.3
		path = "v1/workflows/" + id + "/package"
	}
	return c.download(ctx, call{method: http.MethodGet, path: path})
}
