// Package examples holds the example workflows of this repository, which the
// demo publishes: a plain workflow, an app with four questions, and the macro
// that both call, over a csv file of invented sales.
package examples

import (
	"archive/zip"
	"bytes"
	"embed"
	"fmt"
	"path"
)

//go:embed workflows
var workflows embed.FS

// Documents are the example workflows, by the name of their main document.
func Documents() []string { return []string{"Monthly Sales.yxmd", "Sales Explorer.yxwz"} }

// Package returns the package (.yxzp) of an example: the main document, and
// beside it the macro and the data that it uses.
func Package(document string) ([]byte, error) {
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for _, name := range []string{document, "Revenue.yxmc", "sales.csv"} {
		b, err := workflows.ReadFile(path.Join("workflows", name))
		if err != nil {
			return nil, fmt.Errorf("pack the example: %w", err)
		}
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(b)
		}
		if err != nil {
			return nil, fmt.Errorf("pack the example: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("pack the example: %w", err)
	}
	return buf.Bytes(), nil
}
