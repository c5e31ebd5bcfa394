package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"time"

	"golang.org/x/term"

	"kickoff/internal/account"
	"kickoff/internal/blob"
	"kickoff/internal/cli"
	"kickoff/internal/config"
	"kickoff/internal/datadir"
	"kickoff/internal/job"
	"kickoff/internal/queue/local"
	"kickoff/internal/secret"
	"kickoff/internal/server"
	"kickoff/internal/store/sqlite"
	"kickoff/oauth1/noncemem"
)

// galleryParts are what a running gallery is made of, in the order in which
// they are opened; they are closed the other way round.
type galleryParts struct {
	dir     *datadir.Dir
	secrets *secret.Box
	store   *sqlite.Store
	blobs   *blob.Store
	nonces  *noncemem.Store
	queue   *local.Queue
	closers []io.Closer
}

func (p *galleryParts) Close() error {
	var errs []error
	for i := len(p.closers) - 1; i >= 0; i-- {
		errs = append(errs, p.closers[i].Close())
	}
	p.closers = nil
	return errors.Join(errs...)
}

// openParts opens the data folder and all that is in it.
func openParts(ctx context.Context, cfg config.Server) (p *galleryParts, err error) {
	p = new(galleryParts)
	defer func() {
		if err != nil {
			p.Close()
		}
	}()
	if p.dir, err = datadir.Create(cfg.Data); err != nil {
		return p, err
	}
	if err = p.dir.Lock(); err != nil {
		return p, err
	}
	p.closers = append(p.closers, p.dir)
	_, err = os.Stat(p.dir.Store())
	isNew := errors.Is(err, fs.ErrNotExist)
	if p.secrets, err = p.dir.Secrets(cfg.MasterKeyFile, os.Getenv, isNew); err != nil {
		return p, err
	}
	if p.store, err = sqlite.Open(ctx, p.dir.Store()); err != nil {
		return p, err
	}
	p.closers = append(p.closers, p.store)
	if p.blobs, err = blob.OpenDir(p.dir.Blobs()); err != nil {
		return p, err
	}
	p.closers = append(p.closers, p.blobs)
	if p.nonces, err = noncemem.Open(noncemem.Config{Dir: p.dir.Nonces()}); err != nil {
		return p, err
	}
	p.closers = append(p.closers, p.nonces)
	if p.queue, err = local.Open(ctx, p.store); err != nil {
		return p, err
	}
	p.closers = append(p.closers, p.queue)
	return p, nil
}

// openAccounts implements cli.OpenAccounts.
func openAccounts(ctx context.Context, data, masterKeyFile string) (cli.Accounts, io.Closer, error) {
	dir, err := datadir.Open(data)
	if err != nil {
		return nil, nil, err
	}
	box, err := dir.Secrets(masterKeyFile, os.Getenv, false)
	if err != nil {
		return nil, nil, err
	}
	st, err := sqlite.Open(ctx, dir.Store())
	if err != nil {
		return nil, nil, err
	}
	return &account.Service{Store: st, Secrets: box, Now: time.Now}, st, nil
}

// runningGallery implements cli.Gallery.
type runningGallery struct {
	login cli.Login
	stop  context.CancelFunc
	done  chan struct{}
	err   error
}

func (g *runningGallery) Login() cli.Login { return g.login }
func (g *runningGallery) Wait() error      { <-g.done; return g.err }
func (g *runningGallery) Close() error     { g.stop(); return g.Wait() }

// startGallery implements cli.Deps.StartGallery.
func startGallery(ctx context.Context, o cli.GalleryOptions) (cli.Gallery, error) {
	p, err := openParts(ctx, o.Config)
	if err != nil {
		return nil, err
	}
	g, err := p.start(ctx, o)
	if err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return g, nil
}

func (p *galleryParts) start(ctx context.Context, o cli.GalleryOptions) (*runningGallery, error) {
	level := slog.LevelInfo
	if o.Quiet {
		level = slog.LevelError
	}
	if o.Config.Verbose {
		level = slog.LevelDebug
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
	pool, err := newPool(p, o.Config, log)
	if err != nil {
		return nil, err
	}
	srv, err := server.New(server.Options{
		Config: o.Config, Store: p.store, Queue: p.queue, Blobs: p.blobs, Try: pool.Try, Secrets: p.secrets, Nonces: p.nonces, Log: log,
	})
	if err != nil {
		return nil, err
	}
	ln, err := srv.Listen(ctx)
	if err != nil {
		return nil, err
	}
	g := &runningGallery{done: make(chan struct{}), login: cli.Login{URL: address(o.Config, ln.Addr())}}
	if err := p.firstKey(ctx, o, &g.login); err != nil {
		ln.Close()
		return nil, err
	}
	ctx, g.stop = context.WithCancel(ctx)
	go func() {
		defer close(g.done)
		g.err = errors.Join(runAll(ctx, g.stop, func(ctx context.Context) error { return srv.Serve(ctx, ln) }, pool.Run), p.Close())
	}()
	return g, nil
}

// runAll runs the parts until ctx ends or one of them fails, and returns when
// all have.
func runAll(ctx context.Context, stop context.CancelFunc, parts ...func(context.Context) error) error {
	errs := make(chan error, len(parts))
	for _, part := range parts {
		go func() {
			defer stop()
			errs <- part(ctx)
		}()
	}
	var all []error
	for range parts {
		if err := <-errs; err != nil && !errors.Is(err, context.Canceled) {
			all = append(all, err)
		}
	}
	return errors.Join(all...)
}

// newPool makes the pool that runs jobs, each in a child of this binary.
func newPool(p *galleryParts, cfg config.Server, log *slog.Logger) (*job.Pool, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program, to start jobs with: %w", err)
	}
	host, err := os.Hostname()
	if err != nil {
		host = "localhost"
	}
	return job.NewPool(p.store, p.queue, p.blobs, job.Options{
		Slots: cfg.Slots, Command: []string{self, "run-job"}, Dir: p.dir.Work(), Worker: fmt.Sprintf("%s/%d", host, os.Getpid()),
		Tags: cfg.WorkerTags, TimeLimit: cfg.JobTime, Memory: int64(cfg.JobMemory), Grace: cfg.Grace, Sole: true,
		Policy: job.Policy{Download: cfg.DownloadHosts, PrivateHosts: cfg.PrivateHosts, RunCommand: cfg.RunCommand},
		Unpack: unpack, Convert: convert, Log: log,
	}), nil
}

// address is how clients reach the gallery.
func address(cfg config.Server, addr net.Addr) string {
	if scheme, host, err := cfg.PublicAddress(); err == nil && host != "" {
		return scheme + "://" + host + "/gallery"
	}
	scheme := "http"
	if cfg.TLSCert != "" {
		scheme = "https"
	}
	host := addr.String()
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		host = fmt.Sprintf("localhost:%d", tcp.Port)
	}
	return scheme + "://" + host + "/gallery"
}

// firstKey sets up a new gallery and shows its first key once: on the terminal,
// or in a file where there is none.
func (p *galleryParts) firstKey(ctx context.Context, o cli.GalleryOptions, l *cli.Login) error {
	users, err := p.store.Users(ctx)
	if err != nil {
		return err
	}
	if len(users) > 0 {
		return nil
	}
	if err := os.Remove(p.dir.FirstKey()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove the key file of an earlier gallery: %w", err)
	}
	s := &account.Service{Store: p.store, Secrets: p.secrets, Now: time.Now}
	k, err := s.Init(ctx, "Private Studio", o.Config.Curator)
	if err != nil {
		return fmt.Errorf("set up the gallery: %w", err)
	}
	l.Key, l.Secret, l.Email = k.Consumer, k.Secret, k.Owner
	if o.Quiet {
		return nil
	}
	text := fmt.Sprintf("curator  %s\nkey      %s\nsecret   %s\n", k.Owner, k.Consumer, k.Secret)
	if term.IsTerminal(int(os.Stderr.Fd())) {
		fmt.Fprintf(os.Stderr, "This is a new gallery. Its curator's key is shown this once:\n\n%s\n", text)
		return nil
	}
	if err := secret.WritePrivate(p.dir.FirstKey(), text); err != nil {
		return fmt.Errorf("write the first key: %w", err)
	}
	fmt.Fprintf(os.Stderr, "This is a new gallery. Its curator's key stands in %s\n", p.dir.FirstKey())
	return nil
}
