package server

import (
	"net/url"
	"strings"
)

// base is the mount point of a request.
type base int

const (
	noBase  base = iota
	gallery      // /gallery/api and /api: the forms of the OAuth 1 era
	webapi       // /webapi: the forms of the OAuth 2 era
)

// splitPath normalises a copy of the path for routing: empty segments (a
// doubled or trailing slash) are dropped, the base is cut off, and each
// segment is decoded once. What a signature covers is the path as sent, which
// this leaves alone. Segments keep their case: ids have one.
func splitPath(escaped string) (base, []string) {
	var segments []string
	for s := range strings.SplitSeq(escaped, "/") {
		if s == "" {
			continue
		}
		plain, err := url.PathUnescape(s)
		if err != nil {
			plain = s // no route and no id has it, so it is not found
		}
		segments = append(segments, plain)
	}
	switch {
	case hasPrefixFold(segments, "gallery", "api"):
		return gallery, segments[2:]
	case hasPrefixFold(segments, "api"):
		return gallery, segments[1:]
	case hasPrefixFold(segments, "webapi"):
		return webapi, segments[1:]
	}
	return noBase, segments
}

func hasPrefixFold(segments []string, prefix ...string) bool {
	if len(segments) < len(prefix) {
		return false
	}
	for i, p := range prefix {
		if !strings.EqualFold(segments[i], p) {
			return false
		}
	}
	return true
}
