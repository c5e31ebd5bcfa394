package cli

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kickoff/examples"
	"kickoff/gallery"
	"kickoff/internal/config"
	"kickoff/oauth1"
)

// demoApp is the example that the demo kicks off, with these answers.
const demoApp = "Sales Explorer"

var demoAnswers = []gallery.Answer{{Name: "Region", Value: "West"}, {Name: "From", Value: "2025-01-01"}, {Name: "Minimum Quantity", Value: "2"}}

// demoRows is how many rows of the output are shown.
const demoRows = 5

func newDemoCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "Start a gallery with the examples and kick one off, end to end",
		Long: `Start a gallery on a free port of this machine with its data in a temporary
folder, publish the example workflows, and do what an analyst does: list them,
ask for the questions, run one with answers, wait, and read the output. It ends
with the same steps in R, curl and Go. 'kickoff serve --demo' goes on serving.`,
		Args: args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if a.StartGallery == nil {
				return errNoServer()
			}
			dir, err := os.MkdirTemp("", "kickoff-demo-")
			if err != nil {
				return fmt.Errorf("make a folder for the demo: %w", err)
			}
			defer os.RemoveAll(dir)
			cfg := config.Default()
			cfg.Data, cfg.Listen = dir, "127.0.0.1:0"
			g, err := a.StartGallery(cmd.Context(), GalleryOptions{Config: cfg, Quiet: true})
			if err != nil {
				return err
			}
			defer g.Close()
			if err := a.demo(cmd.Context(), g.Login()); err != nil {
				return err
			}
			_, err = fmt.Fprintln(a.Out, "\nThis gallery ends here. 'kickoff serve --demo' starts one that stays, and prints these lines for it.")
			return err
		},
	}
}

// demo publishes the examples and does the main job against a running gallery.
func (a *app) demo(ctx context.Context, l Login) error {
	signing := &oauth1.Transport{Signer: oauth1.NewSigner(oauth1.Credentials{ConsumerKey: l.Key, ConsumerSecret: l.Secret}), Base: a.Transport}
	c, err := gallery.New(l.URL, &http.Client{Transport: signing})
	if err != nil {
		return err
	}
	fmt.Fprintf(a.Out, "gallery at %s\n\n", l.URL)
	for _, document := range examples.Documents() {
		p, err := examples.Package(document)
		if err != nil {
			return err
		}
		name := document[:strings.LastIndexByte(document, '.')]
		_, err = c.Publish(ctx, gallery.Publication{FileName: name + ".yxzp", Name: name, Owner: l.Email, SourceID: "example " + name, CanDownload: true}, bytes.NewReader(p), int64(len(p)))
		if err != nil {
			return fmt.Errorf("publish %s: %w", document, err)
		}
	}
	id, err := a.demoList(ctx, c)
	if err != nil {
		return err
	}
	job, err := a.demoRun(ctx, c, id)
	if err != nil {
		return err
	}
	if err := a.demoOutput(ctx, c, job); err != nil {
		return err
	}
	a.demoSnippets(l, id)
	return nil
}

// demoList prints the studio's workflows and the app's questions.
func (a *app) demoList(ctx context.Context, c *gallery.Client) (id string, err error) {
	fmt.Fprintln(a.Out, "workflows of the private studio (a signed GET):")
	var rows [][]string
	for w, err := range c.Workflows(ctx, gallery.ListOptions{}) {
		if err != nil {
			return "", err
		}
		rows = append(rows, []string{"  " + w.ID, w.PackageType.String(), w.Name(), w.MetaInfo.Description})
		if w.Name() == demoApp {
			id = w.ID
		}
	}
	if err := a.writeTable([]string{"  ID", "TYPE", "NAME", "DESCRIPTION"}, rows); err != nil {
		return "", err
	}
	if id == "" {
		return "", fmt.Errorf("the app %q is not in the list", demoApp)
	}
	questions, err := c.Questions(ctx, id)
	if err != nil {
		return "", err
	}
	answers, wrong := gallery.CheckAnswers(questions, demoAnswers)
	if len(wrong) > 0 {
		return "", wrong[0]
	}
	given := make(map[string]string)
	for _, x := range answers {
		given[x.Name] = x.Value
	}
	fmt.Fprintf(a.Out, "\nquestions of %s, and our answers:\n", demoApp)
	rows = nil
	for _, q := range questions {
		answer, ok := given[q.Name]
		if !ok {
			answer = q.Default + " (default)"
		}
		rows = append(rows, []string{"  " + q.Name, answer, q.Description})
	}
	return id, a.writeTable([]string{"  NAME", "ANSWER", "DESCRIPTION"}, rows)
}

// demoRun runs the app, with a line of progress, until it has ended.
func (a *app) demoRun(ctx context.Context, c *gallery.Client, id string) (*gallery.Job, error) {
	began := time.Now()
	job, err := c.Run(ctx, id, gallery.RunOptions{Answers: demoAnswers})
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(a.Out, "\njob %s ", job.ID)
	last := gallery.Status("")
	job, err = c.Wait(ctx, job.ID, gallery.WaitOptions{First: 20 * time.Millisecond, Poll: func(j *gallery.Job) {
		if j.Status != last {
			fmt.Fprintf(a.Out, "· %s ", j.Status)
			last = j.Status
		}
	}})
	if err != nil {
		fmt.Fprintln(a.Out)
		return nil, err
	}
	fmt.Fprintf(a.Out, "· %s in %d ms\n", job.Disposition, time.Since(began).Milliseconds())
	if !job.Succeeded() {
		for _, m := range job.Messages {
			fmt.Fprintf(a.Err, "  %s\n", strings.Join(printableLines(messageText(m)), "\n  "))
		}
		return nil, fmt.Errorf("the job ended with disposition %s", job.Disposition)
	}
	return job, nil
}

// demoOutput downloads the first output as csv and prints its first rows.
func (a *app) demoOutput(ctx context.Context, c *gallery.Client, job *gallery.Job) error {
	if len(job.Outputs) == 0 {
		return fmt.Errorf("the job has no output")
	}
	o := job.Outputs[0]
	d, err := c.Output(ctx, job.ID, o.ID, "Csv")
	if err != nil {
		return err
	}
	defer d.Close()
	b, err := io.ReadAll(d)
	if err != nil {
		return fmt.Errorf("download %s: %w", o.Name, err)
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\uFEFF")))).ReadAll()
	if err != nil || len(rows) == 0 {
		return fmt.Errorf("read %s: %w", o.Name, err)
	}
	fmt.Fprintf(a.Out, "\n%s, the first %d of %d rows:\n", o.Name, min(demoRows, len(rows)-1), len(rows)-1)
	table := rows[:min(demoRows+1, len(rows))]
	for _, r := range table {
		r[0] = "  " + r[0]
	}
	return a.printRows(table)
}

// printRows writes rows in columns, the header among them whoever reads.
func (a *app) printRows(rows [][]string) error {
	quiet := *a
	quiet.OutTTY = false
	return quiet.writeTable(rows[0], rows)
}

// demoSnippets prints the same steps for other clients, with the key filled in.
func (a *app) demoSnippets(l Login, id string) {
	signed := func(path string) string {
		u, err := url.Parse(l.URL + "/api/" + path)
		if err != nil {
			return l.URL
		}
		s, err := oauth1.NewSigner(oauth1.Credentials{ConsumerKey: l.Key, ConsumerSecret: l.Secret}).Sign(oauth1.Request{
			Method: http.MethodGet, Scheme: u.Scheme, Host: u.Host, Path: u.EscapedPath(), Query: u.RawQuery})
		if err != nil {
			return l.URL
		}
		u.RawQuery = s.Query
		return u.String()
	}
	fmt.Fprintf(a.Out, `
the same in R (httr; more in examples/r/kickoff.R):
  library(httr)
  app  <- oauth_app("kickoff", %[2]s, %[3]s)
  call <- function(method, path, ...) { url <- paste0(%[1]s, path); content(VERB(method, modify_url(url, query = oauth_signature(url, method, app)), ...)) }
  call("GET", "v1/workflows/subscription/")
  call("GET", "v1/workflows/%[4]s/questions/")
  job <- call("POST", "v1/workflows/%[4]s/jobs/", body = list(questions = list(list(name = "Region", value = "West"))), encode = "json")
  call("GET", paste0("v1/jobs/", job$id, "/"))

the same with curl (an address is signed once; this one is good for five minutes):
  curl '%[5]s'

the same in Go (packages kickoff/gallery and kickoff/oauth1):
  signer := oauth1.NewSigner(oauth1.Credentials{ConsumerKey: %[2]s, ConsumerSecret: %[3]s})
  client, err := gallery.New(%[6]s, &http.Client{Transport: &oauth1.Transport{Signer: signer}})
  job, err := client.Run(ctx, "%[4]s", gallery.RunOptions{Answers: []gallery.Answer{{Name: "Region", Value: "West"}}})
  job, err = client.Wait(ctx, job.ID, gallery.WaitOptions{})

the same on the command line:
  export KICKOFF_URL=%[7]s KICKOFF_KEY=%[8]s KICKOFF_SECRET=%[9]s
  kickoff run '%[10]s' -a Region=West --wait --out .
`, strconv.Quote(l.URL+"/api/"), strconv.Quote(l.Key), strconv.Quote(l.Secret), id, signed("v1/workflows/subscription/"), strconv.Quote(l.URL), l.URL, l.Key, l.Secret, demoApp)
}
