//go:build !unix

package server

import "fmt"

// listenError says why an address cannot be had.
func listenError(address string, err error) error {
	return fmt.Errorf("listen on %s: %w", address, err)
}
