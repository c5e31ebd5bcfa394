package gallery

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestWait(t *testing.T) {
	c, mux := setup(t, "/gallery/api")
	c.Retries = 0
	script := []string{"Queued", "503", "Running", "Running", "Completed", "Completed"}
	var asked []string
	mux.HandleFunc("/v1/jobs/j1/{$}", func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.RawQuery)
		step := script[0]
		script = script[1:]
		if step == "503" {
			w.WriteHeader(503)
			return
		}
		fmt.Fprintf(w, `{"id":"j1","status":%q,"disposition":"Error","messages":[{"status":3,"text":"no","toolId":2}]}`, step)
	})
	var seen []Status
	job, err := c.Wait(background(t), "j1", WaitOptions{First: time.Millisecond, Max: 2 * time.Millisecond, Poll: func(j *Job) { seen = append(seen, j.Status) }})
	if err != nil {
		t.Fatal(err)
	}
	if !job.Ended() || job.Succeeded() || len(job.Messages) != 1 {
		t.Errorf("job = %+v", job)
	}
	if diff := cmp.Diff([]Status{Queued, Running, Running, Completed}, seen); diff != "" {
		t.Error(diff)
	}
	const brief = "includeMessages=false"
	if diff := cmp.Diff([]string{brief, brief, brief, brief, brief, ""}, asked); diff != "" {
		t.Error(diff)
	}
}

func TestWaitEnds(t *testing.T) {
	c, mux := setup(t, "/gallery/api")
	answer(t, mux, "GET", "/v1/jobs/j1/", `{"id":"j1","status":"Running"}`)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	_, err := c.Wait(ctx, "j1", WaitOptions{First: time.Millisecond, Max: time.Millisecond})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("err = %v, want the deadline", err)
	}

	_, err = c.Wait(background(t), "j2", WaitOptions{})
	if err == nil {
		t.Error("waiting for a job that is not there gives no error")
	}
}

func TestWaitGivesUpAfterManyFailures(t *testing.T) {
	c, mux := setup(t, "/gallery/api")
	c.Retries = 0
	n := 0
	mux.HandleFunc("/v1/jobs/j1/{$}", func(w http.ResponseWriter, r *http.Request) { n++; w.WriteHeader(500) })
	_, err := c.Wait(background(t), "j1", WaitOptions{First: time.Microsecond, Max: time.Microsecond})
	var e *Error
	if !errors.As(err, &e) || n != patience+1 {
		t.Errorf("err = %v after %d looks", err, n)
	}
}

func TestOutput(t *testing.T) {
	c, mux := setup(t, "/gallery/api")
	mux.HandleFunc("/v1/jobs/j1/output/o1/{$}", func(w http.ResponseWriter, r *http.Request) {
		if f := r.URL.Query().Get("format"); f != "Csv" {
			t.Errorf("format = %q", f)
		}
		w.Header().Set("Content-Disposition", `attachment; filename="..\..\dir/a b.csv"`)
		w.Header().Set("Content-Type", "text/csv")
		io.WriteString(w, "a,b\n")
	})
	d, err := c.Output(background(t), "j1", "o1", "Csv")
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	data, err := io.ReadAll(d)
	if err != nil || string(data) != "a,b\n" || d.Name != "a b.csv" || d.Size != 4 || d.ContentType != "text/csv" {
		t.Errorf("%q, %v, %+v", data, err, d)
	}
}

func TestBrokenDownloadIsAnError(t *testing.T) {
	c, mux := setup(t, "/gallery/api")
	mux.HandleFunc("/v1/jobs/j1/output/o1/{$}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "100")
		io.WriteString(w, "a,b\n")
	})
	d, err := c.Output(background(t), "j1", "o1", "")
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if _, err := io.ReadAll(d); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("err = %v, want an unexpected end", err)
	}
}

func TestBaseName(t *testing.T) {
	for in, want := range map[string]string{
		"a.csv": "a.csv", `C:\x\a.csv`: "a.csv", "/etc/passwd": "passwd", "../..": "", "": "", ".": "", "/": "",
		"a\nb.csv": "a_b.csv", "c:a.csv": "a.csv", "a.csv:stream": "stream", `q"?.csv`: "q__.csv", "héllo 世.csv": "héllo 世.csv",
	} {
		if got := BaseName(in); got != want {
			t.Errorf("BaseName(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestPackagePathPerEra(t *testing.T) {
	for base, path := range map[string]string{"/gallery/api": "/v1/w1/package/", "/webapi": "/v1/workflows/w1/package"} {
		c, mux := setup(t, base)
		answer(t, mux, "GET", path, "zip")
		d, err := c.Package(background(t), "w1")
		if err != nil {
			t.Errorf("%s: %v", base, err)
			continue
		}
		d.Close()
	}
}

func TestCancel(t *testing.T) {
	c, mux := setup(t, "/gallery/api")
	answer(t, mux, "DELETE", "/v3/jobs/j1", "")
	if err := c.Cancel(background(t), "j1"); err != nil {
		t.Error(err)
	}
}

func TestPublish(t *testing.T) {
	const content = "PK\x03\x04 not really"
	for _, size := range []int64{int64(len(content)), -1} {
		c, mux := setup(t, "/gallery/api")
		mux.HandleFunc("POST /admin/v1/workflows/{$}", func(w http.ResponseWriter, r *http.Request) {
			if (r.ContentLength >= 0) != (size >= 0) {
				t.Errorf("Content-Length = %d for size %d", r.ContentLength, size)
			}
			_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
			if err != nil {
				t.Fatal(err)
			}
			form, err := multipart.NewReader(r.Body, params["boundary"]).ReadForm(1 << 20)
			if err != nil {
				t.Fatal(err)
			}
			want := map[string][]string{
				"name": {"Demo"}, "owner": {"ann@example.com"}, "validate": {"false"}, "isPublic": {"true"},
				"sourceId": {"src"}, "workerTag": {""}, "canDownload": {"false"}, "comments": {"c"},
			}
			if diff := cmp.Diff(want, form.Value); diff != "" {
				t.Error(diff)
			}
			fh := form.File["file"][0]
			f, _ := fh.Open()
			data, _ := io.ReadAll(f)
			if fh.Filename != "Demo.yxzp" || string(data) != content {
				t.Errorf("file %q: %q", fh.Filename, data)
			}
			io.WriteString(w, `"w9"`)
		})
		id, err := c.Publish(background(t), Publication{
			FileName: "Demo.yxzp", Name: "Demo", Owner: "ann@example.com", SourceID: "src", Comments: "c", Public: true,
		}, strings.NewReader(content), size)
		if err != nil || id != "w9" {
			t.Errorf("id %q, %v", id, err)
		}
	}
}

func TestAdminWorkflows(t *testing.T) {
	c, mux := setup(t, "/gallery/api")
	answer(t, mux, "GET", "/admin/v1/workflows/", `[{"id":"w1","packageType":"Macro","metaInfo":{"name":"M"},"collections":[{"collectionName":"C","collectionId":"c1"}],
	  "lastRunDate":null,"publishedVersionNumber":3,"publishedVersionOwner":{"email":"ann@example.com"},"subscriptionName":"Studio"}]`)
	for w, err := range c.AdminWorkflows(background(t), ListOptions{}) {
		if err != nil {
			t.Fatal(err)
		}
		if w.Name() != "M" || w.PackageType != Macro || w.PublishedVersionOwner.Email != "ann@example.com" || w.Collections[0].Name != "C" {
			t.Errorf("%+v", w)
		}
	}
}
