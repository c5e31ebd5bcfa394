package format

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"testing"
)

// BenchmarkReadCSV reads records of ten fields, about 70 bytes each.
func BenchmarkReadCSV(b *testing.B) {
	var text bytes.Buffer
	text.WriteString("id,region,city,amount,when,code,flag,note,qty,rate\n")
	for i := range 200_000 {
		fmt.Fprintf(&text, "%d,North,Springfield,%d.25,2024-03-%02d,AB-%05d,True,\"a, b\",%d,0.%03d\n", i, i*7%90000, i%28+1, i%99999, i%13, i%997)
	}
	for _, cp := range []CodePage{UTF8, Latin1} {
		b.Run(fmt.Sprint(cp), func(b *testing.B) {
			b.SetBytes(int64(text.Len()))
			o := DefaultCSV()
			o.CodePage = cp
			for b.Loop() {
				r, err := OpenCSV(context.Background(), io.NopCloser(bytes.NewReader(text.Bytes())), "bench", o)
				if err != nil {
					b.Fatal(err)
				}
				n := 0
				for {
					bt, err := r.Next(context.Background())
					if err == io.EOF {
						break
					}
					if err != nil {
						b.Fatal(err)
					}
					n += bt.Len
				}
				if n != 200_000 {
					b.Fatal(n)
				}
			}
		})
	}
}
