package captured

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Options of curl by what they mean here. An option that stands nowhere is an
// error: it could take the next word along, and the request would be another.
var (
	curlIgnored = strings.Fields(`-s --silent -S --show-error -f --fail --fail-with-body -v --verbose -i --include -k --insecure
		-L --location --compressed -N --no-buffer -O --remote-name -J --remote-header-name -g --globoff -4 --ipv4 -6 --ipv6
		--http1.0 -0 --http1.1 --http2 --http3 -# --progress-bar --no-progress-meter --ssl-no-revoke --path-as-is -q --disable -n --netrc`)
	curlIgnoredWord = strings.Fields(`-o --output -A --user-agent -b --cookie -c --cookie-jar -e --referer -m --max-time
		--connect-timeout -w --write-out -x --proxy -U --proxy-user --cacert --capath --cert -E --key --resolve --connect-to --retry
		--retry-delay --retry-max-time -D --dump-header -u --user -T --upload-file --limit-rate -r --range --interface --noproxy --trace --trace-ascii -z --time-cond`)
	curlData = strings.Fields(`-d --data --data-ascii --data-raw --data-binary --data-urlencode --json`)
)

// curlCommand is what the words of a command line come to.
type curlCommand struct {
	method  string
	urls    []string
	headers []string
	data    []string
	form    bool // -F: multipart, which is not signed
	get     bool
	head    bool
	json    bool
}

// FromCurl is the request that a curl command sends, written for a POSIX shell
// or, as browsers copy it, for Windows.
func FromCurl(command string) (Request, error) {
	words, err := shellWords(command)
	if err != nil {
		return Request{}, err
	}
	if len(words) == 0 || words[0] != "curl" && words[0] != "curl.exe" {
		return Request{}, errors.New("this is no curl command")
	}
	var c curlCommand
	if err := c.read(words[1:]); err != nil {
		return Request{}, err
	}
	return c.request()
}

func (c *curlCommand) read(words []string) error {
	for len(words) > 0 {
		word := words[0]
		words = words[1:]
		if !strings.HasPrefix(word, "-") || word == "-" {
			c.urls = append(c.urls, word)
			continue
		}
		option, value, glued := splitOption(word)
		if glued == "rest" { // -sS: further short options in the same word
			words = append([]string{"-" + value}, words...)
			value = ""
		}
		if !takesValue(option) {
			if err := c.flag(option); err != nil {
				return err
			}
			continue
		}
		if glued == "" {
			if len(words) == 0 {
				return fmt.Errorf("curl's %s has no value", option)
			}
			value, words = words[0], words[1:]
		}
		if err := c.option(option, value); err != nil {
			return err
		}
	}
	return nil
}

// splitOption cuts what is glued to an option: --url=x (value), -XPOST (value),
// -sS (rest, a further option).
func splitOption(word string) (option, value, glued string) {
	if strings.HasPrefix(word, "--") {
		if name, v, ok := strings.Cut(word, "="); ok {
			return name, v, "value"
		}
		return word, "", ""
	}
	if len(word) == 2 {
		return word, "", ""
	}
	if takesValue(word[:2]) {
		return word[:2], word[2:], "value"
	}
	return word[:2], word[2:], "rest"
}

func takesValue(option string) bool {
	switch option {
	case "-X", "--request", "-H", "--header", "--url", "-F", "--form", "--form-string":
		return true
	}
	return slices.Contains(curlData, option) || slices.Contains(curlIgnoredWord, option)
}

func (c *curlCommand) flag(option string) error {
	switch {
	case option == "-G" || option == "--get":
		c.get = true
	case option == "-I" || option == "--head":
		c.head = true
	case slices.Contains(curlIgnored, option):
	default:
		return fmt.Errorf("curl's option %s is not known here; leave it out if it does not change the request", option)
	}
	return nil
}

func (c *curlCommand) option(option, value string) error {
	switch option {
	case "-X", "--request":
		c.method = value
	case "-H", "--header":
		c.headers = append(c.headers, value)
	case "--url":
		c.urls = append(c.urls, value)
	case "-F", "--form", "--form-string":
		c.form = true
	case "-d", "--data", "--data-ascii", "--data-raw", "--data-binary", "--json", "--data-urlencode":
		if strings.HasPrefix(value, "@") && option != "--data-raw" {
			return fmt.Errorf("the body comes from the file %s, which is not read: write its text with --data-raw", value[1:])
		}
		c.json = c.json || option == "--json"
		if option == "--data-urlencode" {
			value = urlencode(value)
		}
		c.data = append(c.data, value)
	case "-T", "--upload-file":
		c.method = http.MethodPut
	}
	return nil
}

// urlencode is what --data-urlencode does: the part after the first "=" is encoded.
func urlencode(value string) string {
	name, content, ok := strings.Cut(value, "=")
	if !ok {
		return strings.ReplaceAll(url.QueryEscape(value), "+", "%20")
	}
	content = strings.ReplaceAll(url.QueryEscape(content), "+", "%20")
	if name == "" {
		return content
	}
	return name + "=" + content
}

func (c *curlCommand) request() (Request, error) {
	if len(c.urls) != 1 {
		return Request{}, fmt.Errorf("the curl command names %d addresses, and one is wanted", len(c.urls))
	}
	r := Request{Method: http.MethodGet, URL: c.urls[0], Header: http.Header{}}
	if !strings.Contains(r.URL, "://") {
		r.URL = "http://" + r.URL // as curl does
	}
	for _, h := range c.headers {
		if strings.HasSuffix(h, ";") && !strings.Contains(h, ":") || strings.HasSuffix(h, ":") {
			continue // an empty header, or one taken away
		}
		if err := r.AddHeader(h); err != nil {
			return r, err
		}
	}
	data := strings.Join(c.data, "&")
	switch {
	case c.get && data != "":
		head, fragment, has := strings.Cut(r.URL, "#")
		sep := "?"
		if strings.Contains(head, "?") {
			sep = "&"
		}
		r.URL = head + sep + data
		if has {
			r.URL += "#" + fragment
		}
	case len(c.data) > 0:
		r.Method, r.Body = http.MethodPost, []byte(data)
		if r.Header.Get("Content-Type") == "" {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if c.json {
				r.Header.Set("Content-Type", "application/json")
			}
		}
	case c.form:
		r.Method = http.MethodPost
		r.Header.Set("Content-Type", "multipart/form-data")
	}
	if c.head {
		r.Method = http.MethodHead
	}
	if c.method != "" {
		r.Method = strings.ToUpper(c.method)
	}
	_, err := splitAddress(r.URL)
	return r, err
}
