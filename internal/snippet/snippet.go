// Package snippet writes short pieces of code that call a gallery, ready to
// run: for the user's own server, key and operation. The secret is never in
// them; they take it from the environment variable KICKOFF_SECRET. Languages
// that cannot sign by themselves call a signing proxy on the same machine.
package snippet

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"go/format"
	"io"
	"net/url"
	"strconv"
	"strings"
	"text/template"

	"kickoff/gallery"
)

// Languages are the languages there are templates for, alphabetically.
var Languages = [...]string{"curl", "go", "javascript", "powershell", "powerquery", "python", "r", "vba"}

// Request is what a snippet is to do.
type Request struct {
	Base   string // root of the API
	OAuth2 bool
	Key    string
	Proxy  string // address of the signing proxy, for languages that need it

	Operation string
	Workflow  string // id; a placeholder stands where it is empty
	Job       string
	Output    string
	Answers   []gallery.Answer // of a run
}

// An operation is one call of the API (API reference sections 3 and 5).
type operation struct {
	name, method, path string
	query              string // raw
	file               bool   // the answer is a file, not JSON
	saveAs             string
}

var operations = [...]operation{
	{name: "job", method: "GET", path: "v1/jobs/{job}/"},
	{name: "jobs", method: "GET", path: "v1/workflows/{workflow}/jobs/", query: "direction=desc&limit=10&sortField=createdate"},
	{name: "list", method: "GET", path: "v1/workflows/subscription/", query: "limit=100&sortField=name"},
	{name: "output", method: "GET", path: "v1/jobs/{job}/output/{output}/", query: "format=Csv", file: true, saveAs: "output.csv"},
	{name: "package", method: "GET", path: "v1/{workflow}/package/", file: true, saveAs: "workflow.yxzp"},
	{name: "questions", method: "GET", path: "v1/workflows/{workflow}/questions/"},
	{name: "run", method: "POST", path: "v1/workflows/{workflow}/jobs/"},
}

// Operations are the names of the operations, alphabetically.
func Operations() []string {
	var names []string
	for _, o := range operations {
		names = append(names, o.name)
	}
	return names
}

// data is what templates see.
type data struct {
	Base, Token, Key, Proxy string
	OAuth2                  bool
	Name, Method            string
	Path                    string // below the base, with ids escaped
	Query                   string // raw, "" for none
	Target                  string // Path with Query
	Pairs                   []gallery.Answer
	Body                    string // JSON, "" for none
	Run, File               bool
	SaveAs                  string
}

//go:embed templates/*.tmpl
var files embed.FS

// Write writes the snippet of a language for a request.
func Write(w io.Writer, language string, r Request) error {
	var op operation
	for _, o := range operations {
		if o.name == r.Operation {
			op = o
		}
	}
	if op.name == "" {
		return fmt.Errorf("there is no operation %q", r.Operation)
	}
	t, err := template.New(language+".tmpl").Funcs(quoting).ParseFS(files, "templates/"+language+".tmpl")
	if err != nil {
		return fmt.Errorf("there is no snippet for %q", language)
	}
	if op.name == "package" && r.OAuth2 { // API reference section 1.3
		op.path = "v1/workflows/{workflow}/package"
	}
	d := data{
		Base: r.Base, Token: r.Base + "/oauth2/token", Key: r.Key, Proxy: strings.TrimRight(r.Proxy, "/"), OAuth2: r.OAuth2,
		Name: op.name, Method: op.method, Query: op.query, Run: op.name == "run", File: op.file, SaveAs: op.saveAs,
	}
	d.Path = strings.NewReplacer(
		"{workflow}", id(r.Workflow, "WORKFLOW_ID"), "{job}", id(r.Job, "JOB_ID"), "{output}", id(r.Output, "OUTPUT_ID"),
	).Replace(op.path)
	d.Target = d.Path
	if d.Query != "" {
		d.Target += "?" + d.Query
		for pair := range strings.SplitSeq(d.Query, "&") {
			name, value, _ := strings.Cut(pair, "=")
			d.Pairs = append(d.Pairs, gallery.Answer{Name: name, Value: value})
		}
	}
	if d.Run {
		if d.Body, err = body(r.Answers); err != nil {
			return err
		}
	}
	var b bytes.Buffer
	if err := t.Execute(&b, d); err != nil {
		return err
	}
	text := b.Bytes()
	if language == "go" { // sorts the imports
		if text, err = format.Source(text); err != nil {
			return err
		}
	}
	_, err = w.Write(text)
	return err
}

func id(given, placeholder string) string {
	if given == "" {
		return placeholder
	}
	return url.PathEscape(given)
}

func body(answers []gallery.Answer) (string, error) {
	if answers == nil {
		answers = []gallery.Answer{}
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(struct {
		Questions []gallery.Answer `json:"questions"`
	}{answers})
	return strings.TrimSpace(b.String()), err
}

// quoting writes a text as a literal of each language.
var quoting = template.FuncMap{
	"go": strconv.Quote,
	// A JSON string is a string of JavaScript, Python and R alike; what JSON
	// lets stand below a blank it escapes as \u00XX, which all three read.
	"json": func(s string) (string, error) {
		b, err := json.Marshal(s)
		return string(b), err
	},
	"sh":  func(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" },
	"ps":  func(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" },
	"vba": func(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` },
	"m": func(s string) string {
		return `"` + strings.ReplaceAll(strings.ReplaceAll(s, "#(", "#(#)("), `"`, `""`) + `"`
	},
}
