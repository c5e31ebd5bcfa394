package gallery

import (
	"context"
	"io"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strings"
)

// A Download is a file that streams from the server. It has to be closed. A
// stream that breaks off gives an error from Read, never a silent end.
type Download struct {
	io.ReadCloser
	// Name is the file's name as the server gives it, without any folder; "" where it gives none.
	Name string
	// Size is the length in bytes, -1 where the server does not say.
	Size        int64
	ContentType string
}

// Output downloads one output of a job in a format, which has to be one of
// [Output.Formats]; "" leaves the choice to the server, which only those of
// the OAuth 1 era allow (section 3, operation 6; section 1.3).
func (c *Client) Output(ctx context.Context, jobID, outputID, format string) (*Download, error) {
	job, err := element("job", jobID)
	if err != nil {
		return nil, err
	}
	output, err := element("output", outputID)
	if err != nil {
		return nil, err
	}
	var q url.Values
	if format != "" {
		q = url.Values{"format": {format}}
	}
	return c.download(ctx, call{method: http.MethodGet, path: "v1/jobs/" + job + "/output/" + output + "/", query: q})
}

func (c *Client) download(ctx context.Context, cl call) (*Download, error) {
	resp, err := c.do(ctx, cl)
	if err != nil {
		return nil, err
	}
	return &Download{
		ReadCloser:  resp.Body,
		Name:        fileName(resp.Header.Get("Content-Disposition")),
		Size:        resp.ContentLength,
		ContentType: resp.Header.Get("Content-Type"),
	}, nil
}

// fileName takes the file name out of a Content-Disposition header. Folders
// are cut off, in either style, so that a server cannot choose a place.
func fileName(disposition string) string {
	_, params, err := mime.ParseMediaType(disposition)
	if err != nil {
		return ""
	}
	return BaseName(params["filename"])
}

// BaseName cuts the folders off a file name that a server sent, in the style
// of any system, and returns "" for what is no file name.
func BaseName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	if i := strings.LastIndexByte(name, ':'); i >= 0 { // a drive, or a stream of another file
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`<>"|?*`, r) {
			return '_'
		}
		return r
	}, name)
	if strings.Trim(name, ". ") == "" || name == "/" {
		return ""
	}
	return name
}
