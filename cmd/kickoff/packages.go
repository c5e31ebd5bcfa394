package main

import (
	"context"
	"os"

	"kickoff/internal/job"
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

// convert makes csv of other tables, for clients that take nothing else.
var convert job.Convert = func(context.Context, string, string) (bool, error) { return false, nil }
