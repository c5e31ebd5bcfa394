package main

import (
	"bufio"
	"bytes"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// result is the medians of what one benchmark has reported, by unit.
type result map[string]float64

// parse reads the lines of go test -bench, by the benchmark's name without
// "Benchmark" and without the number of processors. Lines of one name are
// repetitions.
func parse(out []byte) (names []string, results map[string]result) {
	values := make(map[string]map[string][]float64)
	for sc := bufio.NewScanner(bytes.NewReader(out)); sc.Scan(); {
		f := strings.Fields(sc.Text())
		if len(f) < 4 || !strings.HasPrefix(f[0], "Benchmark") {
			continue
		}
		name := processors.ReplaceAllString(strings.TrimPrefix(f[0], "Benchmark"), "")
		if values[name] == nil {
			values[name] = make(map[string][]float64)
			names = append(names, name)
		}
		for i := 2; i+1 < len(f); i += 2 {
			if v, err := strconv.ParseFloat(f[i], 64); err == nil {
				values[name][f[i+1]] = append(values[name][f[i+1]], v)
			}
		}
	}
	results = make(map[string]result)
	for name, units := range values {
		r := make(result)
		for unit, v := range units {
			slices.Sort(v)
			r[unit] = v[len(v)/2]
		}
		results[name] = r
	}
	return names, results
}

var processors = regexp.MustCompile(`-\d+$`)
