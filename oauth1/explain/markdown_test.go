package explain_test

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kickoff/oauth1/explain"
)

// markdown renders the catalogue as docs/oauth-mistakes.md.
func markdown() []byte {
	var b bytes.Buffer
	b.WriteString(`# What goes wrong with OAuth 1.0a signatures

<!-- Generated from the table in oauth1/explain: edit that and run go generate ./oauth1/explain. -->

A gallery refuses a wrong signature with one sentence for all causes. This is the list of causes that ` + "`kickoff explain`" + ` and the
server know. *By proof*: the signature was computed with this mistake and equals the one sent. *By sight*: the request shows
it, no secret needed. *By server*: only the server can tell, from its clock, its nonces and its keys.
`)
	rows := explain.Catalogue()
	slices.SortStableFunc(rows, func(a, b explain.Mistake) int {
		return cmp.Or(cmp.Compare(axisRank(a.Axis), axisRank(b.Axis)), strings.Compare(a.ID[:1], b.ID[:1]), cmp.Compare(number(a.ID), number(b.ID)))
	})
	var axis explain.Axis
	for _, m := range rows {
		if m.Axis != axis {
			axis = m.Axis
			fmt.Fprintf(&b, "\n## %s%s\n\n| id | what was done | cure | told by |\n|---|---|---|---|\n", strings.ToUpper(string(axis[:1])), axis[1:])
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", m.ID, cell(m.Text), cell(m.Cure), m.Marks)
	}
	return b.Bytes()
}

// cell keeps a text from ending its column or turning into markup.
func cell(s string) string {
	return strings.NewReplacer("|", `\|`, "*", `\*`, "_", `\_`, "`", "\\`", "<", "&lt;").Replace(s)
}

func axisRank(a explain.Axis) int {
	return slices.Index([]explain.Axis{explain.InAddress, explain.InParameters, explain.InEncoding, explain.InMethod, explain.InKey, explain.InOutput, explain.InTime, explain.OnTheWay}, a)
}

func number(id string) int {
	n, err := strconv.Atoi(id[1:])
	if err != nil {
		return 0
	}
	return n
}
