package explain

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"kickoff/oauth1"
)

// bySight says what shows in the request alone.
func (f *facts) bySight() []Finding {
	var fs []Finding
	say := func(id, detail string, args ...any) { fs = append(fs, finding(id, fmt.Sprintf(detail, args...))) }

	if len(f.places) == 0 {
		say("H4", "")
		return fs
	}
	if f.headerError != nil {
		say("Q17", "%v", f.headerError)
	}
	if len(f.places) > 1 {
		say("Q17", "in the %s", strings.Join(sorted(f.places), " and the "))
	}
	for _, name := range sorted(f.names) {
		if f.names[name] > 1 && strings.HasPrefix(name, "oauth_") {
			say("Q17", "%s is there %d times", clip(name), f.names[name])
		}
	}
	var missing []string
	for _, name := range []string{"oauth_consumer_key", "oauth_signature_method", "oauth_timestamp", "oauth_nonce", "oauth_signature"} {
		if !f.sends(name) {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		say("H1", "missing: %s", strings.Join(missing, ", "))
	}
	if f.sends("oauth_signature_method") && f.method != "HMAC-SHA1" {
		say("D7", "it says %q", clip(f.method))
	}
	f.sightTime(say)
	for i := range f.right.params.list {
		p := f.right.params.list[i]
		switch {
		case strings.HasPrefix(p.name, "amp;"):
			say("E15", "%q", clip(p.name))
		case !p.header && !p.oauth && strings.Contains(p.rawValue, "+") && !strings.Contains(p.rawValue, "%20"):
			say("E7", "if %q stands for a plus sign and not for a blank", clip(p.rawValue))
		case !p.oauth && encodedAgain(p.rawValue):
			say("H5", "%q", clip(p.name+"="+p.rawValue))
		}
	}
	for _, id := range f.sightSignature() {
		say(id, "")
	}
	return fs
}

// sightTime looks at the form of the timestamp.
func (f *facts) sightTime(say func(id, detail string, args ...any)) {
	ts := f.timestamp
	if ts == "" {
		return
	}
	digits := strings.Trim(ts, "0123456789") == ""
	switch {
	case digits && len(ts) >= 12 && len(ts) <= 14:
		say("T1", "%s has %d digits", clip(ts), len(ts))
	case !digits || len(ts) > 10:
		say("T4", "%q", clip(ts))
	}
}

// encodedAgain reports whether s holds an escaped escape such as %2520.
func encodedAgain(s string) bool {
	for i := 0; i+4 < len(s); i++ {
		if s[i] == '%' && s[i+1] == '2' && s[i+2] == '5' && isHex(s[i+3]) && isHex(s[i+4]) {
			return true
		}
	}
	return false
}

// sightSignature names what is odd about the form of the signature: the
// mistakes of the readings that all readings as a digest share.
func (f *facts) sightSignature() []string {
	if f.presented == "" {
		return nil
	}
	var ids []string
	for i, t := range invert(f.presented) {
		if i == 0 || len(t.output) < len(ids) {
			ids = t.output
		}
	}
	return ids
}

// byState says what the server's state shows. Rows that the state settles are
// not left to the search, which would find the signature right.
func (f *facts) byState() []Finding {
	st := f.q.State
	if st == nil {
		return nil
	}
	var fs []Finding
	say := func(id, detail string) { fs = append(fs, finding(id, detail)) }
	if st.OAuth2Only {
		say("H6", "")
	}
	if st.KeyUnknown || st.KeyDisabled {
		say("K10", map[bool]string{true: "there is no such key", false: "the key is switched off"}[st.KeyUnknown])
	}
	window := st.Window
	if window == 0 {
		window = oauth1.DefaultWindow
	}
	late := st.Skew > window || st.Skew < -window
	switch {
	case late && st.NonceUsed:
		say("T5", "signed "+ago(st.Skew))
	case late && wholeQuarters(st.Skew):
		say("T2", "off by "+st.Skew.Round(15*time.Minute).String())
	case late:
		say("T3", "off by "+st.Skew.Round(time.Second).String())
	}
	switch {
	case st.NonceUsed && !late && len(f.nonce) > 0 && len(f.nonce) < 4:
		say("N3", fmt.Sprintf("it has %d characters", len(f.nonce)))
	case st.NonceUsed && !late:
		say("N2", "")
	}
	if st.NonceRepeats {
		say("N1", "")
	}
	return fs
}

func ago(skew time.Duration) string {
	if skew < 0 {
		return (-skew).Round(time.Second).String() + " ago"
	}
	return "for " + skew.Round(time.Second).String() + " from now"
}

// wholeQuarters reports whether d is a multiple of 15 minutes, as offsets
// between zones are, give or take a minute of ordinary skew.
func wholeQuarters(d time.Duration) bool {
	off := d.Abs() % (15 * time.Minute)
	return off <= time.Minute || off >= 14*time.Minute
}

func sorted(m map[string]int) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// clip keeps texts of a request short enough for a message.
func clip(s string) string {
	if len(s) > 64 {
		return s[:64] + "…"
	}
	return s
}
