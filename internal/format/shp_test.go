package format

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kickoff/internal/spatial"
	"kickoff/record"
)

// shapefile is the bytes of a .shp file with geometries in the form of records.
func shapefile(shapes ...[]byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, 9994)
	b = append(b, make([]byte, 96)...)
	for i, s := range shapes {
		b = binary.BigEndian.AppendUint32(b, uint32(i+1))
		b = binary.BigEndian.AppendUint32(b, uint32(len(s)/2))
		b = append(b, s...)
	}
	return b
}

// dbf is the bytes of a table: fields as "name type size decimals", and records
// with their mark of deletion.
func dbf(fields []string, rows ...string) []byte {
	size, defs := 1, []byte(nil)
	for _, f := range fields {
		var name, typ string
		var n, decimals int
		fmt.Sscan(f, &name, &typ, &n, &decimals)
		d := make([]byte, 32)
		copy(d, name)
		d[11], d[16], d[17] = typ[0], byte(n), byte(decimals)
		defs, size = append(defs, d...), size+n
	}
	b := make([]byte, 32)
	b[0] = 3
	binary.LittleEndian.PutUint32(b[4:], uint32(len(rows)))
	binary.LittleEndian.PutUint16(b[8:], uint16(33+len(defs)))
	binary.LittleEndian.PutUint16(b[10:], uint16(size))
	b = append(append(b, defs...), '\r')
	for _, r := range rows {
		b = append(b, r...)
	}
	return append(b, 0x1a)
}

func writeFiles(t *testing.T, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// heights is a point with a height and a measure.
func heights(x, y float64) []byte {
	b := append(spatial.Point(x, y).Encode(), make([]byte, 16)...)
	b[0] = 11
	return b
}

func TestShapefile(t *testing.T) {
	null := []byte{0, 0, 0, 0}
	fields := []string{"name C 6 0", "n N 4 0", "big N 12 0", "x N 8 3", "f F 8 2", "d D 8 0", "ok L 1 0"}
	row := func(cells ...any) string { return fmt.Sprintf("%s%-6s%4s%12s%8s%8s%8s%1s", cells...) }
	table := dbf(fields,
		row(" ", "caf\xe9", "1", "5000000000", "1.250", "2.5", "20240229", "T"),
		row("*", "gone", "2", "2", "2.000", "2.0", "20240229", "T"),
		row(" ", "", "", "", "********", "", "00000000", "?"),
		row(" ", "b", "-3", "4", "-0.500", "1.0E+01", "19000101", "f"))
	dir := writeFiles(t, map[string][]byte{
		"a.shp": shapefile(spatial.Point(1, 2).Encode(), spatial.Point(9, 9).Encode(), null, heights(3, 4)),
		"a.DBF": table, "a.prj": []byte(`GEOGCS["WGS 84"]`),
		"projected.shp": shapefile(), "projected.dbf": table, "projected.prj": []byte(`PROJCS["OSGB"]`),
		"alone.shp": shapefile(null), "none.shp": []byte("no shapefile"),
		"cut.shp": shapefile(null, spatial.Point(1, 2).Encode())[:120], "cut.dbf": table,
		"short.shp": shapefile(null, null, null, null, null), "short.dbf": table,
		"utf.shp": shapefile(null), "utf.dbf": dbf([]string{"t C 4 0"}, " ä  "), "utf.cpg": []byte("UTF-8"),
		"page.shp": shapefile(null), "page.dbf": dbf([]string{"t C 4 0"}, " abcd"), "page.cpg": []byte("EBCDIC"),
	})
	read := func(name string) (record.Schema, []string, error) {
		in, err := Folder{Dir: dir}.Input(File{Written: name, Format: -1})
		if err != nil {
			return nil, nil, err
		}
		r, err := in.Open(context.Background())
		if err != nil {
			return nil, nil, err
		}
		defer r.Close()
		all, err := record.ReadAll(context.Background(), r, 0)
		if err != nil {
			return nil, nil, err
		}
		var lines []string
		for row := range all.Len {
			var cells []string
			for i := range all.Schema {
				cell := "Null"
				if !all.Cols[i].IsNull(row) {
					cell = string(AppendValue(nil, all.Schema[i].Type, &all.Cols[i], row))
				}
				cells = append(cells, cell)
			}
			lines = append(lines, strings.Join(cells, "|"))
		}
		return all.Schema, lines, nil
	}
	s, got, err := read("a.shp")
	want := []string{
		`café|1|5000000000|1.25|2.5|2024-02-29|True|{ "type": "Point", "coordinates": [ 1.0, 2.0 ] }`,
		`|Null|Null|Null|Null|Null|Null|Null`,
		`b|-3|4|-0.5|10|1900-01-01|False|{ "type": "Point", "coordinates": [ 3.0, 4.0 ] }`,
	}
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Error(err, d)
	}
	var types []string
	for _, f := range s {
		types = append(types, f.Name+" "+f.Type.String())
	}
	if d := cmp.Diff([]string{"name V_String", "n Int32", "big Int64", "x Double", "f Double", "d Date", "ok Bool", "SpatialObj SpatialObj"}, types); d != "" {
		t.Error(d)
	}
	if s, got, err := read("utf.shp"); err != nil || s[0].Type != record.VWString || got[0] != "ä|Null" {
		t.Error(s, got, err)
	}
	for name, want := range map[string]string{
		"projected.shp": "read projected.shp: its coordinates are projected; only degrees of longitude and latitude are read",
		"alone.shp":     "read alone.shp: the table of its attributes is missing",
		"none.shp":      "read none.shp: not a shapefile",
		"cut.shp":       "read cut.shp: record 2: the file is cut off",
		"short.shp":     "read short.shp: record 5 of its table: there is none",
		"page.shp":      `read page.shp: the code page "EBCDIC" of its table is not known`,
	} {
		if _, _, err := read(name); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
	if _, err := (Folder{Dir: dir}).Input(File{Written: "a.shp", Format: FormatSHP, Options: Options{"Projection": "EPSG:27700"}}); err == nil {
		t.Error("another projection is read as degrees")
	}
}
