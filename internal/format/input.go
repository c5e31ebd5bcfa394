package format

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"kickoff/record"
	"kickoff/yxdb"
)

// The format numbers of File/@FileFormat that can be read or written.
const (
	FormatCSV      = 0
	FormatXLS      = 8
	FormatSHP      = 12
	FormatYXDB     = 19
	FormatFlat     = 21 // fixed width
	FormatXLSX     = 25
	FormatSQLite   = 36
	FormatXML      = 37
	FormatJSON     = 54
	FormatZip      = 57
	formatNotGiven = -1
)

// formatNames are the formats that occur in documents, also those that cannot
// be read, so that the user is told what it is that cannot.
var formatNames = map[int]string{
	FormatCSV: "delimited text", FormatXLS: "legacy Excel (xls)", FormatYXDB: "yxdb", FormatFlat: "fixed width text", FormatXLSX: "xlsx", FormatSQLite: "SQLite",
	FormatXML: "xml", FormatJSON: "json", FormatZip: "zip", FormatSHP: "ESRI shapefile", 17: "Oracle", 18: "OleDB", 23: "ODBC", 42: "Tableau extract (tde)",
	44: "Amazon S3", 47: "QlikView (qvx)", 64: "Tableau Hyper", 65: "Snowflake bulk",
}

// FormatName is the name of a format number for messages.
func FormatName(n int) string {
	if s, ok := formatNames[n]; ok {
		return s
	}
	return fmt.Sprintf("format %d", n)
}

// UnsupportedFormatError says that a format can be named and not be read or written.
type UnsupportedFormatError struct{ Format int }

func (e *UnsupportedFormatError) Error() string {
	return FormatName(e.Format) + " files are not supported"
}

// File is an input as an Input Data tool describes it.
type File struct {
	// Written is the text of the File element, with the table behind |||.
	Written string
	// Format is File/@FileFormat; negative takes it from the extension.
	Format int
	// Options are the elements below FormatSpecificOptions.
	Options Options
	// RecordLimit is File/@RecordLimit; 0 means none. It counts over all files.
	RecordLimit int64
	// SubDirs is File/@SearchSubDirs.
	SubDirs bool
	// FileName is File/@OutputFileName: "", "Path" or "FileName". The latter two
	// add a field FileName at the end.
	FileName string
	// Cached are the names that the fields had when the document was saved; nil
	// where it does not say.
	Cached []string
	Limits Limits
	// Notify is told what was cut, dropped or filled; may be nil. It is called from
	// the goroutine that reads.
	Notify func(Notice)
}

// Input is one or more files that are found and whose options are understood.
// It can be opened any number of times.
type Input struct {
	Files []Found
	// Types are what the document makes of the fields of text that are read; nil
	// leaves them as they are.
	Types  []record.Type
	folder Folder
	file   File
	path   string // as written, without the table
	table  string
	open   opener
}

// opener opens one file of a format.
type opener func(ctx context.Context, path string) (record.Reader, error)

// Input finds the files of an input and decodes its options. Nothing is read.
func (f Folder) Input(in File) (*Input, error) {
	r := &Input{folder: f, file: in}
	r.path, r.table = SplitTable(in.Written)
	switch in.FileName {
	case "", "Path", "FileName":
	default:
		return nil, &OptionError{"OutputFileName", in.FileName, "not Path or FileName"}
	}
	if in.Format < 0 {
		n, ok := FormatOf(r.path)
		if !ok {
			return nil, fmt.Errorf("file %q: its extension tells no format", r.path)
		}
		r.file.Format = n
	}
	var err error
	if r.open, err = r.opener(r.file.Format, in.Options); err != nil {
		return nil, err
	}
	if r.Files, err = f.Find(r.path, in.SubDirs); err != nil {
		return nil, err
	}
	return r, nil
}

// FormatOf tells the format of a file by its extension.
func FormatOf(path string) (int, bool) {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".csv", ".txt", ".tsv", ".dat", ".log", ".sql", ".md", ".html", ".htm", ".ini", ".bat", ".cmd", ".css", ".js":
		return FormatCSV, true
	case ".yxdb":
		return FormatYXDB, true
	case ".xlsx", ".xlsm":
		return FormatXLSX, true
	case ".xls":
		return FormatXLS, true
	case ".json", ".ndjson", ".geojson":
		return FormatJSON, true
	case ".xml", ".yxmd", ".yxmc", ".yxwz", ".kml", ".twb":
		return FormatXML, true
	case ".sqlite", ".db", ".sqlite3":
		return FormatSQLite, true
	case ".zip":
		return FormatZip, true
	case ".shp":
		return FormatSHP, true
	case ".flat":
		return FormatFlat, true
	}
	return formatNotGiven, false
}

// opener decodes the options of a format.
func (in *Input) opener(format int, o Options) (opener, error) {
	switch format {
	case FormatCSV:
		c, err := DecodeCSV(o)
		c.Cached, c.Limits, c.Notify = in.file.Cached, in.file.Limits, in.file.Notify
		return func(ctx context.Context, path string) (record.Reader, error) {
			f, err := in.folder.Open(path)
			if err != nil {
				return nil, err
			}
			return OpenCSV(ctx, f, filepath.Base(path), c)
		}, err
	case FormatXLSX, FormatXLS:
		x, err := DecodeXLSX(o)
		x.Table, x.Limits, x.Legacy = in.table, in.file.Limits, format == FormatXLS
		return func(ctx context.Context, path string) (record.Reader, error) {
			f, size, err := in.sized(path)
			if err != nil {
				return nil, err
			}
			return OpenXLSX(ctx, f, size, filepath.Base(path), x)
		}, err
	case FormatYXDB:
		r := newOptionReader(o)
		return in.openYXDB, r.done()
	case FormatFlat:
		x, err := DecodeFixed(o)
		x.Limits, x.Notify = in.file.Limits, in.file.Notify
		for _, f := range x.Fields {
			in.Types = append(in.Types, f.Type)
		}
		return in.streamed(func(ctx context.Context, f io.ReadCloser, name string) (record.Reader, error) {
			return OpenFixed(ctx, f, name, x)
		}), err
	case FormatJSON:
		r := newOptionReader(o)
		r.ignore("CodePage")
		return in.streamed(func(ctx context.Context, f io.ReadCloser, name string) (record.Reader, error) {
			return OpenJSON(ctx, f, name, 0)
		}), r.done()
	case FormatXML:
		x, err := DecodeXML(o)
		return in.streamed(func(ctx context.Context, f io.ReadCloser, name string) (record.Reader, error) {
			return OpenXML(ctx, f, name, x, in.file.Limits)
		}), err
	case FormatSQLite:
		r := newOptionReader(o)
		r.ignore("PreSQL", "PostSQL", "TableStyle", "SessionReadOnly", "ReadUncommitted")
		if o["PreSQL"] != "" || o["PostSQL"] != "" {
			r.fail("PreSQL", o["PreSQL"]+o["PostSQL"], "statements before and after a query are not run")
		}
		return in.openSQLite, r.done()
	case FormatSHP:
		r := newOptionReader(o)
		r.ignore("CodePage", "IgnoreErrors")
		if v := r.text("Projection", ""); v != "" && !strings.HasSuffix(v, "4326") {
			r.fail("Projection", v, "only degrees of WGS84 are read")
		}
		return in.openShapefile, r.done()
	case FormatZip:
		return in.zipOpener(o)
	}
	return nil, &UnsupportedFormatError{format}
}

// streamed opens a file for a format that reads from its beginning to its end.
func (in *Input) streamed(open func(ctx context.Context, f io.ReadCloser, name string) (record.Reader, error)) opener {
	return func(ctx context.Context, path string) (record.Reader, error) {
		f, err := in.folder.Open(path)
		if err != nil {
			return nil, err
		}
		return open(ctx, f, filepath.Base(path))
	}
}

// openSQLite opens the file once itself, which fails where a link leads out of
// the folders that may be read, before the driver opens it by its path.
func (in *Input) openSQLite(ctx context.Context, path string) (record.Reader, error) {
	f, err := in.folder.Open(path)
	if err != nil {
		return nil, err
	}
	f.Close()
	return OpenSQLite(ctx, path, filepath.Base(path), SQLiteOptions{Query: in.table, Limits: in.file.Limits})
}

func (in *Input) openYXDB(_ context.Context, path string) (record.Reader, error) {
	f, size, err := in.sized(path)
	if err != nil {
		return nil, err
	}
	r, err := yxdb.NewReader(f, size)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("read %s: %w", filepath.Base(path), err)
	}
	return &closing{&named{r, filepath.Base(path)}, f}, nil
}

// named names the file in the errors of a reader that does not know it.
type named struct {
	record.Reader
	name string
}

// Next implements record.Reader.
func (r *named) Next(ctx context.Context) (*record.Batch, error) {
	b, err := r.Reader.Next(ctx)
	if err != nil && err != io.EOF && ctx.Err() == nil {
		err = fmt.Errorf("read %s: %w", r.name, err)
	}
	return b, err
}

// closing closes a file with the reader of it.
type closing struct {
	record.Reader
	file io.Closer
}

// Close implements record.Reader.
func (c *closing) Close() error { return c.file.Close() }

func (in *Input) sized(path string) (ReadAtCloser, int64, error) {
	f, err := in.folder.Open(path)
	if err != nil {
		return nil, 0, err
	}
	st, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, 0, err
	}
	return f, st.Size(), nil
}

// Open opens the input: the records of all its files, in order.
func (in *Input) Open(ctx context.Context) (record.Reader, error) {
	r := &filesReader{in: in}
	for r.schema == nil {
		if r.next == len(in.Files) {
			return nil, fmt.Errorf("read %s: all of its files are empty, so %w", in.path, ErrEmpty)
		}
		if err := r.openNext(ctx); err != nil {
			return nil, err
		}
	}
	return r, nil
}
