package workflow

import "strings"

// Slash writes a document's path with slashes, without surrounding space and quotes.
func Slash(path string) string {
	return strings.ReplaceAll(strings.Trim(strings.TrimSpace(path), `"`), `\`, "/")
}

// hasDrive reports whether a path starts at a Windows drive or share.
func hasDrive(path string) bool {
	return len(path) >= 2 && path[1] == ':' || strings.HasPrefix(path, "//")
}
