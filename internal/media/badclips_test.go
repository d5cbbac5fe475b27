package media

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"reelm"
)

// unclear are the codes between which a broken file may fall.
var unclear = []string{reelm.FaultUnreadableVideo, reelm.FaultUnsupportedFormat, reelm.FaultUndecodable,
	reelm.FaultNoVideo, reelm.FaultCorrupt, reelm.FaultTruncated}

// TestBadClips takes every hostile file the whole way: each ends as its
// manifest says, nothing is fetched, nothing is left behind.
func TestBadClips(t *testing.T) {
	rows := manifest(t, "bad-clips")
	if rows == nil {
		t.Skip("the shared clips are not here; TestMadeBadClips runs on clips of its own")
	}
	calls := listen(t, "127.0.0.1:18999") // the address in the hostile playlists
	l := lab(t)
	t.Run("files", func(t *testing.T) {
		for _, row := range rows {
			t.Run(row["file"], func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				src, _, first, err := develop(t.Context(), l, filepath.Join(shared, "bad-clips", row["file"]), dir)
				checkEnd(t, dir, row["expect"], row["reason"], src, first, err)
			})
		}
	})
	if n := calls.Load(); n > 0 {
		t.Errorf("%d calls came over the network", n)
	}
}

// checkEnd holds the end of a hostile file against what was expected of it.
func checkEnd(t *testing.T, dir, expect, reason string, src *Source, first *First, err error) {
	t.Helper()
	if err == nil {
		if expect == "reject" {
			t.Fatalf("it became a clip, want %s", reason)
		}
		checkRendition(t, dir, first.Rendition, src)
		checkPoster(t, dir, first.Poster)
		return
	}
	code := faultCode(err)
	if expect == "ready" || code == "" {
		t.Fatalf("%v", err)
	}
	if code != reason && !(slices.Contains(unclear, code) && slices.Contains(unclear, reason)) {
		t.Errorf("code %s, want %s", code, reason)
	}
	if f, _ := errors.AsType[*reelm.Fault](err); strings.Contains(f.Detail, "/") || f.Retry {
		t.Errorf("names a path or wants another try: %+v", f)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), "preview.") { // the author's own, made before the fault was known
			t.Errorf("left behind: %s", e.Name())
		}
	}
}

// listen counts who calls at an address. Where the address is taken, it
// listens at another one.
func listen(t *testing.T, addr string) *atomic.Int64 {
	t.Helper()
	var n atomic.Int64
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Logf("cannot listen at %s: %v", addr, err)
		return &n
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			n.Add(1)
			c.Close()
		}
	}()
	return &n
}
