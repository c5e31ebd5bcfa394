package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"kickoff/internal/format"
	"kickoff/workflow"
)

// unpack implements job.Unpack. The server keeps packages only: it has made one
// of every single document.
func unpack(path, _, dir string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	p, err := workflow.OpenPackage(f, info.Size(), workflow.DefaultLimits)
	if err != nil {
		return "", err
	}
	return p.Main, p.Extract(dir)
}

// convertible are the kinds of output whose table is also offered as csv.
var convertible = []string{".xlsx", ".yxdb"}

// convert implements job.Convert: csv in UTF-8 of the first table in a file.
func convert(ctx context.Context, from, to string) (ok bool, err error) {
	if !slices.Contains(convertible, strings.ToLower(filepath.Ext(from))) {
		return false, nil
	}
	in, err := format.Folder{Dir: filepath.Dir(from)}.Input(format.File{Written: filepath.Base(from), Format: -1})
	if err != nil {
		return false, err
	}
	r, err := in.Open(ctx)
	if err != nil {
		return false, err
	}
	defer r.Close()
	f, err := os.Create(to)
	if err != nil {
		return false, err
	}
	o := format.DefaultCSVWrite()
	o.CodePage, o.BOM = format.UTF8, false
	w, err := format.NewCSVWriter(f, r.Schema(), o)
	if err != nil {
		return false, errors.Join(err, f.Close())
	}
	for {
		b, err := r.Next(ctx)
		if err == io.EOF {
			return true, w.Close()
		}
		if err == nil {
			err = w.Write(ctx, b)
		}
		if err != nil {
			return false, errors.Join(err, w.Close())
		}
	}
}
