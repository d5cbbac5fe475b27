package realm

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"reelm"
	"reelm/internal/blob"
	"reelm/internal/eventlog"
)

// Config is what all realms of a server share.
type Config struct {
	Data     string           // DATA
	StoreURL string           // PostgreSQL, or empty for SQLite in each realm's folder
	Log      *eventlog.Server // embedded or cluster
	Now      func() time.Time
	// Countries: the server can tell the country of a visitor.
	Countries bool
	Fast      bool // give up durability at power loss; tests use it
	// OpenMedia opens a realm's media; dir is its folder of the embedded form.
	OpenMedia func(ctx context.Context, realm, dir string) (blob.Store, error)
}

// Set is all realms of a server.
type Set struct {
	cfg    Config
	mu     sync.RWMutex
	realms map[string]*Realm
	hosts  map[string]string // host -> realm, read again when it is old
	readAt time.Time
}

// OpenAll opens every realm that DATA holds.
func OpenAll(ctx context.Context, cfg Config) (*Set, error) {
	s := &Set{cfg: cfg, realms: map[string]*Realm{}}
	found, err := names(cfg.Data)
	if err != nil {
		return nil, err
	}
	for _, name := range found {
		if half(filepath.Join(cfg.Data, "realms", name)) {
			continue // whoever left it in the middle has to end it
		}
		r, err := open(ctx, cfg, name)
		if err != nil {
			return nil, errors.Join(err, s.Close())
		}
		s.realms[name] = r
	}
	return s, nil
}

// Close closes every realm.
func (s *Set) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var err error
	for _, r := range s.realms {
		err = errors.Join(err, r.Close())
	}
	return err
}

// Create makes a realm with its settings and opens it; it serves at once.
func (s *Set) Create(ctx context.Context, name string, values map[string]string) (*Realm, error) {
	if err := CheckName(name); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.realms[name] != nil {
		return nil, &reelm.Error{Kind: reelm.Conflict, Code: "realm-exists", Field: "realm", Detail: "there is a realm of this name"}
	}
	if _, err := parseSettings(values); err != nil {
		return nil, err
	}
	if err := s.hostsFree(ctx, values["host"], nil); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Join(s.cfg.Data, "realms"), 0o700); err != nil {
		return nil, fmt.Errorf("making the folder of realms: %w", err)
	}
	r, err := open(ctx, s.cfg, name)
	if err != nil {
		return nil, err
	}
	if err := r.Set(ctx, values); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	s.realms[name] = r
	s.readAt = time.Time{}
	return r, nil
}

// Change changes a realm's settings; they hold here when it returns.
func (s *Set) Change(ctx context.Context, name string, values map[string]string, permits ...[]byte) error {
	r, err := s.Get(name)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.hostsFree(ctx, values["host"], r); err != nil {
		return err
	}
	s.readAt = time.Time{}
	return r.Set(ctx, values, permits...)
}

// hostsFree refuses hosts that lead to another realm than the one given.
func (s *Set) hostsFree(ctx context.Context, hosts string, own *Realm) error {
	for h := range strings.SplitSeq(hosts, ",") {
		h = strings.ToLower(strings.TrimSpace(h))
		for _, r := range s.realms {
			if r == own {
				continue
			}
			set, err := r.Settings(ctx)
			if err != nil {
				return err
			}
			if h != "" && slices.Contains(set.Hosts, h) {
				return &reelm.Error{Kind: reelm.Conflict, Code: "host-taken", Field: "host", Detail: fmt.Sprintf("%s leads to realm %s", h, r.Name)}
			}
		}
	}
	return nil
}

// Get finds a realm by name.
func (s *Set) Get(name string) (*Realm, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if r := s.realms[name]; r != nil {
		return r, nil
	}
	return nil, &reelm.Error{Kind: reelm.NotFound, Code: "no-such-realm", Field: "realm", Detail: fmt.Sprintf("there is no realm %q here", name)}
}

// All lists the realms by name.
func (s *Set) All() []*Realm {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []*Realm
	for _, r := range s.realms {
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b *Realm) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// ByHost finds the realm of a request's Host. Hosts that no realm claims lead
// to main; nil where there is no main either.
func (s *Set) ByHost(ctx context.Context, host string) (*Realm, error) {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	s.mu.RLock()
	only := s.realms[Main]
	if len(s.realms) == 1 && only != nil { // the common case reads no settings
		defer s.mu.RUnlock()
		return only, nil
	}
	stale := s.cfg.Now().Sub(s.readAt) > fresh
	name, ok := s.hosts[host]
	r := s.realms[name]
	s.mu.RUnlock()
	if stale {
		if err := s.readHosts(ctx); err != nil {
			return nil, err
		}
		s.mu.RLock()
		name, ok = s.hosts[host]
		r = s.realms[name]
		s.mu.RUnlock()
	}
	if ok {
		return r, nil
	}
	return only, nil
}

func (s *Set) readHosts(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	hosts := map[string]string{}
	for _, r := range s.realms {
		set, err := r.Settings(ctx)
		if err != nil {
			return err
		}
		for _, h := range set.Hosts {
			hosts[h] = r.Name
		}
	}
	s.hosts, s.readAt = hosts, s.cfg.Now()
	return nil
}
