package eventlog

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// MaxMessage is the largest message in bytes, ID included.
const MaxMessage = 1 << 20

// Config says where the log lives: in Dir, or at URL.
type Config struct {
	// Dir is the folder of an embedded JetStream. It is created, and locked
	// for as long as the Server is open.
	Dir string
	// URL names a JetStream cluster ("nats://a:4222,nats://b:4222", "tls://..."),
	// instead of Dir.
	URL string
	// Credentials is a NATS credentials file for the cluster; may be empty.
	Credentials string
	// Replicas of a stream that is created on the cluster; 0 means 3.
	Replicas int
	// SyncInterval is how often the embedded form flushes to the disk, and so
	// what a power loss may cost; 0 means a second.
	SyncInterval time.Duration
	// MinFree is the number of bytes that must be free on the disk of Dir for
	// an append to be tried; 0 means 64 MiB. A disk that ran full under
	// JetStream would stop it until the next start.
	MinFree uint64
	// Logger hears of what the log cannot tell a caller; nil means silence.
	Logger *slog.Logger
}

// A Server holds the logs of all realms. It is safe for concurrent use.
type Server struct {
	cfg      Config
	embedded *embedded // nil for a cluster
	nc       *nats.Conn
	js       jetstream.JetStream
	flight   chan struct{} // bounds the appends that wait for their answer

	mu     sync.Mutex
	logs   map[string]*Log
	closed sync.Once
	done   context.Context // ends when Close begins
	cancel context.CancelFunc
}

// inFlight bounds how many messages wait for an acknowledgement at one time.
const inFlight = 4096

// Open starts or reaches the log. It takes 10 to 90 ms for a folder, longer
// where a killed process left much to be read again.
//
// Errors wrap ErrLocked when another process has the folder.
func Open(ctx context.Context, cfg Config) (_ *Server, err error) {
	if (cfg.Dir == "") == (cfg.URL == "") {
		return nil, errors.New("event log: exactly one of a folder and a URL must be given")
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.SyncInterval == 0 {
		cfg.SyncInterval = time.Second
	}
	if cfg.MinFree == 0 {
		cfg.MinFree = 64 << 20
	}
	if cfg.Replicas == 0 {
		cfg.Replicas = 3
	}
	s := &Server{cfg: cfg, logs: map[string]*Log{}, flight: make(chan struct{}, inFlight)}
	s.done, s.cancel = context.WithCancel(context.Background())
	defer func() {
		if err != nil {
			s.stop()
		}
	}()
	opts := []nats.Option{
		nats.Name("reelm"),
		nats.MaxReconnects(-1),
		nats.ReconnectBufSize(-1), // what cannot be sent fails at once: the caller knows best
		nats.ErrorHandler(func(_ *nats.Conn, sub *nats.Subscription, err error) {
			if sub != nil && errors.Is(err, nats.ErrSlowConsumer) {
				cfg.Logger.Debug("event log: a slow watcher loses signals", "subject", sub.Subject)
				return
			}
			cfg.Logger.Warn("event log: connection", "error", err)
		}),
	}
	if cfg.Dir != "" {
		if s.embedded, err = startEmbedded(cfg); err != nil {
			return nil, err
		}
		opts = append(opts, nats.InProcessServer(s.embedded.ns))
	}
	if cfg.Credentials != "" {
		opts = append(opts, nats.UserCredentials(cfg.Credentials))
	}
	if until, ok := ctx.Deadline(); ok {
		opts = append(opts, nats.Timeout(max(time.Until(until), time.Millisecond)))
	}
	if s.nc, err = nats.Connect(cfg.URL, opts...); err != nil {
		return nil, fmt.Errorf("event log: connecting to %s: %w", s.where(), err)
	}
	s.js, err = jetstream.New(s.nc,
		jetstream.WithDefaultTimeout(answerLimit),
		jetstream.WithPublishAsyncMaxPending(64*importAhead), // each import bounds its own
		jetstream.WithPublishAsyncTimeout(6*answerLimit))
	if err != nil {
		return nil, fmt.Errorf("event log: %w", err)
	}
	if _, err := s.js.AccountInfo(ctx); err != nil {
		return nil, fmt.Errorf("event log: %s has no JetStream: %w", s.where(), err)
	}
	return s, nil
}

func (s *Server) where() string {
	if s.embedded != nil {
		return s.cfg.Dir
	}
	var shown []string // without passwords
	for _, u := range strings.Split(s.cfg.URL, ",") {
		if parsed, err := url.Parse(u); err == nil {
			u = parsed.Redacted()
		}
		shown = append(shown, u)
	}
	return strings.Join(shown, ",")
}

// Close ends followers and watchers, waits until ctx ends for appends that
// are under way, and stops the embedded JetStream in good order. Closing
// again does nothing.
func (s *Server) Close(ctx context.Context) (err error) {
	s.closed.Do(func() {
		s.cancel()
		err = s.landed(ctx)
		s.stop()
	})
	return err
}

// landed waits for the appends that are under way, and keeps their places.
func (s *Server) landed(ctx context.Context) error {
	for range inFlight {
		select {
		case s.flight <- struct{}{}:
		case <-ctx.Done():
			return fmt.Errorf("event log: closed with appends under way: %w", context.Cause(ctx))
		}
	}
	return nil
}

func (s *Server) stop() {
	s.cancel()
	if s.nc != nil {
		s.nc.Close()
	}
	if s.embedded != nil {
		s.embedded.stop()
	}
}

// Log opens a realm's log and creates it where there is none.
//
// Errors wrap ErrName for an invalid name and ErrUnfinished when an import
// has begun and not ended.
func (s *Server) Log(ctx context.Context, realm string) (*Log, error) {
	if err := checkRealm(realm); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.open(); err != nil {
		return nil, err
	}
	if l := s.logs[realm]; l != nil {
		return l, nil
	}
	st, err := s.js.Stream(ctx, streamName(realm))
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		if err := s.room(); err != nil {
			return nil, err
		}
		st, err = s.create(ctx, s.streamConfig(realm, 0, false))
	}
	if err != nil {
		return nil, fmt.Errorf("event log: opening the log of %s: %w", realm, explain(err))
	}
	if st.CachedInfo().Config.Metadata[metaState] == stateImporting {
		return nil, fmt.Errorf("%w: the log of realm %s is half imported; run the import again, or delete the realm", ErrUnfinished, realm)
	}
	l := &Log{s: s, realm: realm, stream: st}
	s.logs[realm] = l
	return l, nil
}

// storeBusy is what JetStream answers while the folder of a deleted stream of
// the same name is still being removed behind its answer.
const storeBusy jetstream.ErrorCode = 10049

// create makes a stream, and tries again for a while where one of its name
// has only just been deleted.
func (s *Server) create(ctx context.Context, cfg jetstream.StreamConfig) (jetstream.Stream, error) {
	for wait := 5 * time.Millisecond; ; wait *= 2 {
		st, err := s.js.CreateStream(ctx, cfg)
		api, busy := errors.AsType[*jetstream.APIError](err)
		if err == nil || !busy || api.ErrorCode != storeBusy || wait > time.Second {
			return st, err
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// Delete removes a realm's log and all its messages; the embedded form has
// taken its files off the disk when it returns. Where there is none it does
// nothing.
func (s *Server) Delete(ctx context.Context, realm string) error {
	if err := checkRealm(realm); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.open(); err != nil {
		return err
	}
	delete(s.logs, realm)
	if err := s.js.DeleteStream(ctx, streamName(realm)); err != nil && !errors.Is(err, jetstream.ErrStreamNotFound) {
		return fmt.Errorf("event log: deleting the log of %s: %w", realm, explain(err))
	}
	if s.embedded == nil {
		return nil
	}
	if err := removed(s.streamFolder("."+streamName(realm)), s.streamFolder(".")); err != nil {
		return fmt.Errorf("event log: deleting the log of %s: %w", realm, err)
	}
	return nil
}

// Realms lists the realms that have a log, half imported ones included, in
// alphabetical order.
func (s *Server) Realms(ctx context.Context) ([]string, error) {
	names := s.js.StreamNames(ctx)
	var realms []string
	for name := range names.Name() {
		if realm, ok := strings.CutPrefix(name, "log-"); ok {
			realms = append(realms, realm)
		}
	}
	if err := names.Err(); err != nil {
		return nil, fmt.Errorf("event log: listing: %w", explain(err))
	}
	slices.Sort(realms)
	return realms, nil
}

func (s *Server) open() error {
	if s.done.Err() != nil {
		return ErrClosed
	}
	return nil
}

const (
	metaState      = "reelm-state"
	stateImporting = "importing"
)

func (s *Server) streamConfig(realm string, first uint64, importing bool) jetstream.StreamConfig {
	cfg := jetstream.StreamConfig{
		Name:               streamName(realm),
		Subjects:           []string{"log." + realm + ".>"},
		Storage:            jetstream.FileStorage,
		Compression:        jetstream.S2Compression,
		Replicas:           1,
		Duplicates:         2 * time.Minute,
		MaxMsgSize:         MaxMessage,
		FirstSeq:           first,
		AllowAtomicPublish: true,
	}
	if s.embedded == nil {
		cfg.Replicas = s.cfg.Replicas
	}
	if importing {
		cfg.Metadata = map[string]string{metaState: stateImporting}
	}
	return cfg
}
