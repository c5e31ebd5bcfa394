package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// Listen takes the address that the server is to serve, with TLS where the
// settings name a certificate. Its errors say what to do.
func (s *Server) Listen(ctx context.Context) (net.Listener, error) {
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", s.cfg.Listen)
	if err != nil {
		return nil, listenError(s.cfg.Listen, err)
	}
	if s.cfg.TLSCert == "" {
		return ln, nil
	}
	cert, err := tls.LoadX509KeyPair(s.cfg.TLSCert, s.cfg.TLSKey)
	if err != nil {
		ln.Close()
		return nil, fmt.Errorf("load the certificate: %w", err)
	}
	return tls.NewListener(ln, &tls.Config{Certificates: []tls.Certificate{cert}, NextProtos: []string{"h2", "http/1.1"}}), nil
}

// The deadlines of a connection. Handlers that move large bodies extend theirs.
const (
	headerTime = 10 * time.Second
	bodyTime   = 60 * time.Second
	idleTime   = 2 * time.Minute
	// Requests with a header beyond this get the plain 431 of net/http; those
	// below reach the handler, whose answer has the vendor's form.
	maxHeader = 256 << 10
)

// Serve answers requests until ctx ends, then lets those in hand go on for the
// grace period. It closes the listener.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	srv := &http.Server{
		Handler: s, ReadHeaderTimeout: headerTime, ReadTimeout: bodyTime, WriteTimeout: bodyTime, IdleTimeout: idleTime,
		MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	var wg sync.WaitGroup
	defer wg.Wait()
	keep, stop := context.WithCancel(ctx)
	defer stop()
	wg.Go(func() { s.housekeeping(keep) })
	done := make(chan error, 1)
	go func() { done <- srv.Serve(ln) }()
	select {
	case err := <-done:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	grace, end := context.WithTimeout(context.WithoutCancel(ctx), s.cfg.Grace)
	defer end()
	err := srv.Shutdown(grace)
	if errors.Is(err, context.DeadlineExceeded) {
		s.log.Warn("requests were cut off at the end of the grace period")
		err = srv.Close()
	}
	return err
}

// housekeeping drops what has expired: tokens, and outputs of old jobs.
func (s *Server) housekeeping(ctx context.Context) {
	tick := time.NewTicker(10 * time.Minute)
	defer tick.Stop()
	for {
		if err := s.clean(ctx); err != nil && ctx.Err() == nil {
			s.log.Error("housekeeping", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (s *Server) clean(ctx context.Context) error {
	now := s.now()
	errs := []error{s.store.DropTokens(ctx, now)}
	if keep := s.cfg.OutputRetention; keep > 0 {
		refs, err := s.store.DropOutputs(ctx, now.Add(-keep))
		errs = append(errs, err)
		for _, ref := range refs {
			// A job that ends at this moment may have stored the same content
			// and not yet its row: young blobs stay.
			errs = append(errs, s.blobs.DeleteOlder(ctx, ref, time.Hour))
		}
		if len(refs) > 0 {
			s.log.Info("old outputs deleted", "blobs", len(refs))
		}
	}
	return errors.Join(errs...)
}
