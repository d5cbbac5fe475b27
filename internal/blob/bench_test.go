package blob_test

import (
	"bytes"
	"fmt"
	"io"
	"testing"
)

func BenchmarkFolder(b *testing.B) {
	for _, size := range []int{4 << 10, 4 << 20} {
		content := bytes.Repeat([]byte("reelm "), size/6+1)[:size]
		f := openFolder(b, b.TempDir())
		b.Run(fmt.Sprintf("put/%d", size), func(b *testing.B) {
			b.SetBytes(int64(size))
			for n := 0; b.Loop(); n++ {
				if err := f.Put(b.Context(), fmt.Sprintf("clips/%d/%d", n%100, n), bytes.NewReader(content), int64(size)); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("get/%d", size), func(b *testing.B) {
			b.SetBytes(int64(size))
			put(b, f, "one", string(content))
			for b.Loop() {
				r, err := f.Get(b.Context(), "one", 0, -1)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := io.Copy(io.Discard, r); err != nil {
					b.Fatal(err)
				}
				_ = r.Close() // was only read
			}
		})
	}
}
