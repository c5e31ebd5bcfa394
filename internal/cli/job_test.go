package cli

import (
	"strings"
	"testing"

	"kickoff/gallery"
)

// The tool is named once, whether or not the gallery's own text names it.
func TestMessageText(t *testing.T) {
	for _, c := range []struct {
		tool       int
		text, want string
	}{
		{-1, "The job was cancelled", "The job was cancelled"},
		{3, "1 record was read", "tool 3: 1 record was read"},
		{3, "tool 3 (Filter): Expression: wrong", "tool 3 (Filter): Expression: wrong"},
		{3, "tool 3>2 (Filter): wrong", "tool 3>2 (Filter): wrong"},
		{3, "tool 31 (Filter): wrong", "tool 3: tool 31 (Filter): wrong"},
	} {
		if got := messageText(gallery.Message{ToolID: c.tool, Text: c.text}); got != c.want {
			t.Errorf("%d %q: %q, want %q", c.tool, c.text, got, c.want)
		}
	}
}

// Lines stay lines, so that an underline stands below its expression; nothing
// else gets through to the terminal.
func TestPrintableLines(t *testing.T) {
	got := strings.Join(printableLines("wrong (line 1)\r\n  [a] +\x1b[2J\n  ~~~\n"), "|")
	if want := "wrong (line 1)|  [a] + [2J|  ~~~"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
