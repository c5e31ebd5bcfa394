package cli

import "fmt"

// GalleryOptions say how a gallery is started; empty fields have the defaults
// of 'kickoff serve'.
type GalleryOptions struct {
	Data      string // folder of the store, the blobs and the master key
	Listen    string // host:port; port 0 is a free one
	PublicURL string // as clients see it, with /gallery; "" is taken from the request
	Config    string // TOML file
	Quiet     bool   // no log, no notice of the first key
	// Flags are the settings given on the command line, by name; they beat the
	// environment and the file.
	Flags map[string]string
}

// Gallery is a running gallery.
type Gallery interface {
	// Login is the first curator's, made by the first start with this data;
	// its Secret is empty at later starts.
	Login() Login
	// Wait returns when the gallery has stopped, with the reason if it failed.
	Wait() error
	// Close stops it: no new requests, running jobs get their grace period.
	Close() error
}

// Login is what a client needs to sign in to a gallery. URL ends in /gallery.
type Login struct{ URL, Key, Secret, Email string }

func errNoServer() error {
	return withHint(fmt.Errorf("this is the client: it was built without the engine and the server"), "take the full binary for Linux, or build with CGO_ENABLED=1")
}
