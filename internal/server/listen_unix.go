//go:build unix

package server

import (
	"errors"
	"fmt"
	"net"
	"syscall"
)

// listenError says why an address cannot be had.
func listenError(address string, err error) error {
	var dns *net.DNSError
	var addr *net.AddrError
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("listen on %s: the port is in use by another program: choose another with --listen", address)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("listen on %s: not permitted; ports below 1024 need rights: choose another with --listen", address)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return fmt.Errorf("listen on %s: this machine does not have the address", address)
	case errors.As(err, &dns):
		return fmt.Errorf("listen on %s: there is no host %s", address, dns.Name)
	case errors.As(err, &addr):
		return fmt.Errorf("listen on %s: %s: write HOST:PORT, such as 127.0.0.1:8080, or :8080 for all addresses", address, addr.Err)
	}
	return fmt.Errorf("listen on %s: %w", address, err)
}
