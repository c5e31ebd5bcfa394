package tool

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/encoding"

	"kickoff/internal/diag"
	"kickoff/internal/eval"
	"kickoff/internal/format"
	"kickoff/internal/plan"
	"kickoff/record"
)

// downloadTool fetches what a URL gives.
var downloadTool = Tool{
	Name:    "Download",
	Plugins: []string{"AlteryxConnectorGui.Download.Download"},
	Entry:   "AlteryxDownload",
	In:      []Anchor{{Name: "Input"}},
	Out:     []Anchor{{Name: "Output"}},
	Doc:     "Sends a request to the URL of each record, and adds what came back as DownloadData and DownloadHeaders. Only hosts that the owner of the server allows can be reached.",
	Differs: "A request that gets no answer is an error of the run, and its record has Null; the product goes on in the same way.",
	Options: []Option{
		{Path: "URLField", Doc: "the field with the URL, http or https"},
		{Path: "EncodeURLs", Doc: "has no effect: what a URL cannot hold is always escaped"},
		{Path: "OutputMode", Doc: "String or Blob; TempFile: the answer is a file of the run, whose path the field DownloadTempFile has; SpecificFile: the answer is the file that a field of the input names, below the run's output folder, and only DownloadHeaders is added. What the option of that field is called is not set down anywhere: any that names a field counts"},
		{Path: "File*", Doc: "of SpecificFile: the field with the file's path"},
		{Path: "Specific*", Doc: "the same"},
		{Path: "Output*", Doc: "the same"},
		{Path: "CodePage", Doc: "of String: the code page of the answer; UTF-8 where there is none"},
		{Path: "Headers/NameValues/Item/@name", Doc: "a header of the request"},
		{Path: "Headers/NameValues/Item/@value", Doc: "its value"},
		{Path: "Headers/Fields/@orderChanged", Doc: "has no effect on the result"},
		{Path: "Headers/Fields/Field/@name", Doc: "a field whose value is sent as the header of its name"},
		{Path: "Headers/Fields/Field/@selected", Doc: "False: not this one"},
		{Path: "Payload/HTTPAction", Doc: "GET, POST, PUT, HEAD, DELETE or Custom"},
		{Path: "Payload/CustomHTTPAction", Doc: "of Custom: the method"},
		{Path: "Payload/QueryStringBodyMode", Doc: "Compose: names and values, in the query of GET, HEAD and DELETE, else as a form; Text: the text; Field: what a field holds"},
		{Path: "Payload/Text", Doc: "of Text: the body, or the query of GET, HEAD and DELETE"},
		{Path: "Payload/Field", Doc: "of Field: the field; any element of the payload that names one is taken"},
		{Path: "Payload/ComposeNameValues/Item/@name", Doc: "of Compose: a name"},
		{Path: "Payload/ComposeNameValues/Item/@value", Doc: "its value"},
		{Path: "Payload/ComposeFields/@orderChanged", Doc: "has no effect on the result"},
		{Path: "Payload/ComposeFields/Field/@name", Doc: "of Compose: a field whose name and value are sent"},
		{Path: "Payload/ComposeFields/Field/@selected", Doc: "False: not this one"},
		{Path: "UserName", Doc: "for basic authentication, with an empty password", NotYet: "a password, which documents hold encrypted"},
		{Path: "Password", Doc: "must be empty"},
		{Path: "numConnections", Doc: "how many requests run at once, at most 8"},
		{Path: "Timeout", Doc: "seconds that a request may take, at most 3600; 600 where it is empty"},
		{Path: "EnableRPM", Doc: "must be False", NotYet: "a limit of requests a minute"},
		{Path: "DcmAdvancedAuth", Doc: "must be False", NotYet: "credentials of the connection manager"},
		{Path: "ErrorOnHTTPError", Doc: "has no effect: an answer is an answer, whatever its status"},
	},
	Compile: compileDownload,
}

// Bounds of downloads: the bytes of one answer, and how many are asked for at once.
const (
	maxDownload    = 100 << 20
	maxConnections = 8
)

// download is a Download at work.
type download struct {
	c           *Context
	from        format.Downloader
	url         int
	method      string
	header      http.Header
	headerCols  []int
	mode, text  string // Compose, Text or Field
	body        int    // of Field: the field
	pairs       url.Values
	pairCols    []int
	user        string
	blob, file  bool
	path        int        // of SpecificFile: the field with the file's path, else -1
	named       wholeFiles // of SpecificFile
	files       int        // that were written
	page        encoding.Encoding
	connections int
	failures    int
}

func compileDownload(c *Context) (Outputs, error) {
	in := c.Input("Input")
	s := in.Schema()
	if len(c.Run.Policy.Download) == 0 {
		err := c.Errorf(diag.Refused, "URLField", "the owner of this server does not allow workflows to download")
		err.(*diag.Diagnostic).Hint = "the owner allows hosts with --download-hosts; kickoff exec takes --allow-download"
		return nil, err
	}
	d := &download{c: c, header: make(http.Header), pairs: make(url.Values), path: -1, named: wholeFiles{c: c}}
	var err error
	if d.url, err = c.Field("URLField", c.Config.String("URLField"), s); err != nil {
		return nil, err
	}
	if err := d.limits(); err != nil {
		return nil, err
	}
	if err := d.request(s); err != nil {
		return nil, err
	}
	data, err := d.result(s)
	if err != nil {
		return nil, err
	}
	out := append(record.Schema(nil), s...)
	if d.path < 0 {
		data.Name = out.Unique(data.Name)
		out = append(out, data)
	}
	out = append(out, record.New(out.Unique("DownloadHeaders"), record.VString, record.MaxVString))
	return Outputs{"Output": &plan.Apply{In: []plan.Node{in}, Fields: out, Name: c.Tool.Name,
		Run: func(ctx context.Context, in []record.Reader, w record.Writer) error {
			return d.run(ctx, in[0], newEmitter(ctx, out, w))
		}}}, nil
}

// limits reads what bounds the requests, and refuses what would have to be
// more than it is here.
func (d *download) limits() error {
	c := d.c
	for _, option := range []string{"EnableRPM", "DcmAdvancedAuth"} {
		if c.Config.Bool(option, false) {
			return c.unsupported(option, "True")
		}
	}
	timeout, err := c.integer("Timeout", 600)
	if err != nil {
		return err
	}
	connections, err := c.integer("numConnections", 2)
	if err != nil {
		return err
	}
	d.connections = int(min(max(connections, 1), maxConnections))
	d.from = format.Downloader{Allow: c.Run.Policy.Download, Private: c.Run.Policy.PrivateHosts,
		MaxBytes: maxDownload, Timeout: time.Duration(min(max(timeout, 1), 3600)) * time.Second}
	return nil
}

// request reads what is sent.
func (d *download) request(s record.Schema) error {
	c := d.c
	action, err := c.choice("Payload/HTTPAction", "GET", "POST", "PUT", "HEAD", "DELETE", "FTP", "Custom")
	if err != nil {
		return err
	}
	switch d.method = action; action {
	case "FTP":
		return c.unsupported("Payload/HTTPAction", action)
	case "Custom":
		if d.method, err = c.required("Payload/CustomHTTPAction"); err != nil {
			return err
		}
		d.method = strings.ToUpper(strings.TrimSpace(d.method))
	}
	if _, err := http.NewRequest(d.method, "http://host/", nil); err != nil || d.method == http.MethodConnect {
		return c.unsupported("Payload/CustomHTTPAction", d.method)
	}
	if d.mode, err = c.choice("Payload/QueryStringBodyMode", "Compose", "Text", "Field"); err != nil {
		return err
	}
	d.text = c.Config.String("Payload/Text")
	bodies := 0
	// An element of the payload that is not known would be a part of the request
	// that is not sent.
	for _, e := range c.Config.All("Payload") {
		for _, child := range e.Children {
			switch child.Name {
			case "HTTPAction", "CustomHTTPAction", "QueryStringBodyMode", "Text", "ComposeNameValues", "ComposeFields":
			default:
				// What the element of the body's field is called is not known from any document.
				if at := s.Index(strings.TrimSpace(child.Text)); d.mode == "Field" && len(child.Children) == 0 && at >= 0 {
					d.body = at
					bodies++
					continue
				}
				if len(child.Children) > 0 || strings.TrimSpace(child.Text) != "" {
					return c.Errorf(diag.Unsupported, "Payload/"+child.Name, "this part of the request is not known here")
				}
			}
		}
	}
	if d.mode == "Field" && bodies != 1 {
		return c.Errorf(diag.BadConfig, "Payload/Field", "the field of the body is not given")
	}
	d.header.Set("User-Agent", "kickoff")
	for _, e := range c.Config.All("Headers/NameValues/Item") {
		if name := strings.TrimSpace(e.Attr("name")); name != "" {
			d.header.Set(name, e.Attr("value"))
		}
	}
	d.headerCols = c.chosen("Headers/Fields/Field", "name", s)
	for _, col := range d.headerCols {
		if strings.EqualFold(s[col].Name, "Host") {
			d.header.Set("Host", "")
		}
	}
	if _, ok := d.header["Host"]; ok {
		// Behind one address there are often many hosts, of which one is allowed.
		return c.Errorf(diag.Unsupported, "Headers", "the header Host cannot be set")
	}
	for _, e := range c.Config.All("Payload/ComposeNameValues/Item") {
		d.pairs.Add(e.Attr("name"), e.Attr("value"))
	}
	d.pairCols = c.chosen("Payload/ComposeFields/Field", "name", s)
	d.user = c.Config.String("UserName")
	if strings.TrimSpace(c.Config.String("Password")) != "" {
		return c.Errorf(diag.Unsupported, "Password", "the password is encrypted and cannot be read here")
	}
	return nil
}

// run asks for as many records at once as there are connections, and gives them
// in their order.
func (d *download) run(ctx context.Context, in record.Reader, e *emitter) error {
	client := d.from.Client()
	defer client.CloseIdleConnections()
	width := len(in.Schema())
	err := eachBatch(ctx, in, func(b *record.Batch) error {
		for first := 0; first < b.Len; first += d.connections {
			n := min(d.connections, b.Len-first)
			answers, errs := make([]*format.Response, n), make([]error, n)
			var all sync.WaitGroup
			for i := range n {
				all.Go(func() { answers[i], errs[i] = d.ask(ctx, client, b, first+i) })
			}
			all.Wait()
			if err := ctx.Err(); err != nil {
				return err
			}
			for i := range n {
				e.copies(b, first+i, width)
				path := ""
				if d.path >= 0 {
					path = eval.At(b, first+i, d.path).Text()
				}
				if err := d.put(e, width, answers[i], path, errs[i]); err != nil {
					return err
				}
				if answers[i] != nil {
					e.hold(len(answers[i].Body))
				}
				if err := e.done(); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return e.flush()
}

// ask sends the request of a record. A record without a URL asks for nothing.
func (d *download) ask(ctx context.Context, client *http.Client, b *record.Batch, row int) (*format.Response, error) {
	written := strings.TrimSpace(eval.At(b, row, d.url).Text())
	if written == "" {
		return nil, nil
	}
	to, err := url.Parse(escapeURL(written))
	if err != nil {
		// The error would name the whole URL, which often holds a key.
		return nil, fmt.Errorf("record %d of the batch: the URL cannot be read", row+1)
	}
	text := d.text
	if d.mode == "Field" {
		text = eval.At(b, row, d.body).Text()
	}
	if d.mode == "Compose" {
		values := make(url.Values)
		for name, v := range d.pairs {
			values[name] = v
		}
		for _, col := range d.pairCols {
			values.Set(b.Schema[col].Name, eval.At(b, row, col).Text())
		}
		text = values.Encode()
	}
	body := text
	if d.method == http.MethodGet || d.method == http.MethodHead || d.method == http.MethodDelete {
		if text != "" {
			to.RawQuery = strings.TrimPrefix(to.RawQuery+"&"+escapeURL(text), "&")
		}
		body = ""
	}
	r, err := http.NewRequestWithContext(ctx, d.method, to.String(), strings.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("%s: the request cannot be made", to.Host)
	}
	r.Header = d.header.Clone()
	for _, col := range d.headerCols {
		r.Header.Set(b.Schema[col].Name, eval.At(b, row, col).Text())
	}
	if body != "" && r.Header.Get("Content-Type") == "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if d.user != "" && r.Header.Get("Authorization") == "" {
		r.SetBasicAuth(d.user, "")
	}
	return d.from.Do(ctx, client, r)
}

// escapeURL escapes what a URL cannot hold, and leaves alone what is escaped.
func escapeURL(s string) string {
	var b strings.Builder
	for i := range len(s) {
		ch := s[i]
		if ch > 0x20 && ch < 0x7F && !strings.ContainsRune("\"<>\\^`{|}", rune(ch)) {
			b.WriteByte(ch)
			continue
		}
		b.WriteString("%" + strings.ToUpper(strconv.FormatUint(uint64(ch)|0x100, 16)[1:]))
	}
	return b.String()
}
