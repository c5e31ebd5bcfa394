// Package config holds the server's settings and reads them: a flag beats the
// environment, which beats the TOML file, which beats the default.
//
// The flags are the one list of settings. The setting --public-url is
// KICKOFF_PUBLIC_URL in the environment and public-url (or public_url) in the file.
package config

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/spf13/pflag"
)

// Server are the settings of `kickoff serve`.
type Server struct {
	Data      string
	Listen    string
	PublicURL string
	// TrustedProxies are addresses or networks whose forwarding headers count.
	TrustedProxies []string
	TLSCert        string
	TLSKey         string
	MasterKeyFile  string // "": master.key in the data folder

	StrictOAuth  bool
	StrictErrors bool
	BaseString   bool // send X-Kickoff-Base-String with refused signatures
	OAuthWindow  time.Duration

	MaxUpload Size
	MaxBody   Size
	MaxQueued int

	Slots           int
	WorkerTags      []string
	JobTime         time.Duration
	JobMemory       Size
	OutputRetention time.Duration
	DownloadHosts   []string // that workflows may download from; "*": every public one
	PrivateHosts    bool     // workflows may reach private addresses
	RunCommand      bool     // workflows may start programs

	Grace   time.Duration
	Curator string // e-mail of the first curator, made by the first start
	Verbose bool   // log every request
}

// Default are the settings without any flag, environment or file.
func Default() Server {
	var c Server
	c.Flags(pflag.NewFlagSet("", pflag.ContinueOnError))
	return c
}

// Flags defines the settings, with their defaults, as flags that set c.
func (c *Server) Flags(fs *pflag.FlagSet) {
	fs.StringVar(&c.Data, "data", "kickoff-data", "folder of the gallery's data")
	fs.StringVar(&c.Listen, "listen", "127.0.0.1:8080", "address to listen on; port 0 takes a free one")
	fs.StringVar(&c.PublicURL, "public-url", "", "address that clients use, such as https://gallery.example.com: signatures cover it (default: from the request)")
	fs.StringSliceVar(&c.TrustedProxies, "trusted-proxies", nil, "addresses or networks of proxies whose X-Forwarded-* headers are believed")
	fs.StringVar(&c.TLSCert, "tls-cert", "", "certificate file (PEM), to serve https without a proxy")
	fs.StringVar(&c.TLSKey, "tls-key", "", "key file (PEM) of --tls-cert")
	fs.StringVar(&c.MasterKeyFile, "master-key-file", "", "file of the key that secrets are encrypted with (default: master.key in the data folder; KICKOFF_MASTER_KEY beats it)")

	fs.BoolVar(&c.StrictOAuth, "strict-oauth", false, "verify signatures by RFC 5849 alone, without the two leniencies for existing clients")
	fs.BoolVar(&c.StrictErrors, "strict-errors", false, "refuse signatures with the original product's text alone, without an explanation")
	fs.BoolVar(&c.BaseString, "base-string", true, "send the expected base string with a refused signature, in the header X-Kickoff-Base-String")
	fs.DurationVar(&c.OAuthWindow, "oauth-window", 5*time.Minute, "how far a request's timestamp may be from the server's clock")

	c.MaxUpload, c.MaxBody, c.JobMemory = 500<<20, 1<<20, 2<<30
	fs.Var(&c.MaxUpload, "max-upload", "largest package that can be published")
	fs.Var(&c.MaxBody, "max-body", "largest body of any other request")
	fs.IntVar(&c.MaxQueued, "max-queued", 100, "jobs that one user may have waiting")

	fs.IntVar(&c.Slots, "slots", 2, "jobs that run at a time")
	fs.StringSliceVar(&c.WorkerTags, "worker-tags", nil, "worker tags that this server's workers have")
	fs.DurationVar(&c.JobTime, "job-time", time.Hour, "longest running time of a job")
	fs.Var(&c.JobMemory, "job-memory", "memory that a job may use")
	fs.DurationVar(&c.OutputRetention, "output-retention", 30*24*time.Hour, "how long outputs of finished jobs are kept; 0 keeps them for ever")
	fs.StringSliceVar(&c.DownloadHosts, "download-hosts", nil, "hosts that workflows may download from; * is every public one (default: none)")
	fs.BoolVar(&c.PrivateHosts, "private-hosts", false, "let workflows reach private network addresses")
	fs.BoolVar(&c.RunCommand, "run-command", false, "let workflows start programs")

	fs.DurationVar(&c.Grace, "grace", 30*time.Second, "how long requests and jobs may go on when the server is stopped")
	fs.StringVar(&c.Curator, "curator", "curator@localhost", "e-mail of the curator that the first start creates")
	fs.BoolVar(&c.Verbose, "verbose", false, "log every request")
}

// Load fills the settings whose flag was not given, from the environment and
// then from the TOML file ("" for none). It checks them all.
func (c *Server) Load(fs *pflag.FlagSet, getenv func(string) string, file string) error {
	fromFile, err := readFile(file)
	if err != nil {
		return err
	}
	var known []string
	var errs []error
	settings := pflag.NewFlagSet("", pflag.ContinueOnError)
	new(Server).Flags(settings) // the flag set may hold flags of others too
	settings.VisitAll(func(s *pflag.Flag) {
		f := fs.Lookup(s.Name)
		known = append(known, f.Name)
		env := EnvName(f.Name)
		inFile, there := fromFile[f.Name]
		var from, value string
		switch v := getenv(env); {
		case f.Changed:
			return
		case v != "":
			from, value = "environment variable "+env, v
		case there:
			from, value = file+": "+f.Name, inFile
		default:
			return
		}
		if err := fs.Set(f.Name, value); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", from, plain(err)))
		}
	})
	for name := range fromFile {
		if !slices.Contains(known, name) {
			errs = append(errs, fmt.Errorf("%s: unknown setting %q", file, name))
		}
	}
	if len(errs) == 0 {
		errs = append(errs, c.check())
	}
	return errors.Join(errs...)
}

// EnvName is the environment variable of a flag: "public-url" is KICKOFF_PUBLIC_URL.
func EnvName(flag string) string {
	return "KICKOFF_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// plain takes pflag's own words about the flag off an error.
func plain(err error) error {
	var bad *pflag.InvalidValueError
	if errors.As(err, &bad) {
		return fmt.Errorf("invalid value %q: %w", bad.GetValue(), bad.Unwrap())
	}
	return err
}

// readFile reads the settings of a TOML file as the text a flag would take.
func readFile(file string) (map[string]string, error) {
	if file == "" {
		return nil, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read settings: %w", err)
	}
	var raw map[string]any
	if err := toml.Unmarshal(text, &raw); err != nil {
		return nil, fmt.Errorf("read settings: %s: %w", file, err)
	}
	out := make(map[string]string, len(raw))
	for name, v := range raw {
		name = strings.ReplaceAll(strings.ToLower(name), "_", "-")
		switch v := v.(type) {
		case string, bool, int64:
			out[name] = fmt.Sprint(v)
		case []any:
			parts := make([]string, len(v))
			for i, p := range v {
				s, ok := p.(string)
				if !ok || strings.ContainsAny(s, ",\"\n") {
					return nil, fmt.Errorf("%s: %s: a list holds texts without commas", file, name)
				}
				parts[i] = s
			}
			out[name] = strings.Join(parts, ",")
		default:
			return nil, fmt.Errorf("%s: %s: want a text, a number, true or false, or a list of texts", file, name)
		}
	}
	return out, nil
}

func (c *Server) check() error {
	var errs []error
	positive := func(name string, ok bool) {
		if !ok {
			errs = append(errs, fmt.Errorf("%s must be more than 0", name))
		}
	}
	positive("slots", c.Slots > 0)
	positive("max-upload", c.MaxUpload > 0)
	positive("max-body", c.MaxBody > 0)
	positive("max-queued", c.MaxQueued > 0)
	positive("job-time", c.JobTime > 0)
	positive("job-memory", c.JobMemory > 0)
	positive("oauth-window", c.OAuthWindow > 0)
	if c.OutputRetention < 0 {
		errs = append(errs, errors.New("output-retention must not be negative"))
	}
	if c.Data == "" {
		errs = append(errs, errors.New("data must name a folder"))
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		errs = append(errs, errors.New("tls-cert and tls-key go together"))
	}
	if _, _, err := c.PublicAddress(); err != nil {
		errs = append(errs, err)
	}
	if _, err := c.ProxyNetworks(); err != nil {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
