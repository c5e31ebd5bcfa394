package doctor

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// dialTime bounds a connection attempt: a firewall that drops says nothing.
const dialTime = 10 * time.Second

// soon is how long before its end a certificate is worth a warning.
const soon = 14 * 24 * time.Hour

func checkName(ctx context.Context, e *examination) (Finding, bool) {
	host := e.Base.Hostname()
	var err error
	if e.proxy, err = http.ProxyFromEnvironment(&http.Request{URL: e.Base}); err != nil {
		return dead("the proxy in the environment is no address", "correct HTTPS_PROXY or HTTP_PROXY")
	}
	if e.proxy != nil {
		return skip("left to the proxy " + e.proxy.Host)
	}
	if net.ParseIP(host) != nil {
		return ok(host + " is an address")
	}
	ctx, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	found, err := net.DefaultResolver.LookupHost(ctx, host)
	if err != nil {
		return dead(fmt.Sprintf("there is no host %q as far as this machine knows", host),
			"check the spelling; inside a company the name may need the VPN")
	}
	return ok(host + " is " + strings.Join(found, ", "))
}

func checkConnection(ctx context.Context, e *examination) (Finding, bool) {
	to, what := hostPort(e.Base), "the gallery"
	if e.proxy != nil {
		to, what = hostPort(e.proxy), "the proxy"
	}
	start := time.Now()
	d := net.Dialer{Timeout: dialTime}
	conn, err := d.DialContext(ctx, "tcp", to)
	if err != nil {
		var timeout net.Error
		if errors.As(err, &timeout) && timeout.Timeout() {
			return dead(to+" does not answer", "a firewall may be between; is the port right?")
		}
		var op *net.OpError
		if errors.As(err, &op) {
			err = op.Err
		}
		return dead(fmt.Sprintf("cannot connect to %s: %v", to, err), "is "+what+" running, and is the port right?")
	}
	conn.Close()
	return ok(fmt.Sprintf("%s answers at %s in %s", what, to, time.Since(start).Round(time.Millisecond)))
}

func checkTLS(ctx context.Context, e *examination) (Finding, bool) {
	if e.Base.Scheme != "https" {
		if IsLoopback(e.Base.Hostname()) {
			return skip("not used, and not needed on this machine")
		}
		return warn("the connection is not encrypted: others on the way can read data and results", "use the https:// address where there is one")
	}
	if e.proxy != nil {
		return skip("seen by the next check, through the proxy")
	}
	d := tls.Dialer{NetDialer: &net.Dialer{Timeout: dialTime}, Config: tlsConfig(e.Transport)}
	conn, err := d.DialContext(ctx, "tcp", hostPort(e.Base))
	if err != nil {
		text, cure := tlsError(err, e.Base.Hostname())
		return dead(text, cure)
	}
	defer conn.Close()
	state := conn.(*tls.Conn).ConnectionState()
	leaf := state.PeerCertificates[0]
	left := leaf.NotAfter.Sub(e.Now())
	text := fmt.Sprintf("%s, certificate by %s, good until %s", tls.VersionName(state.Version), issuer(leaf), leaf.NotAfter.Format(time.DateOnly))
	if left < soon {
		return warn(text, "have the certificate renewed")
	}
	return ok(text)
}

// tlsConfig is what the given transport trusts.
func tlsConfig(rt http.RoundTripper) *tls.Config {
	if t, ok := rt.(*http.Transport); ok && t.TLSClientConfig != nil {
		return t.TLSClientConfig.Clone()
	}
	return &tls.Config{}
}

func tlsError(err error, host string) (text, cure string) {
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	var record tls.RecordHeaderError
	switch {
	case errors.As(err, &unknown):
		return "the certificate is signed by nobody this machine trusts",
			"add the company's certificate authority to the system, or name its file in SSL_CERT_FILE"
	case errors.As(err, &name):
		return "the certificate is for another host than " + host, "use the name it is made for: " + strings.Join(name.Certificate.DNSNames, ", ")
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return fmt.Sprintf("the certificate was good from %s to %s", invalid.Cert.NotBefore.Format(time.DateOnly), invalid.Cert.NotAfter.Format(time.DateOnly)),
			"have it renewed; if it should be good, this machine's clock is wrong"
	case errors.As(err, &record):
		return "what answers there does not speak TLS", "use http://, or the port that serves https"
	}
	return "no encrypted connection: " + err.Error(), "the server or something before it speaks another TLS"
}

func issuer(c *x509.Certificate) string {
	if c.Issuer.CommonName != "" {
		return c.Issuer.CommonName
	}
	return c.Issuer.String()
}

func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = "80"
		if u.Scheme == "https" {
			port = "443"
		}
	}
	return net.JoinHostPort(u.Hostname(), port)
}
