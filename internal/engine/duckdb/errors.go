//go:build cgo

package duckdb

import (
	"context"
	"errors"
	"fmt"
	"strings"

	bindings "github.com/duckdb/duckdb-go-bindings"

	"kickoff/internal/diag"
)

// failed returns the error of a result.
func failed(ctx context.Context, res *bindings.Result, sql string) error {
	return classify(ctx, bindings.ResultError(res), sql)
}

// classify turns the text of an error of DuckDB into what it means for the one
// who runs a workflow. Its texts start with the kind: "Out of Memory Error: ...".
func classify(ctx context.Context, msg, sql string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	kind, text, _ := strings.Cut(msg, ": ")
	text, _, _ = strings.Cut(text, "\n\nLINE ")
	text, _, _ = strings.Cut(text, "\n")
	cause := &Error{Msg: msg, SQL: sql}
	switch {
	case strings.HasPrefix(kind, "Out of Memory"):
		return &diag.Diagnostic{Code: diag.Limit, Msg: "the memory of this run is used up", Err: cause,
			Hint: "allow the run more memory, or keep fewer fields and records before sorts, joins and groupings"}
	case strings.Contains(msg, "No space left on device"), strings.Contains(msg, "max_temp_directory_size"):
		return &diag.Diagnostic{Code: diag.Limit, Msg: "the disk for temporary files is full", Err: cause,
			Hint: "make room where temporary files are kept, or keep fewer fields and records"}
	case strings.HasPrefix(kind, "IO Error"):
		return &diag.Diagnostic{Code: diag.BadFile, Msg: text, Err: cause}
	case strings.HasPrefix(kind, "Permission Error"):
		return &diag.Diagnostic{Code: diag.Refused, Msg: text, Err: cause}
	case strings.HasPrefix(kind, "Invalid Input Error") && strings.Contains(msg, userMark):
		_, text, _ = strings.Cut(msg, userMark)
		return &diag.Diagnostic{Code: diag.Failed, Msg: text, Err: cause}
	}
	return &diag.Diagnostic{Code: diag.Internal, Msg: fmt.Sprintf("the engine refused a statement: %s", msg), Err: cause}
}

// userMark starts the errors that functions of the language raise, so that they
// are told from DuckDB's own.
const userMark = "kickoff: "

// Error is an error of DuckDB with the statement that it refused.
type Error struct{ Msg, SQL string }

func (e *Error) Error() string { return e.Msg }

// blame puts the tool into a diagnostic that names none.
func blame(err error, t diag.Tool) error {
	var d *diag.Diagnostic
	if errors.As(err, &d) && d.Tool.ID == 0 && d.Tool.Name == "" {
		c := *d
		c.Tool = t
		return &c
	}
	return err
}
