package main

const (
	counting = "the records that pass each tool are counted for the job's log, which the SQL by hand does not do: one more pass of a batch through Go for each Filter. It shows where the rest is cheap."
	running  = "an expression that reads its own result of the record before is computed record by record in Go, on one core: the records are sorted, leave DuckDB, and stand in a table once more. SQL by hand can say this one because it happens to be a running sum."
	loading  = "a file is loaded into a table of DuckDB before anything reads it, by one core, so that a record's place is known and any number of tools may read it; DuckDB's own reader hands records on while it parses on both cores and keeps none."
)

// notes say why a workflow takes longer or more memory than the SQL written by
// hand, by the row's name. A row shows its note only when it misses its aim.
var notes = map[string]string{
	"five formulas": "each result is checked against its field: a whole number against the range of Int32, a text against what V_String can hold. " +
		"A value that does not fit is reported as a conversion error, where SQL by hand fails or does not notice.",
	"cross tab":                     "the headers are part of the result, so the document is compiled while the data is there: cells are aggregated into a table, headers are read, records are laid out in Go; by hand the 100 headers stand in the text of the query.",
	"multi-row running":             running,
	"multi-row running, memory":     running,
	"text to columns to rows":       "a Null is to stay one record with a Null, which costs a test of each text.",
	"union of four":                 counting,
	"filter formula summarize sort": counting,
	"read csv":                      loading,
	"read csv, memory":              loading,
	"read yxdb":                     loading,
	"read yxdb, memory":             loading,
}
