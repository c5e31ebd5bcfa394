package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"
)

func load(t *testing.T, args []string, env map[string]string, file string) (Server, error) {
	t.Helper()
	var c Server
	fs := pflag.NewFlagSet("serve", pflag.ContinueOnError)
	fs.Bool("json", false, "a flag of someone else")
	c.Flags(fs)
	if err := fs.Parse(args); err != nil {
		return c, err
	}
	path := ""
	if file != "" {
		path = filepath.Join(t.TempDir(), "kickoff.toml")
		if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	err := c.Load(fs, func(name string) string { return env[name] }, path)
	return c, err
}

func TestDefaults(t *testing.T) {
	c, err := load(t, nil, nil, "")
	if err != nil {
		t.Fatal(err)
	}
	want := Server{
		Data: "kickoff-data", Listen: "127.0.0.1:8080", BaseString: true, OAuthWindow: 5 * time.Minute,
		MaxUpload: 500 << 20, MaxBody: 1 << 20, MaxQueued: 100, Slots: 2, JobTime: time.Hour, JobMemory: 2 << 30,
		OutputRetention: 30 * 24 * time.Hour, Grace: 30 * time.Second, Curator: "curator@localhost",
	}
	if d := cmp.Diff(want, c); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(want, Default()); d != "" {
		t.Error(d)
	}
}

func TestPrecedence(t *testing.T) {
	file := `
slots = 3
listen = "file:1"
max_queued = 7
strict-oauth = true
max-upload = "1GB"
worker-tags = ["gpu", "big"]
`
	env := map[string]string{"KICKOFF_SLOTS": "4", "KICKOFF_LISTEN": "env:1", "KICKOFF_JOB_MEMORY": "64k"}
	c, err := load(t, []string{"--slots", "5"}, env, file)
	if err != nil {
		t.Fatal(err)
	}
	if c.Slots != 5 || c.Listen != "env:1" || c.MaxQueued != 7 || !c.StrictOAuth || c.MaxUpload != 1<<30 || c.JobMemory != 64<<10 ||
		!cmp.Equal(c.WorkerTags, []string{"gpu", "big"}) {
		t.Errorf("%+v", c)
	}
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		env  map[string]string
		file string
		want string // part of the error
	}{
		{"unknown setting", nil, nil, "sluts = 3", `unknown setting "sluts"`},
		{"file is no TOML", nil, nil, "slots = ", "line 1"},
		{"wrong type in file", nil, nil, "slots = \"many\"", "slots: invalid value"},
		{"table in file", nil, nil, "[slots]\nx = 1", "slots: want a text"},
		{"number in a list", nil, nil, "worker-tags = [1]", "a list holds texts"},
		{"wrong type in environment", nil, map[string]string{"KICKOFF_SLOTS": "x"}, "", "environment variable KICKOFF_SLOTS"},
		{"size", []string{"--max-upload", "5 miles"}, nil, "", "is no size"},
		{"huge size", []string{"--max-upload", "99999999999T"}, nil, "", "too large"},
		{"no slots", []string{"--slots", "0"}, nil, "", "slots must be more than 0"},
		{"public URL without scheme", []string{"--public-url", "gallery.example.com"}, nil, "", "public-url"},
		{"public URL with a path", []string{"--public-url", "https://example.com/tools/gallery"}, nil, "", "not supported"},
		{"proxy", []string{"--trusted-proxies", "proxy.example.com"}, nil, "", "no address"},
		{"certificate without key", []string{"--tls-cert", "x"}, nil, "", "go together"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := load(t, c.args, c.env, c.file); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	var c Server
	fs := pflag.NewFlagSet("serve", pflag.ContinueOnError)
	c.Flags(fs)
	if err := c.Load(fs, os.Getenv, filepath.Join(t.TempDir(), "none.toml")); err == nil {
		t.Error("a missing file was taken")
	}
}

func TestPublicAddress(t *testing.T) {
	for in, want := range map[string][2]string{
		"":                             {},
		"https://Gallery.Example.com":  {"https", "gallery.example.com"},
		"https://gallery.example.com/": {"https", "gallery.example.com"},
		"http://gallery.example.com:8080/gallery/api/": {"http", "gallery.example.com:8080"},
	} {
		c := Server{PublicURL: in}
		if s, h, err := c.PublicAddress(); err != nil || s != want[0] || h != want[1] {
			t.Errorf("%q: %q, %q, %v", in, s, h, err)
		}
	}
}

func TestSizeText(t *testing.T) {
	for n, want := range map[Size]string{0: "0", 1000: "1000", 1 << 20: "1MiB", 500 << 20: "500MiB", 2 << 30: "2GiB", 1 << 50: "1024TiB"} {
		if got := n.String(); got != want {
			t.Errorf("%d: %s, want %s", int64(n), got, want)
		}
		var back Size
		if err := back.Set(want); err != nil || back != n {
			t.Errorf("%s: %d, %v", want, int64(back), err)
		}
	}
}
