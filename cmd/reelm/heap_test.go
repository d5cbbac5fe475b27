package main

import "testing"

func TestMemoryIsCollectedLessOftenUnderLoadWithinABound(t *testing.T) {
	for _, c := range []struct {
		name        string
		is          int
		collections uint64
		quiet       int
		live        uint64
		want        int
	}{
		{"load in a small realm", heapIdle, 9, 0, 30 << 20, heapLoad},
		{"load goes on", heapLoad, 1, 0, 30 << 20, heapLoad},
		{"load in a realm of a million clips", heapIdle, 9, 0, 2 << 30, heapIdle},
		{"a second without any", heapLoad, 0, 1, 30 << 20, heapLoad},
		{"load is over", heapLoad, 0, 10, 30 << 20, heapIdle},
		{"one now and then", heapIdle, 1, 0, 30 << 20, heapIdle},
		{"before the first collection", heapIdle, 3, 0, 0, heapLoad},
	} {
		if got := percent(c.is, c.collections, c.quiet, c.live); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
	if more := uint64(percent(heapIdle, 9, 0, 200<<20)) * (200 << 20) / 100; more > heapMost {
		t.Errorf("200 MiB grow by %d MiB under load, want at most %d", more>>20, heapMost>>20)
	}
}
