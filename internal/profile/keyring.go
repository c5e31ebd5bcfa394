package profile

import "github.com/zalando/go-keyring"

// SystemKeyring is the keyring of the operating system: Keychain, Credential
// Manager, or the Secret Service of a desktop.
type SystemKeyring struct{}

const service = "kickoff"

// Get returns the secret of an account.
func (SystemKeyring) Get(account string) (string, error) { return keyring.Get(service, account) }

// Set stores the secret of an account.
func (SystemKeyring) Set(account, secret string) error { return keyring.Set(service, account, secret) }

// Delete removes the secret of an account.
func (SystemKeyring) Delete(account string) error { return keyring.Delete(service, account) }
