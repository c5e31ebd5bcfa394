package oauth1

import (
	"errors"
	"strings"
)

var errHeader = errors.New("the Authorization header does not follow name=\"value\", name=\"value\" (RFC 5849 section 3.5.1)")

// cutScheme returns what follows the scheme OAuth, which is written in any
// case (RFC 5849 section 3.5.1, RFC 9110 section 11.1).
func cutScheme(header string) (params string, ok bool) {
	header = strings.TrimLeft(header, " \t")
	const scheme = "OAuth"
	if len(header) < len(scheme) || !strings.EqualFold(header[:len(scheme)], scheme) {
		return "", false
	}
	rest := header[len(scheme):]
	if rest != "" && rest[0] != ' ' && rest[0] != '\t' {
		return "", false
	}
	return rest, true
}

// addHeader collects the parameters of an Authorization header.
func (c *collector) addHeader(header string) error {
	return HeaderParameters(header, func(name, value string) error {
		return c.add(name, value, inHeader, false)
	})
}

// HeaderParameters calls yield for each parameter of an Authorization header of
// the scheme OAuth (RFC 5849 section 3.5.1), without realm and still encoded;
// other schemes hold none. It stops at the first error of yield and returns
// it. Values stand in quotes; bare ones are taken too, as RFC 9110 section
// 11.2 allows either.
func HeaderParameters(header string, yield func(name, value string) error) error {
	s, ok := cutScheme(header)
	if !ok {
		return nil
	}
	for {
		s = strings.TrimLeft(s, " \t,")
		if s == "" {
			return nil
		}
		eq := strings.IndexByte(s, '=')
		if eq <= 0 {
			return errHeader
		}
		name := strings.TrimRight(s[:eq], " \t")
		if strings.ContainsAny(name, " \t,\"") {
			return errHeader
		}
		s = strings.TrimLeft(s[eq+1:], " \t")
		var value string
		if strings.HasPrefix(s, `"`) {
			end := endOfQuoted(s)
			if end < 0 {
				return errHeader
			}
			value, s = s[1:end], strings.TrimLeft(s[end+1:], " \t")
			if s != "" && s[0] != ',' {
				return errHeader
			}
		} else {
			value, s, _ = strings.Cut(s, ",")
			value = strings.TrimRight(value, " \t")
			if strings.ContainsAny(value, " \t\"") {
				return errHeader
			}
		}
		if strings.EqualFold(name, "realm") {
			continue // not signed; may hold characters that no percent-encoding knows
		}
		if err := yield(name, value); err != nil {
			return err
		}
	}
}

// endOfQuoted returns the index of the quote that closes s, which begins with
// one, or -1. A backslash hides the next character.
func endOfQuoted(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return -1
}
