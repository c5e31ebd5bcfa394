package captured

import (
	"errors"
	"strconv"
	"strings"
)

// shellWords splits a command line as a POSIX shell does, without expanding
// anything: quotes, backslashes, $'…' and lines that go on. A command copied
// for Windows, where ^ is what \ is, is turned into one first.
func shellWords(s string) ([]string, error) {
	if strings.Contains(s, `^"`) || strings.Contains(s, "^\n") || strings.Contains(s, "^\r\n") {
		s = fromWindows(s)
	}
	var words []string
	var word strings.Builder
	started := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			if started {
				words = append(words, word.String())
				word.Reset()
				started = false
			}
		case c == '\'':
			end := strings.IndexByte(s[i+1:], '\'')
			if end < 0 {
				return nil, errors.New("a ' is not closed")
			}
			word.WriteString(s[i+1 : i+1+end])
			i += end + 1
			started = true
		case c == '$' && i+1 < len(s) && s[i+1] == '\'':
			n, err := ansiQuoted(&word, s[i+2:])
			if err != nil {
				return nil, err
			}
			i += n + 1
			started = true
		case c == '"':
			n, err := doubleQuoted(&word, s[i+1:])
			if err != nil {
				return nil, err
			}
			i += n
			started = true
		case c == '\\':
			if i++; i == len(s) {
				return nil, errors.New("the command ends with a backslash")
			}
			if s[i] == '\r' && i+1 < len(s) && s[i+1] == '\n' {
				i++
			}
			if s[i] != '\n' { // else the line goes on
				word.WriteByte(s[i])
				started = true
			}
		case strings.IndexByte("|;<>&", c) >= 0:
			// The end of the command, or an unquoted & in an address, which the
			// shell cuts too: say so rather than explain half of it.
			if c == '&' && started {
				return nil, errors.New("there is a & outside quotes: the shell ends the command there, so put the address in quotes")
			}
			if started {
				words = append(words, word.String())
			}
			return words, nil
		default:
			word.WriteByte(c)
			started = true
		}
	}
	if started {
		words = append(words, word.String())
	}
	return words, nil
}

// doubleQuoted reads up to the closing quote and returns how far that is.
func doubleQuoted(word *strings.Builder, s string) (int, error) {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			return i + 1, nil
		case c == '\\' && i+1 < len(s) && strings.IndexByte("\\\"$`\n", s[i+1]) >= 0:
			if i++; s[i] != '\n' {
				word.WriteByte(s[i])
			}
		default:
			word.WriteByte(c)
		}
	}
	return 0, errors.New(`a " is not closed`)
}

// ansiQuoted reads $'…' from behind its opening quote and returns how far it goes.
func ansiQuoted(word *strings.Builder, s string) (int, error) {
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\'':
			return i + 1, nil
		case s[i] != '\\' || i+1 == len(s):
			word.WriteByte(s[i])
			continue
		}
		// strconv knows the same escapes, but for \' and \".
		if s[i+1] == '\'' || s[i+1] == '"' {
			word.WriteByte(s[i+1])
			i++
			continue
		}
		r, multibyte, rest, err := strconv.UnquoteChar(s[i:], '\'')
		if err != nil {
			return 0, errors.New("an escape in $'…' is not known")
		}
		if multibyte {
			word.WriteRune(r)
		} else {
			word.WriteByte(byte(r))
		}
		i = len(s) - len(rest) - 1
	}
	return 0, errors.New("a $' is not closed")
}

// fromWindows takes the carets away with which browsers write a command for
// cmd.exe, where ^ makes the next sign ordinary, even within quotes.
func fromWindows(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '^' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		switch s[i] {
		case '\r', '\n':
			b.WriteByte(' ')
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}
