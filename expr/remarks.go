package expr

import "fmt"

// Remarks lists what is legal but rarely meant: AND beside OR without
// parentheses, which the language groups from the left.
func Remarks(n Node) []*Error {
	var remarks []*Error
	Walk(n, func(n Node) bool {
		if b, ok := n.(*Binary); ok && b.Mixed {
			remarks = append(remarks, &Error{b.Span, fmt.Sprintf("AND and OR bind equally here, from the left: this is %s; put parentheses", b.unmixed())})
		}
		return true
	})
	return remarks
}

// unmixed prints n with parentheses that show its grouping.
func (n *Binary) unmixed() string {
	m := *n
	m.Mixed = false
	return m.String()
}
