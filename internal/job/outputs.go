package job

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"kickoff/internal/blob"
	"kickoff/internal/store"
)

// formats names the download format of a file by its extension, beside Raw
// (API reference, section 8.5).
var formats = map[string]string{
	".csv": "Csv", ".txt": "Csv", ".yxdb": "Yxdb", ".xlsx": "Xlsx", ".pdf": "Pdf", ".docx": "Docx",
	".html": "Html", ".htm": "Html", ".zip": "Zip", ".shp": "Shp", ".kml": "Kml", ".tab": "Tab", ".mif": "Mif", ".dbf": "Dbf", ".tde": "Tde",
}

// Convert writes the table in the file from as csv to the file to. It reports
// false for a file that holds no table.
type Convert func(ctx context.Context, from, to string) (bool, error)

// keep stores the files of a run as blobs. A table in another form than csv is
// also offered as csv, which is what most clients ask for.
func keep(ctx context.Context, blobs *blob.Store, dir, tmp string, files []OutputFile, convert Convert) ([]store.Output, error) {
	outputs := make([]store.Output, 0, len(files))
	for i, f := range files {
		path := filepath.Join(dir, filepath.FromSlash(f.Path))
		info, err := put(ctx, blobs, path)
		if err != nil {
			return nil, fmt.Errorf("keep the output %s: %w", f.Name, err)
		}
		o := store.Output{ID: store.NewID(), Name: f.Name, Files: []store.OutputFile{{Format: "Raw", Blob: info.Ref, Size: info.Size}}}
		format := formats[strings.ToLower(filepath.Ext(f.Name))]
		if format != "" {
			o.Files = append(o.Files, store.OutputFile{Format: format, Blob: info.Ref, Size: info.Size})
		}
		if format != "Csv" && convert != nil {
			as := filepath.Join(tmp, fmt.Sprintf("%d.csv", i))
			ok, err := convert(ctx, path, as)
			if err != nil {
				return nil, fmt.Errorf("convert the output %s to csv: %w", f.Name, err)
			}
			if ok {
				info, err := put(ctx, blobs, as)
				if err != nil {
					return nil, fmt.Errorf("keep the output %s as csv: %w", f.Name, err)
				}
				o.Files = append(o.Files, store.OutputFile{Format: "Csv", Blob: info.Ref, Size: info.Size})
			}
		}
		outputs = append(outputs, o)
	}
	return outputs, nil
}

func put(ctx context.Context, blobs *blob.Store, path string) (blob.Info, error) {
	f, err := os.Open(path)
	if err != nil {
		return blob.Info{}, err
	}
	defer f.Close()
	return blobs.Put(ctx, f, 0)
}
