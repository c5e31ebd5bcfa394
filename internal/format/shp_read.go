package format

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"kickoff/internal/spatial"
	"kickoff/record"
)

// A shapefile is three files of one name (ESRI, "Shapefile Technical
// Description", 1998): geometries in .shp, their attributes in the dBASE table
// .dbf, record by record, and the system of coordinates in .prj. Its records are
// those of a SpatialObj, with a header, and with heights or measures that are
// left out. The object is the last field, SpatialObj.

// shpReader reads the two files side by side.
type shpReader struct {
	name   string
	shapes *bufio.Reader
	table  *dbfTable
	files  []io.Closer
	schema record.Schema
	batch  *record.Batch
	limit  int
	n      int64
}

// openShapefile opens a shapefile with the files beside it.
func (in *Input) openShapefile(_ context.Context, path string) (record.Reader, error) {
	r := &shpReader{name: filepath.Base(path), limit: in.file.Limits.withDefaults().RecordBytes}
	if err := r.open(in.folder, path); err != nil {
		r.Close()
		return nil, fmt.Errorf("read %s: %w", r.name, err)
	}
	return r, nil
}

func (r *shpReader) open(folder Folder, path string) error {
	shp, err := folder.Open(path)
	if err != nil {
		return err
	}
	r.files = append(r.files, shp)
	r.shapes = bufio.NewReaderSize(shp, 1<<16)
	var head [100]byte
	if _, err := io.ReadFull(r.shapes, head[:]); err != nil || binary.BigEndian.Uint32(head[:]) != 9994 {
		return errors.New("not a shapefile")
	}
	if prj, err := readBeside(folder, path, ".prj"); err == nil && strings.HasPrefix(strings.TrimSpace(string(prj)), "PROJCS") {
		return errors.New("its coordinates are projected; only degrees of longitude and latitude are read")
	}
	cpg, _ := readBeside(folder, path, ".cpg")
	dbf, err := openBeside(folder, path, ".dbf")
	if err != nil {
		return fmt.Errorf("the table of its attributes is missing: %w", err)
	}
	r.files = append(r.files, dbf)
	if r.table, err = openDBF(dbf, strings.TrimSpace(string(cpg))); err != nil {
		return err
	}
	r.schema = append(record.Schema(nil), r.table.schema...)
	r.schema = append(r.schema, record.Field{Name: r.schema.Unique("SpatialObj"), Type: record.SpatialObj, Size: record.MaxVString})
	r.batch = record.NewBatch(r.schema, 0)
	return nil
}

// openBeside opens a file of the same name with another extension, in either
// case.
func openBeside(folder Folder, path, ext string) (io.ReadCloser, error) {
	base := strings.TrimSuffix(path, filepath.Ext(path))
	f, err := folder.Open(base + ext)
	if err != nil {
		if g, second := folder.Open(base + strings.ToUpper(ext)); second == nil {
			return g, nil
		}
		return nil, err
	}
	return f, nil
}

// readBeside reads the start of a small file beside another.
func readBeside(folder Folder, path, ext string) ([]byte, error) {
	f, err := openBeside(folder, path, ext)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, 64<<10))
}

// Schema implements record.Reader.
func (r *shpReader) Schema() record.Schema { return r.schema }

// Next implements record.Reader.
func (r *shpReader) Next(ctx context.Context) (*record.Batch, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r.batch.Reset()
	for r.batch.Len < batchRows(len(r.schema)) {
		shape, err := r.shape()
		if err == io.EOF {
			break
		}
		r.n++
		if err != nil {
			return nil, fmt.Errorf("read %s: record %d: %w", r.name, r.n, err)
		}
		deleted, err := r.table.next(r.batch)
		if err != nil {
			return nil, fmt.Errorf("read %s: record %d of its table: %w", r.name, r.n, err)
		}
		if deleted {
			continue
		}
		c := &r.batch.Cols[len(r.schema)-1]
		if b := shape.Encode(); b != nil {
			c.Bytes = append(c.Bytes, b)
		} else {
			c.AppendNull(record.KindBytes, r.batch.Len)
		}
		r.batch.Len++
	}
	if r.batch.Len == 0 {
		return nil, io.EOF
	}
	return r.batch, nil
}

// shape reads the next geometry. The types with heights and measures are those
// without plus 10 and 20, and have them behind the places.
func (r *shpReader) shape() (spatial.Object, error) {
	var head [8]byte
	if _, err := io.ReadFull(r.shapes, head[:]); err != nil {
		if err == io.ErrUnexpectedEOF {
			return spatial.Object{}, errors.New("the file is cut off")
		}
		return spatial.Object{}, err
	}
	size := int64(binary.BigEndian.Uint32(head[4:])) * 2
	if size < 4 || size > int64(r.limit) {
		return spatial.Object{}, fmt.Errorf("a geometry of %d bytes", size)
	}
	b := make([]byte, size)
	if _, err := io.ReadFull(r.shapes, b); err != nil {
		return spatial.Object{}, errors.New("the file is cut off")
	}
	typ := binary.LittleEndian.Uint32(b)
	if typ == 0 {
		return spatial.Object{}, nil
	}
	if typ > 10 && typ < 30 {
		binary.LittleEndian.PutUint32(b, typ%10)
	}
	return spatial.Decode(b)
}

// Close implements record.Reader.
func (r *shpReader) Close() error {
	var errs []error
	for _, f := range r.files {
		errs = append(errs, f.Close())
	}
	r.files = nil
	return errors.Join(errs...)
}
