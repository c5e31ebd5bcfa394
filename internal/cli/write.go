package cli

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// writeJSON writes one value, indented, as the whole of standard output.
func (a *app) writeJSON(v any) error {
	enc := json.NewEncoder(a.Out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// oneFormat refuses --csv beside --json.
func (a *app) oneFormat(csv bool) error {
	if csv && a.json {
		return usageError("", "--csv and --json exclude each other")
	}
	return nil
}

// writeCSV writes rows below a header, RFC 4180.
func (a *app) writeCSV(header []string, rows [][]string) error {
	w := csv.NewWriter(a.Out)
	w.UseCRLF = false
	if err := w.Write(header); err != nil {
		return err
	}
	return w.WriteAll(rows)
}

// writeTable writes rows in columns below a header in capitals. The header is
// written only for a person: scripts get the rows.
func (a *app) writeTable(header []string, rows [][]string) error {
	widths := make([]int, len(header))
	all := rows
	if a.OutTTY {
		all = append([][]string{header}, rows...)
	}
	for _, row := range all {
		for i, cell := range row {
			row[i] = printable(cell)
			widths[i] = max(widths[i], utf8.RuneCountInString(row[i]))
		}
	}
	for _, row := range all {
		var line strings.Builder
		for i, cell := range row {
			if i > 0 {
				line.WriteString("  ")
			}
			line.WriteString(cell)
			if i < len(row)-1 {
				line.WriteString(strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)))
			}
		}
		if _, err := fmt.Fprintln(a.Out, strings.TrimRight(line.String(), " ")); err != nil {
			return err
		}
	}
	return nil
}

// printableLines are the lines of a server's text, each printable: an
// expression that is wrong comes with an underline on a line of its own.
func printableLines(s string) []string {
	lines := strings.Split(strings.TrimRight(s, "\r\n"), "\n")
	for i, line := range lines {
		lines[i] = printable(strings.TrimSuffix(line, "\r"))
	}
	return lines
}

// printable keeps a server's text from steering the terminal or breaking the line.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return ' '
		}
		return r
	}, s)
}
