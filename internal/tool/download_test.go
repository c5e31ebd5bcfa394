package tool

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/engine/plain"
	"kickoff/internal/plan"
	"kickoff/record"
	"kickoff/workflow"
)

// runDownload runs a Download over URLs and returns its records and messages.
func runDownload(t *testing.T, config string, p Policy, values *plan.Values) (*record.Batch, []string, error) {
	t.Helper()
	return runDownloadTo(t, t.TempDir(), config, p, values)
}

// runDownloadTo is runDownload with the run's folder.
func runDownloadTo(t *testing.T, dir, config string, p Policy, values *plan.Values) (*record.Batch, []string, error) {
	t.Helper()
	ctx := context.Background()
	session, err := plain.Engine{}.Open(ctx, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	e, err := workflow.ParseElement([]byte(config))
	if err != nil {
		t.Fatal(err)
	}
	var messages []string
	c := &Context{Context: ctx, Tool: diag.Tool{ID: 7, Name: "Download"}, Config: e, Inputs: map[string][]Input{"Input": {{Node: values}}},
		Run: &Run{Session: session, OutDir: dir, Policy: p, Report: func(m engine.Message) { messages = append(messages, m.Text) }}}
	outs, err := downloadTool.Build(c)
	if err != nil {
		return nil, messages, err
	}
	r, err := session.Read(ctx, outs["Output"])
	if err != nil {
		return nil, messages, err
	}
	defer r.Close()
	all, err := record.ReadAll(ctx, r, 0)
	return all, messages, err
}

func urls(at ...any) *plan.Values {
	v := &plan.Values{Fields: record.Schema{record.New("URL", record.VWString, 500), record.New("X-Page", record.Int32, 0)}}
	for i, u := range at {
		v.Rows = append(v.Rows, []any{u, int64(i)})
	}
	return v
}

func TestDownloadTool(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.URL.Path == "/cut" {
			panic(http.ErrAbortHandler)
		}
		fmt.Fprintf(w, "%s %s ua=%s page=%s type=%s %s", r.Method, r.URL.RequestURI(), r.UserAgent(), r.Header.Get("X-Page"), r.Header.Get("Content-Type"), body)
	}))
	defer s.Close()
	home := Policy{Download: []string{"127.0.0.1"}, PrivateHosts: true}
	for _, c := range []struct {
		name, config string
		want         []string
	}{
		{"get", `<URLField>URL</URLField>`, []string{"GET /a%20b/%C5%81?q=1 ua=kickoff page= type= ", "Null", "GET /c ua=kickoff page= type= "}},
		{"headers and query", `<URLField>URL</URLField><OutputMode>String</OutputMode><CodePage>28591</CodePage>
			<Headers><NameValues><Item name="User-Agent" value="me"/></NameValues><Fields><Field name="X-Page" selected="True"/><Field name="*Unknown" selected="False"/></Fields></Headers>
			<Payload><HTTPAction>GET</HTTPAction><QueryStringBodyMode>Compose</QueryStringBodyMode><ComposeNameValues><Item name="k" value="a &amp; b"/></ComposeNameValues></Payload>`,
			[]string{"GET /a%20b/%C5%81?q=1&k=a+%26+b ua=me page=0 type= ", "Null", "GET /c?k=a+%26+b ua=me page=2 type= "}},
		{"form", `<URLField>URL</URLField><Payload><HTTPAction>POST</HTTPAction><QueryStringBodyMode>Compose</QueryStringBodyMode><ComposeFields><Field name="X-Page" selected="True"/></ComposeFields></Payload>`,
			[]string{"POST /a%20b/%C5%81?q=1 ua=kickoff page= type=application/x-www-form-urlencoded X-Page=0", "Null", "POST /c ua=kickoff page= type=application/x-www-form-urlencoded X-Page=2"}},
		{"custom", `<URLField>URL</URLField><numConnections>1</numConnections><Headers><NameValues><Item name="content-type" value="text/xml"/></NameValues></Headers><Payload><HTTPAction>Custom</HTTPAction><CustomHTTPAction>patch</CustomHTTPAction><QueryStringBodyMode>Text</QueryStringBodyMode><Text>&lt;a/></Text></Payload>`,
			[]string{"PATCH /a%20b/%C5%81?q=1 ua=kickoff page= type=text/xml <a/>", "Null", "PATCH /c ua=kickoff page= type=text/xml <a/>"}},
		{"body from a field", `<URLField>URL</URLField><Headers><NameValues><Item name="content-type" value="text/plain"/></NameValues></Headers><Payload><HTTPAction>PUT</HTTPAction><QueryStringBodyMode>Field</QueryStringBodyMode><Field>X-Page</Field></Payload>`,
			[]string{"PUT /a%20b/%C5%81?q=1 ua=kickoff page= type=text/plain 0", "Null", "PUT /c ua=kickoff page= type=text/plain 2"}},
	} {
		b, messages, err := runDownload(t, "<Configuration>"+c.config+"</Configuration>", home, urls(s.URL+"/a b/Ł?q=1", nil, s.URL+"/c"))
		if err != nil || len(messages) > 0 {
			t.Fatalf("%s: %v %v", c.name, err, messages)
		}
		var got []string
		for row := range b.Len {
			v := b.Value(row, 2)
			if v == nil {
				v = "Null"
			} else if !strings.HasPrefix(b.Value(row, 3).(string), "HTTP/1.1 200 OK\r\n") {
				t.Errorf("%s: headers %q", c.name, b.Value(row, 3))
			}
			got = append(got, fmt.Sprint(v))
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
	}
	b, messages, err := runDownload(t, `<Configuration><URLField>URL</URLField><OutputMode>Blob</OutputMode></Configuration>`, home, urls(s.URL+"/cut?key=secret", s.URL+"/c"))
	if err != nil || len(messages) != 1 || strings.Contains(messages[0], "secret") || b.Value(0, 2) != nil || len(b.Value(1, 2).([]byte)) == 0 {
		t.Errorf("a cut connection: %v %v", messages, err)
	}
	b, _, err = runDownload(t, `<Configuration><URLField>URL</URLField><OutputMode>TempFile</OutputMode></Configuration>`, home, urls(s.URL+"/a", s.URL+"/b"))
	if err != nil {
		t.Fatal(err)
	}
	for row, want := range []string{"GET /a ", "GET /b "} {
		path := strings.ReplaceAll(b.Value(row, 2).(string), `\`, "/")
		if text, err := os.ReadFile(path); err != nil || !strings.HasPrefix(string(text), want) {
			t.Errorf("file %d: %q, %v", row, text, err)
		}
	}
	dir := t.TempDir()
	named := &plan.Values{Fields: record.Schema{record.New("URL", record.VWString, 500), record.New("Name", record.VWString, 500)}, Rows: [][]any{
		{s.URL + "/a", `C:\Users\me\a.txt`}, {nil, nil}, {s.URL + "/b", "sub/../../b.bin"}}}
	b, _, err = runDownloadTo(t, dir, `<Configuration><URLField>URL</URLField><OutputMode>SpecificFile</OutputMode><FileNameField>Name</FileNameField></Configuration>`, home, named)
	if err != nil || len(b.Schema) != 3 || b.Schema[2].Name != "DownloadHeaders" || b.Value(1, 2) != nil || b.Value(0, 2) == nil {
		t.Fatalf("to files: %v, %v", b, err)
	}
	for name, want := range map[string]string{"a.txt": "GET /a ", "sub/b.bin": "GET /b "} {
		if text, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !strings.HasPrefix(string(text), want) {
			t.Errorf("%s: %q, %v", name, text, err)
		}
	}
	named.Rows[2][1] = "A.TXT"
	named.Rows[1] = []any{s.URL + "/c", "A.TXT"}
	_, messages, err = runDownloadTo(t, dir, `<Configuration><URLField>URL</URLField><OutputMode>SpecificFile</OutputMode><FileNameField>Name</FileNameField></Configuration>`, home, named)
	if err != nil || len(messages) != 1 || !strings.Contains(messages[0], `"A.TXT" is written by more than one record`) {
		t.Errorf("a file twice: %q, %v", messages, err)
	}
	named.Rows[2][1] = nil
	if _, _, err = runDownloadTo(t, dir, `<Configuration><URLField>URL</URLField><OutputMode>SpecificFile</OutputMode><FileNameField>Name</FileNameField></Configuration>`, home, named); len(diag.All(err)) != 1 {
		t.Errorf("a record without a file: %v", err)
	}
	_, _, err = runDownload(t, `<Configuration><URLField>URL</URLField></Configuration>`, Policy{Download: []string{"*"}}, urls(s.URL))
	if all := diag.All(err); len(all) != 1 || all[0].Code != diag.Refused {
		t.Errorf("a private address: %v", err)
	}
}

func TestDownloadRefusals(t *testing.T) {
	for config, want := range map[string]diag.Code{
		`<OutputMode>SpecificFile</OutputMode>`:                                                            diag.BadConfig,
		`<OutputMode>SpecificFile</OutputMode><FileField>X-Page</FileField>`:                               diag.BadType,
		`<EnableRPM value="True"/>`:                                                                        diag.Unsupported,
		`<Password>ab12</Password>`:                                                                        diag.Unsupported,
		`<CodePage>4711</CodePage>`:                                                                        diag.Unsupported,
		`<Timeout>soon</Timeout>`:                                                                          diag.BadConfig,
		`<Headers><NameValues><Item name="host" value="x"/></NameValues></Headers>`:                        diag.Unsupported,
		`<Payload><HTTPAction>FTP</HTTPAction></Payload>`:                                                  diag.Unsupported,
		`<Payload><HTTPAction>Custom</HTTPAction></Payload>`:                                               diag.BadConfig,
		`<Payload><HTTPAction>Custom</HTTPAction><CustomHTTPAction>GET / X</CustomHTTPAction></Payload>`:   diag.Unsupported,
		`<Payload><QueryStringBodyMode>Field</QueryStringBodyMode></Payload>`:                              diag.BadConfig,
		`<Payload><QueryStringBodyMode>Field</QueryStringBodyMode><Field>Nothing</Field></Payload>`:        diag.Unsupported,
		`<Payload><QueryStringBodyMode>Text</QueryStringBodyMode><SomethingNew>x</SomethingNew></Payload>`: diag.Unsupported,
		`<URLField>Address</URLField>`:                                                                     diag.NoField,
	} {
		if !strings.Contains(config, "<URLField>") {
			config = "<URLField>URL</URLField>" + config
		}
		_, _, err := runDownload(t, "<Configuration>"+config+"</Configuration>", Policy{Download: []string{"*"}}, urls("http://host.invalid/"))
		if all := diag.All(err); len(all) != 1 || all[0].Code != want {
			t.Errorf("%s: %v", config, err)
		}
	}
}
