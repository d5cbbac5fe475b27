package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"reelm/internal/api"
	"reelm/internal/auth"
	"reelm/internal/blob"
	"reelm/internal/clip"
	"reelm/internal/eventlog"
	"reelm/internal/feed"
	"reelm/internal/handover"
	"reelm/internal/media"
	"reelm/internal/notify"
	"reelm/internal/own"
	"reelm/internal/realm"
	"reelm/internal/visit"
	"reelm/internal/web"
)

// Server is an opened server. Close it, whether it served or not.
type Server struct {
	cfg   Config
	log   *slog.Logger
	now   func() time.Time
	lock  *os.File
	bus   *eventlog.Server
	set   *realm.Set
	geo   *visit.Countries // nil: nobody's country is known
	lab   *media.Lab       // nil where this process does no media work
	desk  *auth.Desk
	api   *api.API
	site  *web.Site
	mu    sync.RWMutex
	open  map[string]*attached
	ready bool

	handing  sync.Mutex // held while a realm arrives
	claiming sync.Mutex // held while one becomes ours
}

// attached is a realm with what works for it in this process.
type attached struct {
	visit.Place
	worker  *clip.Worker
	av1     *clip.AV1
	claimed bool // see Server.claim
}

// ErrRunning says that another process holds DATA.
var ErrRunning = errors.New("another reelm is running on this data folder")

// Open opens the stores and realms of DATA and starts what works for them.
// createMain makes realm main where there is none.
func Open(ctx context.Context, cfg Config, createMain bool, log *slog.Logger) (_ *Server, err error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg, log: log, now: cfg.Now, open: map[string]*attached{}}
	if s.now == nil {
		s.now = time.Now
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	if err := s.takeData(); err != nil {
		return nil, err
	}
	if cfg.Has("worker") {
		if err := s.openLab(); err != nil {
			return nil, err
		}
	}
	logCfg := eventlog.Config{URL: cfg.Log.URL, Credentials: cfg.Log.Credentials, Logger: log}
	if cfg.Log.URL == "" {
		logCfg.Dir = filepath.Join(cfg.Data, "log")
	}
	if s.bus, err = eventlog.Open(ctx, logCfg); err != nil {
		return nil, err
	}
	if s.desk, err = auth.NewDesk(ctx, cfg.Limits, s.now); err != nil {
		return nil, err
	}
	if cfg.Geo.Database != "" {
		if s.geo, err = visit.OpenCountries(cfg.Geo.Database); err != nil {
			return nil, err
		}
	}
	s.set, err = realm.OpenAll(ctx, realm.Config{Data: cfg.Data, StoreURL: cfg.Store.URL, Log: s.bus, Now: s.now, Fast: cfg.Fast, Countries: s.geo != nil, OpenMedia: s.openMedia})
	if err != nil {
		return nil, err
	}
	for _, r := range s.set.All() {
		if err := s.attach(ctx, r); err != nil {
			return nil, err
		}
	}
	if err := s.endSplits(ctx); err != nil {
		return nil, err
	}
	if _, err := s.set.Get(realm.Main); err != nil && createMain {
		if _, err := s.createRealm(ctx, realm.Main, nil); err != nil {
			return nil, err
		}
	}
	if cfg.Has("web") {
		s.api = api.New(s.desk, cfg.Limits, s.now)
		if s.site, err = web.New(s.api, cfg.Limits, s.now); err != nil {
			return nil, err
		}
	}
	s.ready = true
	return s, nil
}

// takeData locks DATA, so that two processes never write to it.
func (s *Server) takeData() (err error) {
	if err := os.MkdirAll(s.cfg.Data, 0o700); err != nil {
		return fmt.Errorf("making the data folder: %w", err)
	}
	s.lock, err = os.OpenFile(filepath.Join(s.cfg.Data, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("locking the data folder: %w", err)
	}
	err = syscall.Flock(int(s.lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return fmt.Errorf("%w (%s)", ErrRunning, s.cfg.Data)
	}
	if err != nil {
		return fmt.Errorf("locking the data folder: %w", err)
	}
	return nil
}

func (s *Server) openLab() (err error) {
	s.lab, err = media.New(media.Config{FFmpeg: s.cfg.Media.FFmpeg, FFprobe: s.cfg.Media.FFprobe, MaxDuration: s.cfg.Limits.UploadDuration,
		Patience: s.cfg.Media.Patience, Log: s.log})
	return err
}

func (s *Server) openMedia(ctx context.Context, name, dir string) (blob.Store, error) {
	m := s.cfg.Media
	if m.S3Endpoint == "" {
		return blob.OpenFolder(dir)
	}
	return blob.OpenS3(ctx, blob.S3Config{Endpoint: m.S3Endpoint, Bucket: m.S3Bucket, Prefix: name, Region: m.S3Region, AccessKey: m.S3Key, SecretKey: m.S3Secret})
}

// createRealm makes a realm and puts it to work.
func (s *Server) createRealm(ctx context.Context, name string, values map[string]string) (*realm.Realm, error) {
	r, err := s.set.Create(ctx, name, values)
	if err != nil {
		return nil, err
	}
	if err := feed.Constitute(ctx, r); err != nil {
		return nil, err
	}
	return r, s.attach(ctx, r)
}

// attach starts what works for a realm.
func (s *Server) attach(ctx context.Context, r *realm.Realm) (err error) {
	a := &attached{Place: visit.Place{Realm: r}, av1: clip.NewAV1(r)}
	if a.Feed, err = feed.Open(ctx, r, s.log); err != nil {
		return fmt.Errorf("opening the feed of realm %s: %w", r.Name, err)
	}
	s.mu.Lock()
	s.open[r.Name] = a // from here on Close takes care of it
	s.mu.Unlock()
	if a.Live, err = notify.Open(ctx, r, clip.TopicClip, s.cfg.pushClient()); err != nil {
		return fmt.Errorf("opening live updates of realm %s: %w", r.Name, err)
	}
	if a.Desk, err = clip.NewDesk(r, s.cfg.Limits); err != nil {
		return err
	}
	if r.DB.Waits() {
		return nil // for what came after its import; nothing may be written
	}
	if err := handover.Tidy(r); err != nil {
		return err
	}
	return s.work(ctx, a)
}

// work starts what writes to a realm by itself.
func (s *Server) work(ctx context.Context, a *attached) (err error) {
	r := a.Realm
	if err := s.carryOutPhases(ctx, a); err != nil {
		return fmt.Errorf("carrying out what was scheduled for realm %s: %w", r.Name, err)
	}
	a.Own = own.Open(ctx, r, a.Feed, s.log)
	if s.lab == nil {
		return nil
	}
	if s.cfg.Store.URL == "" { // DATA is ours alone: workers of earlier processes are dead
		if err := errors.Join(r.DB.FreeJobs(ctx), a.Desk.Clean()); err != nil {
			return err
		}
	}
	n := s.cfg.Media.Workers
	if n <= 0 {
		n = max(1, runtime.NumCPU()/2)
	}
	host, err := os.Hostname()
	if err != nil {
		host = "unnamed"
	}
	a.worker, err = clip.StartWorker(ctx, r, s.lab, fmt.Sprintf("%s-%d-%d", host, os.Getpid(), s.now().UnixNano()), n, s.log)
	return err
}

// place finds the realm of a host with what works for it.
func (s *Server) place(ctx context.Context, host string) (*visit.Place, error) {
	r, err := s.set.ByHost(ctx, host)
	if err != nil || r == nil {
		return nil, err
	}
	s.mu.RLock()
	a := s.open[r.Name]
	s.mu.RUnlock()
	if a == nil {
		return nil, nil
	}
	return &a.Place, s.claim(ctx, a)
}

// named finds a realm by name with what works for it.
func (s *Server) named(name string) (*attached, error) {
	if _, err := s.set.Get(name); err != nil {
		return nil, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if a := s.open[name]; a != nil {
		return a, nil
	}
	return nil, fmt.Errorf("realm %s is not open", name)
}

// Serve listens until ctx ends, then lets the requests that have begun end.
// started, if not nil, is called with the public address.
func (s *Server) Serve(ctx context.Context, started func(address string)) error {
	control, err := s.listenControl()
	if err != nil {
		return err
	}
	front, err := net.Listen("tcp", s.cfg.Listen)
	if err != nil {
		return errors.Join(fmt.Errorf("listen: %w", err), control.Close())
	}
	listeners := []net.Listener{control, front}
	handlers := []http.Handler{s.control(), s.front()}
	if s.cfg.OpsListen != "" {
		ops, err := net.Listen("tcp", s.cfg.OpsListen)
		if err != nil {
			return errors.Join(fmt.Errorf("ops-listen: %w", err), control.Close(), front.Close())
		}
		listeners, handlers = append(listeners, ops), append(handlers, s.ops())
	}
	if started != nil {
		started(front.Addr().String())
	}
	return s.run(ctx, listeners, handlers, s.watchClips, s.keepDaily, s.keepPhases)
}

// grace is how long requests have to end when the server stops.
const grace = 25 * time.Second

func (s *Server) run(ctx context.Context, listeners []net.Listener, handlers []http.Handler, tasks ...func(context.Context) error) error {
	g, gctx := errgroup.WithContext(ctx)
	for _, task := range tasks {
		g.Go(func() error { return task(gctx) })
	}
	for i, l := range listeners {
		srv := &http.Server{Handler: handlers[i], ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 32 << 10,
			ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug)}
		srv.RegisterOnShutdown(s.endStreams)
		g.Go(func() error {
			err := srv.Serve(l)
			if errors.Is(err, http.ErrServerClosed) {
				return nil
			}
			return err
		})
		g.Go(func() error {
			<-gctx.Done()
			stop, cancel := context.WithTimeout(context.WithoutCancel(gctx), grace)
			defer cancel()
			if err := srv.Shutdown(stop); err != nil {
				return errors.Join(fmt.Errorf("some requests did not end in %s: %w", grace, err), srv.Close())
			}
			return nil
		})
	}
	err := g.Wait()
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// endStreams closes what would never end by itself.
func (s *Server) endStreams() {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, a := range s.open {
		a.Live.Close()
	}
}

// Close ends everything in the reverse order of Open.
func (s *Server) Close() error {
	var err error
	s.mu.Lock()
	for _, a := range s.open {
		err = errors.Join(err, a.close())
	}
	s.open = map[string]*attached{}
	s.mu.Unlock()
	if s.set != nil {
		err = errors.Join(err, s.set.Close())
	}
	if s.bus != nil {
		ctx, cancel := context.WithTimeout(context.Background(), grace)
		defer cancel()
		err = errors.Join(err, s.bus.Close(ctx))
	}
	if s.geo != nil {
		err = errors.Join(err, s.geo.Close())
	}
	if s.lock != nil {
		if rerr := os.Remove(s.socket()); s.set != nil && !errors.Is(rerr, fs.ErrNotExist) {
			err = errors.Join(err, rerr)
		}
		err = errors.Join(err, s.lock.Close())
	}
	return err
}

// watchClips asks for AV1 renditions of clips that are watched.
func (s *Server) watchClips(ctx context.Context) error {
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		if s.cfg.Media.AV1Views <= 0 || s.lab == nil {
			continue
		}
		for _, a := range s.all() {
			if _, err := a.av1.Want(ctx, a.Feed.Watched(s.cfg.Media.AV1Views)); err != nil && ctx.Err() == nil {
				s.log.Error("asking for AV1", "realm", a.Name, "error", err)
			}
		}
	}
}
