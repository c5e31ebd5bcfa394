package expr

import (
	"fmt"
	"io"
	"strings"
)

// WriteMarkdown writes the function table as a Markdown page, category by
// category, with every example.
func WriteMarkdown(w io.Writer) error {
	var b strings.Builder
	b.WriteString("# Functions of the expression language\n\n" +
		"Generated from the function table; do not edit. `go test ./expr -run Docs -update` writes it again.\n\n" +
		"Names ignore case. An argument in brackets may be left out; one with `...` may be repeated. " +
		"Dates are text in ISO form to every function, and truth is a number. " +
		"Null in any argument gives Null unless a function says otherwise. " +
		"In an example, Null stands for no value.\n")
	for _, c := range categories {
		fmt.Fprintf(&b, "\n## %s\n", c.name)
		for _, f := range table {
			if f.Category == c.name {
				f.markdown(&b)
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// markdown writes one function.
func (f *Function) markdown(b *strings.Builder) {
	fmt.Fprintf(b, "\n### %s(%s)\n\n%s", f.Name, f.Args, f.Help)
	if f.Volatile {
		b.WriteString(" (Another value for each record.)")
	}
	b.WriteString("\n\n| expression | result |\n|---|---|\n")
	for _, e := range f.Examples {
		fmt.Fprintf(b, "| %s | %s |\n", code(e.Expr), code(e.Result))
	}
}

// code prints text as code in a table; an empty text stays empty.
func code(s string) string {
	if s == "" {
		return ""
	}
	return "`" + strings.ReplaceAll(s, "|", `\|`) + "`"
}
