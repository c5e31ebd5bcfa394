package config

import (
	"fmt"
	"math"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// Size is a number of bytes. As text it may have a unit: 500MB, 2GiB, 64k;
// both kinds of unit count by 1024, as memory limits are understood.
type Size int64

var sizeForm = regexp.MustCompile(`^([0-9]+)\s*([kmgt]?)(?:i?b)?$`)

// Set implements pflag.Value.
func (s *Size) Set(text string) error {
	m := sizeForm.FindStringSubmatch(strings.ToLower(strings.TrimSpace(text)))
	if m == nil {
		return fmt.Errorf("%q is no size: want a number of bytes or, for example, 500MB", text)
	}
	n, err := strconv.ParseInt(m[1], 10, 64)
	shift := map[string]int{"": 0, "k": 10, "m": 20, "g": 30, "t": 40}[m[2]]
	if err != nil || n > math.MaxInt64>>shift {
		return fmt.Errorf("size %q is too large", text)
	}
	*s = Size(n << shift)
	return nil
}

// String implements pflag.Value: the largest unit that is exact.
func (s *Size) String() string {
	n, unit := int64(*s), 0
	for n != 0 && n%1024 == 0 && unit < 4 {
		n /= 1024
		unit++
	}
	return strconv.FormatInt(n, 10) + []string{"", "KiB", "MiB", "GiB", "TiB"}[unit]
}

// Type implements pflag.Value.
func (*Size) Type() string { return "size" }

// PublicAddress returns scheme and host of PublicURL; both are empty when it is
// not set. The path may be that of a base address (/gallery, /gallery/api, …),
// which is dropped: the server knows its paths.
func (c *Server) PublicAddress() (scheme, host string, err error) {
	if c.PublicURL == "" {
		return "", "", nil
	}
	u, err := url.Parse(c.PublicURL)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", "", fmt.Errorf("public-url %q: want http or https, host and, if need be, port, such as https://gallery.example.com", c.PublicURL)
	}
	switch strings.ToLower(strings.Trim(u.Path, "/")) {
	case "", "gallery", "gallery/api", "api", "webapi":
	default:
		return "", "", fmt.Errorf("public-url %q: a path of its own (%s) is not supported; the gallery is served at /gallery/api, /api and /webapi", c.PublicURL, u.Path)
	}
	return strings.ToLower(u.Scheme), strings.ToLower(u.Host), nil
}

// ProxyNetworks returns TrustedProxies as networks.
func (c *Server) ProxyNetworks() ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, text := range c.TrustedProxies {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			a, bad := netip.ParseAddr(text)
			if bad != nil {
				return nil, fmt.Errorf("trusted-proxies: %q is no address and no network", text)
			}
			p = netip.PrefixFrom(a, a.BitLen())
		}
		out = append(out, p.Masked())
	}
	return out, nil
}
