package eventlog_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"io/fs"
	"path/filepath"
	"sync/atomic"
	"testing"

	"reelm/internal/eventlog"
)

// payload is about what a watch event takes: numbers that hardly compress.
func payload(i int) []byte {
	b := make([]byte, 96)
	for o := 0; o+8 <= 64; o += 8 {
		binary.LittleEndian.PutUint64(b[o:], uint64(i)*0x9e3779b97f4a7c15>>o)
	}
	return b
}

func BenchmarkOpen(b *testing.B) {
	dir := b.TempDir()
	for b.Loop() {
		s, err := eventlog.Open(b.Context(), eventlog.Config{Dir: dir})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := s.Log(b.Context(), "main"); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		closeServer(b, s)
		b.StartTimer()
	}
}

func BenchmarkAppend(b *testing.B) {
	for _, c := range []struct {
		appenders int
		id        bool
	}{{1, false}, {64, false}, {64, true}} {
		b.Run(fmt.Sprintf("appenders=%d/id=%v", c.appenders, c.id), func(b *testing.B) {
			l := openLog(b, open(b, eventlog.Config{}), "main")
			var n atomic.Int64
			b.SetParallelism(c.appenders / 2)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					i := int(n.Add(1))
					e := eventlog.Entry{Key: uint64(i % 50000), Ages: true, Data: payload(i)}
					if c.id {
						e.ID = fmt.Sprint("m", i)
					}
					if _, err := l.Append(context.Background(), e); err != nil {
						b.Error(err)
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
		})
	}
}

func BenchmarkAppendAll(b *testing.B) {
	for _, size := range []int{1, 8, 16, 64, 1000} {
		b.Run(fmt.Sprintf("batch=%d", size), func(b *testing.B) {
			l := openLog(b, open(b, eventlog.Config{}), "main")
			es := make([]eventlog.Entry, size)
			for n := 0; b.Loop(); n += size {
				for i := range es {
					es[i] = eventlog.Entry{Key: uint64(n + i), Ages: true, Data: payload(n + i)}
				}
				if _, err := l.AppendAll(b.Context(), es); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N*size)/b.Elapsed().Seconds(), "messages/s")
		})
	}
}

// million is a log of a million messages of 50,000 viewers, made by an
// import.
func million(b *testing.B) (*eventlog.Log, string) {
	dir := b.TempDir()
	s := open(b, eventlog.Config{Dir: dir})
	im, err := s.Import(b.Context(), "main", 1)
	if err != nil {
		b.Fatal(err)
	}
	for i := 1; i <= 1_000_000; i++ {
		if err := im.Add(b.Context(), eventlog.Message{Seq: uint64(i), Ages: i%10 != 0, Shard: eventlog.ShardOf(uint64(i % 50000)), Data: payload(i)}); err != nil {
			b.Fatal(err)
		}
	}
	l, err := im.Finish(b.Context(), 1_000_000)
	if err != nil {
		b.Fatal(err)
	}
	return l, dir
}

func BenchmarkMillion(b *testing.B) {
	var l *eventlog.Log
	var dir string
	for b.Loop() {
		l, dir = million(b)
	}
	b.ReportMetric(1e6/(b.Elapsed().Seconds()/float64(b.N)), "imported/s")
	b.ReportMetric(float64(size(b, dir))/1e6, "disk-B/message")
	timed := func(name string, fn func(ctx context.Context) (n int, err error)) {
		start := b.Elapsed()
		b.StartTimer()
		n, err := fn(b.Context())
		b.StopTimer()
		if err != nil {
			b.Fatal(err)
		}
		took := (b.Elapsed() - start).Seconds()
		b.Logf("%s: %d in %.3f s, %.0f/s", name, n, took, float64(n)/took)
	}
	timed("read", func(ctx context.Context) (n int, err error) {
		return n, l.Read(ctx, 1, 2_000_000, func(m eventlog.Message) error { n++; return nil })
	})
	timed("erase one viewer's 20", func(ctx context.Context) (int, error) {
		mine := map[uint64]bool{}
		for i := 77; i <= 1_000_000; i += 50_000 {
			mine[uint64(i)] = true
		}
		return l.Erase(ctx, 77, func(m eventlog.Message) bool { return mine[m.Seq] })
	})
	timed("get", func(ctx context.Context) (n int, err error) {
		for seq := uint64(5); seq < 1_000_000; seq += 1000 {
			if _, err := l.Get(ctx, seq); err != nil {
				return n, err
			}
			n++
		}
		return n, nil
	})
	timed("age out half", func(ctx context.Context) (int, error) { return 450_000, l.AgeOut(ctx, 500_000) })
	timed("read the rest", func(ctx context.Context) (n int, err error) {
		return n, l.Read(ctx, 1, 2_000_000, func(m eventlog.Message) error { n++; return nil })
	})
}

func size(b *testing.B, dir string) (n int64) {
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		fi, err := d.Info()
		if err == nil {
			n += fi.Size()
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return n
}
