package eventlog

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// embedded is a JetStream in this process that listens on no port, and the
// lock on its folder.
type embedded struct {
	ns   *server.Server
	lock *os.File
}

// startLimit is how long a start may take: a process that was killed leaves
// blocks to be read again, at some hundred MB a second.
const startLimit = 10 * time.Minute

func startEmbedded(cfg Config) (_ *embedded, err error) {
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("event log: creating its folder (check who owns it and its permissions): %w", err)
	}
	lock, err := lockFolder(cfg.Dir)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = lock.Close() // gives the lock back; the first error is the one to tell
		}
	}()
	ns, err := server.NewServer(&server.Options{
		ServerName:             "reelm",
		DontListen:             true,
		JetStream:              true,
		StoreDir:               cfg.Dir,
		SyncInterval:           cfg.SyncInterval,
		JetStreamMaxStore:      1 << 60, // MinFree guards the disk; a share of what is free at start would refuse a full log
		JetStreamMaxMemory:     256 << 20,
		MaxPayload:             2 * MaxMessage,
		DisableJetStreamBanner: true,
		NoSigs:                 true,
	})
	if err != nil {
		return nil, fmt.Errorf("event log: %w", err)
	}
	log := &natsLogger{out: cfg.Logger}
	ns.SetLogger(log, false, false)
	ns.Start()
	for until := time.Now().Add(startLimit); log.failure.Load() == nil && !ns.ReadyForConnections(time.Second); {
		if time.Now().After(until) {
			log.Fatalf("not ready within %s", startLimit)
		}
	}
	if cause := log.failure.Load(); cause != nil {
		ns.Shutdown()
		ns.WaitForShutdown()
		return nil, fmt.Errorf("event log: starting in %s (is the folder writable, has the disk room?): %s", cfg.Dir, *cause)
	}
	return &embedded{ns: ns, lock: lock}, nil
}

func (e *embedded) stop() {
	e.ns.Shutdown()
	e.ns.WaitForShutdown()
	_ = e.lock.Close() // closing is unlocking; nothing was written to it
}

// lockFolder takes the lock that the operating system gives back when the
// process ends, however it ends.
func lockFolder(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("event log: opening the lock (check who owns %s and its permissions): %w", dir, err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("%w: %s belongs to another running process; stop that one, or choose another folder", ErrLocked, dir)
		}
		return nil, fmt.Errorf("event log: locking %s: %w", dir, err)
	}
	return f, nil
}

// room refuses an append before the disk is full, as JetStream could not go
// on afterwards. statfs takes about a microsecond.
func (s *Server) room() error {
	if s.embedded == nil {
		return nil
	}
	var st syscall.Statfs_t
	if err := syscall.Statfs(s.cfg.Dir, &st); err != nil {
		return fmt.Errorf("event log: asking for free room: %w", err)
	}
	if free := st.Bavail * uint64(st.Bsize); free < s.cfg.MinFree {
		return fmt.Errorf("%w: %s has %d MiB left and needs %d; nothing was stored; make room and try again", ErrFull, s.cfg.Dir, free>>20, s.cfg.MinFree>>20)
	}
	return nil
}

// natsLogger passes on what the embedded server has to say, and keeps what
// it would have ended the process for.
type natsLogger struct {
	out     *slog.Logger
	failure atomic.Pointer[string]
}

func (l *natsLogger) say(level slog.Level, format string, v []any) {
	l.out.Log(context.Background(), level, "event log: "+fmt.Sprintf(format, v...))
}

func (l *natsLogger) Noticef(format string, v ...any) { l.say(slog.LevelDebug, format, v) }
func (l *natsLogger) Warnf(format string, v ...any)   { l.say(slog.LevelWarn, format, v) }
func (l *natsLogger) Errorf(format string, v ...any)  { l.say(slog.LevelError, format, v) }
func (l *natsLogger) Debugf(format string, v ...any)  {}
func (l *natsLogger) Tracef(format string, v ...any)  {}

func (l *natsLogger) Fatalf(format string, v ...any) {
	text := fmt.Sprintf(format, v...)
	l.failure.CompareAndSwap(nil, &text)
	l.out.Error("event log: " + text)
}
