package eventlog

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// fileState is what tells whether a file was written since it was synced.
type fileState struct {
	size     int64
	modified time.Time
}

// Sync returns when everything that was acknowledged before is on the disk,
// and would survive a loss of power. For a cluster, which holds it on a
// majority of its disks, it does nothing.
//
// JetStream writes each message to its file before it acknowledges it, and
// calls fsync every SyncInterval; this calls fsync on the same files now,
// which is the same to the operating system (fsync(2) is about the file, not
// about who wrote).
func (l *Log) Sync(ctx context.Context) error {
	if err := l.s.open(); err != nil {
		return err
	}
	if l.s.embedded == nil {
		return nil
	}
	l.syncing.Lock()
	defer l.syncing.Unlock()
	dir := filepath.Join(l.s.streamFolder(streamName(l.realm)), "msgs")
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("event log of %s: syncing: %w", l.realm, err)
	}
	synced := make(map[string]fileState, len(entries))
	for _, e := range entries {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		if filepath.Ext(e.Name()) != ".blk" {
			continue
		}
		fi, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // removed with its last message
		}
		if err != nil {
			return fmt.Errorf("event log of %s: syncing: %w", l.realm, err)
		}
		// The state is taken before the fsync: a write during it is seen next time.
		state := fileState{fi.Size(), fi.ModTime()}
		if l.synced[e.Name()] != state {
			if err := syncFile(filepath.Join(dir, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("event log of %s: syncing: %w", l.realm, err)
			}
		}
		synced[e.Name()] = state
	}
	if err := syncFile(dir); err != nil {
		return fmt.Errorf("event log of %s: syncing: %w", l.realm, err)
	}
	l.synced = synced
	return nil
}

func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	err = f.Sync()
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}

// streamFolder is where the embedded JetStream keeps a stream.
func (s *Server) streamFolder(name string) string {
	return filepath.Join(s.cfg.Dir, "jetstream", "$G", "streams", name)
}

// removed waits for what JetStream does with a deleted stream behind its
// answer: it gives the folder a name with a dot and removes it in the
// background. Both may remove at once; neither minds.
func removed(dir, parent string) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := syncFile(parent); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
