package gallery

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"mime/multipart"
	"net/http"
	"strconv"
)

// An AdminWorkflow is a workflow as a curator sees it (section 5.1).
type AdminWorkflow struct {
	Workflow
	Collections []struct {
		Name string `json:"collectionName"`
		ID   string `json:"collectionId"`
	} `json:"collections"`
	LastRunDate            Time   `json:"lastRunDate"`
	PublishedVersionID     string `json:"publishedVersionId"`
	PublishedVersionNumber int    `json:"publishedVersionNumber"`
	PublishedVersionOwner  Owner  `json:"publishedVersionOwner"`
	SubscriptionName       string `json:"subscriptionName"`
}

// An Owner is the user whom a workflow belongs to.
type Owner struct {
	ID             string `json:"id"`
	FirstName      string `json:"firstName"`
	LastName       string `json:"lastName"`
	Email          string `json:"email"`
	SubscriptionID string `json:"subscriptionId"`
	Active         bool   `json:"active"`
}

// AdminWorkflows lists the workflows of all studios; curators only (section 5, operation 1).
func (c *Client) AdminWorkflows(ctx context.Context, o ListOptions) iter.Seq2[AdminWorkflow, error] {
	return list(ctx, c, "admin/v1/workflows/", o, func(w AdminWorkflow) string { return w.ID })
}

// A Publication is a workflow to publish (section 5.2).
type Publication struct {
	FileName string // with its extension; the vendor's servers take .yxzp only
	Name     string
	Owner    string // e-mail of a user of the server
	// SourceID marks where the workflow comes from: publishing the same
	// SourceID again makes a new version of the same workflow.
	SourceID    string
	WorkerTag   string
	Comments    string
	Validate    bool // let the server run it before it is accepted; Publish takes as long as the run
	Public      bool
	CanDownload bool
}

// Publish uploads a workflow and returns its id; curators only (section 5,
// operation 7). size is the length of file, or -1 when it is not known. The
// upload streams and is never repeated.
func (c *Client) Publish(ctx context.Context, p Publication, file io.Reader, size int64) (string, error) {
	if p.FileName == "" {
		return "", errors.New("a publication needs a file name")
	}
	var head bytes.Buffer
	form := multipart.NewWriter(&head)
	fields := []Answer{
		{"name", p.Name},
		{"owner", p.Owner},
		{"validate", strconv.FormatBool(p.Validate)},
		{"isPublic", strconv.FormatBool(p.Public)},
		{"sourceId", p.SourceID},
		{"workerTag", p.WorkerTag},
		{"canDownload", strconv.FormatBool(p.CanDownload)},
		{"comments", p.Comments},
	}
	for _, f := range fields {
		if err := form.WriteField(f.Name, f.Value); err != nil {
			return "", err
		}
	}
	if _, err := form.CreateFormFile("file", p.FileName); err != nil {
		return "", err
	}
	// The file goes between what the form has written so far and its end, so
	// that it streams and the length is known beforehand.
	start := head.Len()
	if err := form.Close(); err != nil {
		return "", err
	}
	whole := head.Bytes()
	if size >= 0 {
		size += int64(len(whole))
	}
	body := io.MultiReader(bytes.NewReader(whole[:start]), file, bytes.NewReader(whole[start:]))
	var id json.RawMessage
	err := c.doJSON(ctx, call{
		method: http.MethodPost, path: "admin/v1/workflows/",
		contentType: form.FormDataContentType(), stream: body, size: size,
	}, &id)
	if err != nil {
		return "", err
	}
	var s string
	if err := json.Unmarshal(id, &s); err != nil || s == "" {
		return "", &RequestError{
			Method: http.MethodPost, Path: c.url("admin/v1/workflows/", nil).EscapedPath(),
			Err: errors.New("the answer is not the id of a workflow"),
		}
	}
	return s, nil
}
