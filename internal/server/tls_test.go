package server

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"kickoff/internal/config"
	"kickoff/oauth1"
)

// certificate writes a self-signed certificate for 127.0.0.1 and its key.
func certificate(t *testing.T) (cert, key string, pool *x509.CertPool) {
	t.Helper()
	k := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der := must(x509.CreateCertificate(rand.Reader, template, template, &k.PublicKey, k))
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for file, block := range map[string]*pem.Block{
		cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: must(x509.MarshalPKCS8PrivateKey(k))},
	} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pool = x509.NewCertPool()
	pool.AddCert(must(x509.ParseCertificate(der)))
	return cert, key, pool
}

// TestTLS: with a certificate the server speaks https itself, and signatures
// cover https addresses.
func TestTLS(t *testing.T) {
	cert, key, pool := certificate(t)
	g := newTestGallery(t, func(c *config.Server) { c.Listen, c.TLSCert, c.TLSKey = "127.0.0.1:0", cert, key })
	ln := must(g.server.Listen(t.Context()))
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- g.server.Serve(ctx, ln) }()
	signer := oauth1.NewSigner(oauth1.Credentials{ConsumerKey: g.admin.Consumer, ConsumerSecret: g.admin.Secret})
	signer.Now = g.clock
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true}
	client := &http.Client{Transport: &oauth1.Transport{Signer: signer, Base: transport}}
	resp, err := client.Get("https://" + ln.Addr().String() + list)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 200 {
		t.Errorf("%s over %s", resp.Status, resp.Proto)
	}
	transport.CloseIdleConnections()
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
	g.server.cfg.TLSKey = cert
	if l, err := g.server.Listen(t.Context()); err == nil {
		l.Close()
		t.Error("a certificate was taken for a key")
	}
}
