package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"

	"reelm"
)

// The control API is HTTP on the Unix socket DATA/reelm.sock: one POST per
// verb, JSON in and out. Whoever may open the socket may do everything.

func (s *Server) socket() string { return filepath.Join(s.cfg.Data, "reelm.sock") }

func (s *Server) listenControl() (net.Listener, error) {
	if err := os.Remove(s.socket()); err != nil && !errors.Is(err, fs.ErrNotExist) { // of a killed process: DATA is ours
		return nil, fmt.Errorf("clearing the control socket: %w", err)
	}
	l, err := listenUnix(s.socket())
	if err != nil {
		return nil, fmt.Errorf("opening the control socket: %w", err)
	}
	if err := os.Chmod(s.socket(), 0o600); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// listenUnix and dialUnix reach a socket whose path may be longer than the
// 107 bytes that an address holds, through its folder's descriptor.
func listenUnix(path string) (net.Listener, error) {
	if len(path) < 100 {
		return net.Listen("unix", path)
	}
	var l net.Listener
	err := viaFolder(path, func(short string) (err error) {
		l, err = net.ListenUnix("unix", &net.UnixAddr{Name: short, Net: "unix"})
		if u, ok := l.(*net.UnixListener); ok {
			u.SetUnlinkOnClose(false)
		}
		return err
	})
	return l, err
}

func dialUnix(ctx context.Context, path string) (c net.Conn, err error) {
	var d net.Dialer
	if len(path) < 100 {
		return d.DialContext(ctx, "unix", path)
	}
	err = viaFolder(path, func(short string) (err error) {
		c, err = d.DialContext(ctx, "unix", short)
		return err
	})
	return c, err
}

func viaFolder(path string, fn func(short string) error) error {
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(fn(fmt.Sprintf("/proc/self/fd/%d/%s", dir.Fd(), filepath.Base(path))), dir.Close())
}

// failure is an error on its way through the socket.
type failure struct {
	Kind   reelm.Kind     `json:"kind"`
	Code   string         `json:"code"`
	Field  string         `json:"field,omitempty"`
	Detail string         `json:"detail"`
	Args   map[string]any `json:"args,omitempty"`
}

// control answers the verbs.
func (s *Server) control() http.Handler {
	mux := http.NewServeMux()
	verb(mux, "account-create", s.accountCreate)
	verb(mux, "feed", s.feedFor)
	verb(mux, "replay", s.replay)
	verb(mux, "judge", s.judge)
	verb(mux, "realm-create", s.realmCreate)
	verb(mux, "realm-list", s.realmList)
	verb(mux, "realm-show", s.realmShow)
	verb(mux, "realm-set", s.realmSet)
	verb(mux, "realm-phase", s.realmPhase)
	verb(mux, "realm-block", s.realmBlock)
	verb(mux, "realm-unblock", s.realmUnblock)
	verb(mux, "realm-blocks", s.realmBlocks)
	verb(mux, "realm-split", s.realmSplit)
	verb(mux, "realm-request", s.realmRequest)
	verb(mux, "ledger-redact", s.ledgerRedact)
	verb(mux, "realm-constitution", s.realmConstitution)
	verb(mux, "ledger-head", s.ledgerHead)
	verb(mux, "ledger-prove", s.ledgerProve)
	verb(mux, "ledger-verify", s.ledgerVerify)
	verb(mux, "ledger-verify-serve", s.verifyServe)
	long(mux, "handover-export", s.handoverExport)
	long(mux, "handover-import", s.handoverImport)
	long(mux, "backup", s.backup)
	verb(mux, "backup-key", s.backupKey)
	verb(mux, "handover-purge", s.handoverPurge)
	verb(mux, "handover-receipt", s.handoverReceipt)
	verb(mux, "handover-certificate", s.handoverCertificate)
	verb(mux, "permit-request", s.permitRequest)
	verb(mux, "permit-take", s.permitTake)
	long(mux, "restore", s.restore)
	return mux
}

func verb[I, O any](mux *http.ServeMux, name string, fn func(context.Context, *I) (*O, error)) {
	mux.HandleFunc("POST /"+name, func(w http.ResponseWriter, r *http.Request) {
		in := new(I)
		err := json.NewDecoder(r.Body).Decode(in)
		var out *O
		if err == nil {
			out, err = fn(r.Context(), in)
		}
		w.Header().Set("Content-Type", "application/json")
		if err != nil {
			w.WriteHeader(http.StatusTeapot)
			err = json.NewEncoder(w).Encode(failureOf(err))
		} else {
			err = json.NewEncoder(w).Encode(out)
		}
		if err != nil {
			slog.Debug("answering a verb", "verb", name, "error", err)
		}
	})
}

// Control reaches the server of a data folder: the running one, or one that
// lives in this process for as long as the Control is open.
type Control struct {
	client http.Client
	own    *Server
	stop   context.CancelFunc
	done   chan error
}

// Dial reaches the control API of DATA.
func Dial(ctx context.Context, data string, log *slog.Logger) (*Control, error) {
	socket := filepath.Join(data, "reelm.sock")
	c := &Control{}
	c.client.Transport = &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return dialUnix(ctx, socket) }}
	if conn, err := dialUnix(ctx, socket); err == nil {
		return c, conn.Close()
	}
	cfg, err := LoadConfig(data)
	if err != nil {
		return nil, err
	}
	cfg.Roles = []string{"feed"}
	own, err := Open(ctx, *cfg, false, log)
	if err != nil {
		return nil, err
	}
	l, err := own.listenControl()
	if err != nil {
		return nil, errors.Join(err, own.Close())
	}
	run, stop := context.WithCancel(context.WithoutCancel(ctx))
	c.own, c.stop, c.done = own, stop, make(chan error, 1)
	go func() { c.done <- own.run(run, []net.Listener{l}, []http.Handler{own.control()}) }()
	return c, nil
}

// Close ends the server that lives in this process, if one does.
func (c *Control) Close() error {
	c.client.CloseIdleConnections()
	if c.own == nil {
		return nil
	}
	c.stop()
	return errors.Join(<-c.done, c.own.Close())
}

// Call runs a verb on the server.
func (c *Control) Call(ctx context.Context, name string, in, out any) (err error) {
	b, err := json.Marshal(in)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, (&url.URL{Scheme: "http", Host: "reelm", Path: "/" + name}).String(), bytes.NewReader(b))
	if err != nil {
		return err
	}
	res, err := c.client.Do(req)
	if err != nil {
		return fmt.Errorf("asking the server: %w", err)
	}
	defer func() { err = errors.Join(err, res.Body.Close()) }()
	b, err = io.ReadAll(res.Body)
	if err != nil {
		return fmt.Errorf("asking the server: %w", err)
	}
	if res.StatusCode == http.StatusOK {
		return json.Unmarshal(b, out)
	}
	var f failure
	if err := json.Unmarshal(b, &f); err != nil {
		return fmt.Errorf("the server answered %s: %s", res.Status, b)
	}
	return &reelm.Error{Kind: f.Kind, Code: f.Code, Field: f.Field, Detail: f.Detail, Args: f.Args}
}
