package explain

import "strings"

// addressMistakes are those of the URL element (RFC 5849 section 3.4.1.2).
var addressMistakes = []Mistake{
	{ID: "U1", Axis: InAddress, Marks: Provable, Likely: 1,
		Text:     "The address that was signed is not the one that is called: it stops short, at the API root or another parent.",
		Cure:     "Sign the full address of the call, up to and without the \"?\".",
		variants: parentPaths},
	{ID: "U2", Axis: InAddress, Marks: Provable, Likely: 1,
		Text:     "The signed address and the one called differ by a slash.",
		Cure:     "Sign the path exactly as it is sent, slash by slash; do not let a framework or redirect add or drop one.",
		variants: slashes},
	{ID: "U3", Axis: InAddress, Marks: Provable, Likely: 1,
		Text: "The address was signed with http where the server is reached by https, or the reverse.",
		Cure: "Sign the scheme under which clients reach the server. If TLS ends at a proxy, give the server its public address.",
		variants: func(f *facts) []variant {
			other := map[string]string{"http": "https", "https": "http"}[f.right.url.scheme]
			return []variant{
				{axis: axScheme, what: "signed with %s", arg: other, apply: func(r *recipe) { r.url.scheme = other }},
				{axis: axScheme, what: "signed with the scheme in capitals", apply: func(r *recipe) { r.url.scheme = strings.ToUpper(r.url.scheme) }},
			}
		}},
	{ID: "U4", Axis: InAddress, Marks: Provable, Likely: 1,
		Text: "The default port (:443 of https, :80 of http) was left in the signed address.",
		Cure: "Drop :443 from https and :80 from http addresses before signing (RFC 5849 section 3.4.1.2).",
		variants: func(f *facts) []variant {
			if f.right.url.port != "" {
				return nil
			}
			return []variant{{axis: axPort, what: "signed with the default port", apply: func(r *recipe) { r.url.keepPort = true }}}
		}},
	{ID: "U5", Axis: InAddress, Marks: Provable, Likely: 2,
		Text:     "The port in the signed address is not the port that is called.",
		Cure:     "Sign the port that is called, unless it is the default of the scheme.",
		variants: ports},
	{ID: "U6", Axis: InAddress, Marks: Provable, Likely: 2,
		Text:     "The host was signed in capitals.",
		Cure:     "Write the host in lower case before signing (RFC 5849 section 3.4.1.2).",
		variants: hostCases},
	{ID: "U7", Axis: InAddress, Marks: Provable, Likely: 1,
		Text:     "Another name of the server was signed: its machine name, address or a name inside the network.",
		Cure:     "Sign the name that the request is sent to. If a proxy changes it, give the server its public address.",
		variants: hostNames},
	{ID: "U8", Axis: InAddress, Marks: Provable, Likely: 1,
		Text:     "The first part of the path (/gallery, /api, /webapi) was left out, doubled or replaced in the signed address.",
		Cure:     "Sign the path with the same beginning as it is sent with.",
		variants: roots},
	{ID: "U9", Axis: InAddress, Marks: Provable, Likely: 2,
		Text:     "The query was left in the address part of the base string.",
		Cure:     "Cut the address at the \"?\"; the query belongs to the parameters only.",
		variants: queryInURL},
	{ID: "U10", Axis: InAddress, Marks: Provable, Likely: 3,
		Text:     "A fragment (#…) or user information (name@) was left in the signed address.",
		Cure:     "Sign scheme, host, port and path only.",
		variants: fragments},
	{ID: "U11", Axis: InAddress, Marks: Provable, Likely: 2,
		Text:     "The path was decoded, encoded again or not encoded at all before signing.",
		Cure:     "Sign the path byte by byte as it stands in the request line.",
		variants: pathSpellings},
	{ID: "U12", Axis: InAddress, Marks: Provable, Likely: 3,
		Text: "The address has no path and was signed without the \"/\" that stands for it.",
		Cure: "Sign \"/\" where the path is empty (RFC 5849 section 3.4.1.2).",
		variants: func(f *facts) []variant {
			if f.right.url.path != "/" {
				return nil
			}
			return []variant{{axis: axSlash, what: "signed without a path", apply: func(r *recipe) { r.url.path = strings.TrimSuffix(r.url.path, "/") }}}
		}},
	{ID: "U13", Axis: InAddress, Marks: Provable, Likely: 3,
		Text: "The address was signed without its scheme.",
		Cure: "Put http:// or https:// in front before signing.",
		variants: func(*facts) []variant {
			return []variant{
				{axis: axUser, what: "signed without the scheme and \"://\"", apply: func(r *recipe) { r.url.noScheme = 2 }},
				{axis: axUser, what: "signed without the scheme", apply: func(r *recipe) { r.url.noScheme = 1 }},
			}
		}},
	{ID: "U14", Axis: InAddress, Marks: Provable, Likely: 2,
		Text:     "Another version or family of the API was signed than is called.",
		Cure:     "Sign the path that is called; v1, v2, v3, admin and user paths are different addresses.",
		variants: versions},
	{ID: "U15", Axis: InAddress, Marks: Provable, Likely: 3,
		Text:     "The path was signed in other letter case than it is sent.",
		Cure:     "Keep the case of path and ids as sent.",
		variants: pathCases},
}

func setPath(ax axis, what, path string) variant {
	return variant{axis: ax, what: what, arg: path, apply: func(r *recipe) { r.url.path = path }}
}

// parentPaths cuts the path behind each segment but the last.
func parentPaths(f *facts) []variant {
	path := f.right.url.path
	whole := strings.TrimSuffix(path, "/")
	var vs []variant
	for i := len(whole) - 1; i >= 0; i-- {
		if whole[i] != '/' {
			continue
		}
		vs = append(vs, setPath(axRoot, "the path that was signed is %q", path[:i+1]))
		if i > 0 {
			vs = append(vs, setPath(axRoot, "the path that was signed is %q", path[:i]))
		} else {
			vs = append(vs, setPath(axRoot, "no path was signed", ""))
		}
	}
	return vs
}

func slashes(f *facts) []variant {
	path := f.right.url.path
	var vs []variant
	if path != "/" {
		if strings.HasSuffix(path, "/") {
			vs = append(vs, variant{axis: axSlash, what: "signed without the slash at the end", apply: func(r *recipe) { r.url.path = strings.TrimSuffix(r.url.path, "/") }})
		} else {
			vs = append(vs, variant{axis: axSlash, what: "signed with a slash at the end", apply: func(r *recipe) { r.url.path += "/" }})
		}
	}
	if strings.Contains(path, "//") {
		vs = append(vs, variant{axis: axSlash, what: "signed with one slash where two are sent", apply: func(r *recipe) {
			for strings.Contains(r.url.path, "//") {
				r.url.path = strings.ReplaceAll(r.url.path, "//", "/")
			}
		}})
	} else if f.root != "" {
		root := f.root
		vs = append(vs, variant{axis: axSlash, what: "signed with two slashes behind %s", arg: root, apply: func(r *recipe) {
			if rest, ok := strings.CutPrefix(r.url.path, root+"/"); ok {
				r.url.path = root + "//" + rest
			}
		}})
	}
	return vs
}

func ports(f *facts) []variant {
	sent := f.right.url.port
	var vs []variant
	if sent != "" {
		vs = append(vs, variant{axis: axPort, what: "signed without :%s", arg: sent, apply: func(r *recipe) { r.url.port = "" }})
	}
	seen := map[string]bool{sent: true}
	if sent == "" {
		seen[defaultPort(f.right.url.scheme)] = true // that is U4
	}
	for _, p := range append([]string{"80", "443", "8080", "8443"}, f.knownPorts...) {
		if !seen[p] {
			seen[p] = true
			vs = append(vs, variant{axis: axPort, what: "signed with :%s", arg: p, apply: func(r *recipe) { r.url.port = p }})
		}
	}
	return vs
}

func hostCases(f *facts) []variant {
	host := f.right.url.host
	label := strings.Split(host, ".")
	for i, l := range label {
		label[i] = capital(l)
	}
	var vs []variant
	for _, h := range distinct(host, strings.ToUpper(host), capital(host), strings.Join(label, "."), f.hostTyped) {
		vs = append(vs, variant{axis: axHost, what: "signed as %s", arg: h, apply: func(r *recipe) { r.url.host = h }})
	}
	return vs
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// distinct returns the names other than right, each once.
func distinct(right string, names ...string) []string {
	var out []string
	seen := map[string]bool{right: true, "": true}
	for _, n := range names {
		if !seen[n] {
			seen[n] = true
			out = append(out, n)
		}
	}
	return out
}

func hostNames(f *facts) []variant {
	host := f.right.url.host
	short, _, _ := strings.Cut(host, ".")
	www := "www." + host
	if bare, ok := strings.CutPrefix(host, "www."); ok {
		www = bare
	}
	names := append([]string{}, f.knownHosts...)
	names = append(names, short, "localhost", "127.0.0.1", www)
	var vs []variant
	for _, n := range distinct(host, names...) {
		if strings.EqualFold(n, host) {
			continue // that is U6
		}
		vs = append(vs, variant{axis: axHost, what: "signed as %s", arg: n, apply: func(r *recipe) { r.url.host = n }})
	}
	return vs
}

func roots(f *facts) []variant {
	var vs []variant
	replace := func(what, old, new string) {
		vs = append(vs, variant{axis: axRoot, what: what, arg: new, apply: func(r *recipe) {
			if rest, ok := strings.CutPrefix(r.url.path, old); ok {
				r.url.path = new + rest
			}
		}})
	}
	path := f.right.url.path
	first := ""
	if i := strings.IndexByte(strings.TrimPrefix(path, "/"), '/'); i >= 0 {
		first = path[:i+1]
	}
	for _, root := range distinct(f.root, f.roots...) {
		replace("signed with %s at the front", f.root, root)
	}
	if f.root != "" {
		replace("signed without the root of the API", f.root, "")
		replace("signed as %s…", f.root, f.root+f.root)
	}
	if first != "" && first != f.root {
		replace("signed without the first part of the path", first, "")
		replace("signed with the first part twice, %s…", first, first+first)
	}
	return vs
}

func queryInURL(f *facts) []variant {
	if f.ownQuery == "" {
		return nil
	}
	keep := func(r *recipe) { r.url.query = "?" + f.ownQuery }
	whole := "?" + f.sentQuery
	return []variant{
		{axis: axQuery, what: "the query stands in the address and among the parameters", apply: keep},
		{axis: axSplit, what: "the query stands in the address instead of among the parameters", apply: func(r *recipe) {
			keep(r)
			r.params.drop(func(p *param) bool { return !p.oauth })
		}},
		{axis: axQuery, what: "the query stands in the address with the oauth parameters", apply: func(r *recipe) { r.url.query = whole }},
	}
}

func fragments(f *facts) []variant {
	vs := []variant{{axis: axFragment, what: "signed with \"#\" at the end", apply: func(r *recipe) { r.url.fragment = "#" }}}
	if f.q.Fragment != "" {
		vs = append(vs, variant{axis: axFragment, what: "signed with %q at the end", arg: "#" + f.q.Fragment, apply: func(r *recipe) { r.url.fragment = "#" + f.q.Fragment }})
	}
	if f.q.User != "" {
		vs = append(vs, variant{axis: axFragment, what: "signed with the user information in front of the host", apply: func(r *recipe) { r.url.user = f.q.User + "@" }})
	}
	return vs
}

func pathSpellings(f *facts) []variant {
	with := func(what string, f func(string) string) variant {
		return variant{axis: axPathSpelling, what: what, apply: func(r *recipe) { r.url.path = f(r.url.path) }}
	}
	keepSlash := spell("/", "")
	return []variant{
		with("the path was decoded", func(p string) string { return decode(p, false) }),
		with("the path was encoded again", func(p string) string { return keepSlash.string(p) }),
		with("the path was encoded again, slashes too", func(p string) string { return rfc.string(p) }),
		with("the path was decoded and encoded by section 3.6", func(p string) string { return keepSlash.string(decode(p, false)) }),
		with("the path was escaped in small letters", func(p string) string { return recase(p, lowerHex) }),
		with("the path was escaped in capitals", func(p string) string { return recase(p, upperHex) }),
		with("blanks in the path were signed as \"+\"", func(p string) string { return strings.ReplaceAll(p, "%20", "+") }),
	}
}

// recase writes the escapes of s with the given digits.
func recase(s, digits string) string {
	b := []byte(s)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' && isHex(b[i+1]) && isHex(b[i+2]) {
			b[i+1], b[i+2] = digits[unhex(b[i+1])], digits[unhex(b[i+2])]
			i += 2
		}
	}
	return string(b)
}

func versions(f *facts) []variant {
	path := f.right.url.path
	var vs []variant
	swap := func(old, new string) {
		if strings.Contains(path, old) {
			vs = append(vs, variant{axis: axVersionPath, what: "signed with %s", arg: new, apply: func(r *recipe) { r.url.path = strings.Replace(r.url.path, old, new, 1) }})
		}
	}
	for _, old := range []string{"/v1/", "/v2/", "/v3/"} {
		for _, new := range []string{"/v1/", "/v2/", "/v3/"} {
			if old != new {
				swap(old, new)
			}
		}
	}
	for _, family := range []string{"/admin", "/user"} {
		swap(family+"/v", "/v")
	}
	if !strings.Contains(path, "/admin/v") && !strings.Contains(path, "/user/v") {
		swap("/v", "/admin/v")
		swap("/v", "/user/v")
	} else {
		swap("/admin/v", "/user/v")
		swap("/user/v", "/admin/v")
	}
	return vs
}

func pathCases(*facts) []variant {
	return []variant{
		{axis: axPathCase, what: "the path was signed in small letters", apply: func(r *recipe) { r.url.path = strings.ToLower(r.url.path) }},
		{axis: axPathCase, what: "the path was signed in capitals", apply: func(r *recipe) { r.url.path = strings.ToUpper(r.url.path) }},
		{axis: axPathCase, what: "the ids were signed in small letters", apply: func(r *recipe) { r.url.path = recaseIDs(r.url.path, strings.ToLower) }},
		{axis: axPathCase, what: "the ids were signed in capitals", apply: func(r *recipe) { r.url.path = recaseIDs(r.url.path, strings.ToUpper) }},
	}
}

// recaseIDs changes the segments that are 24 hexadecimal digits.
func recaseIDs(path string, to func(string) string) string {
	segments := strings.Split(path, "/")
	for i, s := range segments {
		if len(s) == 24 && strings.Trim(s, "0123456789abcdefABCDEF") == "" {
			segments[i] = to(s)
		}
	}
	return strings.Join(segments, "/")
}
