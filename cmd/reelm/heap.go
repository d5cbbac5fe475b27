package main

import (
	"context"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// How far the heap may grow between two collections, in per cent of what lives
// (debug.SetGCPercent): a server that mostly waits saves the memory that would
// stand idle; one under load saves a tenth of its time, and takes at most
// heapMost bytes for it.
const (
	heapIdle  = 50
	heapLoad  = 200
	heapMost  = 256 << 20
	heapBusy  = 3 // collections a second from which on it is load
	heapEvery = time.Second
)

// collect sets how often memory is collected by how often it has to be, until ctx
// ends. Whoever sets GOGC has decided it.
func collect(ctx context.Context) {
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(heapIdle)
	tick := time.NewTicker(heapEvery)
	defer tick.Stop()
	seen := []metrics.Sample{{Name: "/gc/cycles/total:gc-cycles"}, {Name: "/gc/heap/live:bytes"}}
	metrics.Read(seen)
	last, is, quiet := seen[0].Value.Uint64(), heapIdle, 0
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		metrics.Read(seen)
		done := seen[0].Value.Uint64() - last
		last += done
		if done > 0 {
			quiet = 0
		} else {
			quiet++
		}
		if next := percent(is, done, quiet, seen[1].Value.Uint64()); next != is {
			is = next
			debug.SetGCPercent(is)
			if is == heapIdle {
				debug.FreeOSMemory()
			}
		}
	}
}

// percent is what follows on a value of is after a second with some
// collections, or after quiet seconds without one, while live bytes are in use.
func percent(is int, collections uint64, quiet int, live uint64) int {
	switch {
	case collections >= heapBusy:
		return int(min(heapLoad, max(heapIdle, heapMost*100/max(live, 1))))
	case quiet >= 10:
		return heapIdle
	}
	return is
}
