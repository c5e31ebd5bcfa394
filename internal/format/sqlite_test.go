package format

import (
	"context"
	"database/sql"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadSQLite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a b.sqlite")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{
		`CREATE TABLE "my table" (id INTEGER, price REAL, name TEXT, day DATE, at DATETIME, ok BOOLEAN, raw BLOB)`,
		`INSERT INTO "my table" VALUES (1, 2.5, 'café', '2024-05-06', '2024-05-06 07:08:09', 1, x'00ff'), (2, 3, NULL, NULL, NULL, 0, NULL)`,
		`CREATE TABLE bad (id INTEGER)`, `INSERT INTO bad VALUES (1), ('two')`,
	} {
		if _, err := db.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	db.Close()
	open := func(q string) ([][]string, error) {
		r, err := OpenSQLite(context.Background(), path, "a.sqlite", SQLiteOptions{Query: q})
		if err != nil {
			return nil, err
		}
		return rows(t, r), nil
	}
	want := [][]string{{"1", "2.5", "café", "2024-05-06", "2024-05-06 07:08:09", "True", "00FF"}, {"2", "3", "∅", "∅", "∅", "False", "∅"}}
	for _, q := range []string{"my table", "`my table`", `SELECT * FROM "my table" ORDER BY id`} {
		got, err := open(q)
		if d := cmp.Diff(want, got); d != "" || err != nil {
			t.Errorf("%s: %v %s", q, err, d)
		}
	}
	got, err := open(`select count(*) n, max(price) from "my table"`)
	if d := cmp.Diff([][]string{{"2", "3"}}, got); d != "" || err != nil {
		t.Error(err, d)
	}
	for q, want := range map[string]string{"": "no table or query", "none": "no such table", "with x as (select 1) delete from bad": "read a.sqlite"} {
		if _, err := open(q); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", q, err)
		}
	}
	r, err := OpenSQLite(context.Background(), path, "a.sqlite", SQLiteOptions{Query: "bad"})
	for err == nil {
		_, err = r.Next(context.Background())
	}
	if err == io.EOF || !strings.Contains(err.Error(), `record 2: field "id": the value "two" is no Int64`) {
		t.Error(err)
	}
	r.Close()
	if _, err := OpenSQLite(context.Background(), filepath.Join(t.TempDir(), "none"), "x", SQLiteOptions{Query: "t"}); err == nil {
		t.Error("opened a missing file")
	}
}
