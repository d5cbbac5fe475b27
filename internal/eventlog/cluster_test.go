package eventlog_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"reelm/internal/eventlog"
)

// node is one nats-server process of a cluster.
type node struct {
	name string
	args []string
	cmd  *exec.Cmd
}

func (n *node) start(t *testing.T) {
	t.Helper()
	n.cmd = exec.Command(n.args[0], n.args[1:]...)
	if err := n.cmd.Start(); err != nil {
		t.Fatal(err)
	}
}

func (n *node) kill(t *testing.T) {
	t.Helper()
	if err := n.cmd.Process.Kill(); err != nil {
		t.Error(err)
	}
	_ = n.cmd.Wait() // ends with "killed"
}

// startCluster runs three real servers.
func startCluster(t *testing.T) (nodes []*node, url string) {
	t.Helper()
	if os.Getenv("REELM_TRIAL") != "1" {
		t.Skip("REELM_TRIAL=1 runs this on three nats-server processes")
	}
	bin, err := exec.LookPath("nats-server")
	if err != nil {
		bin = filepath.Join(os.Getenv("HOME"), "go", "bin", "nats-server")
	}
	if _, err := os.Stat(bin); err != nil {
		t.Fatal("no nats-server: go install github.com/nats-io/nats-server/v2@v2.15.2")
	}
	var ports []int
	for range 6 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = l.Close() }()
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	var routes, urls []string
	for i := range 3 {
		routes = append(routes, fmt.Sprintf("nats://127.0.0.1:%d", ports[3+i]))
		urls = append(urls, fmt.Sprintf("nats://127.0.0.1:%d", ports[i]))
	}
	dir := t.TempDir()
	for i := range 3 {
		name := fmt.Sprint("n", i)
		nodes = append(nodes, &node{name: name, args: []string{bin, "-n", name, "-a", "127.0.0.1", "-p", fmt.Sprint(ports[i]), "-js", "-sd", filepath.Join(dir, name),
			"--cluster_name", "trial", "--cluster", fmt.Sprintf("nats://127.0.0.1:%d", ports[3+i]), "--routes", strings.Join(routes, ","), "-l", filepath.Join(dir, name+".log")}})
	}
	return nodes, strings.Join(urls, ",")
}

// until waits for a condition that only asking can tell.
func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for end := soon(t); !holds(); {
		select {
		case <-tick.C:
		case <-end.Done():
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// One after the other, each of three servers is killed and comes back while
// four appenders and a follower go on: nothing that was acknowledged is lost
// or stored twice, and the follower sees it all in order.
func TestClusterGoesOnWithoutOneOfThree(t *testing.T) {
	nodes, url := startCluster(t)
	for _, n := range nodes {
		n.start(t)
		defer func() { n.kill(t) }()
	}
	var s *eventlog.Server
	var l *eventlog.Log
	until(t, "the cluster finds its leader", func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		var err error
		if s == nil {
			s, err = eventlog.Open(ctx, eventlog.Config{URL: url})
		}
		if err == nil {
			l, err = s.Log(ctx, "main")
		}
		return err == nil
	})
	defer closeServer(t, s)
	appendNumbers(t, l, 1, 1000)
	if err := l.Sync(soon(t)); err != nil {
		t.Fatal(err)
	}

	nc, err := nats.Connect(url, nats.MaxReconnects(-1))
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	healthy := func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		st, err := js.Stream(ctx, "log-main")
		if err != nil {
			return false
		}
		c := st.CachedInfo().Cluster
		if c == nil || c.Leader == "" || len(c.Replicas) != 2 {
			return false
		}
		for _, r := range c.Replicas {
			if !r.Current || r.Offline {
				return false
			}
		}
		return true
	}

	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var mu sync.Mutex
	acked := map[uint64]string{}
	counts := make([]int, 4)
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := 0; ctx.Err() == nil; {
				var es []eventlog.Entry
				for n := range 1 + 19*(w%2) {
					text := fmt.Sprint(w, " ", i+n)
					es = append(es, eventlog.Entry{Key: uint64(w), ID: fmt.Sprint("m-", w, "-", i+n), Data: []byte(text)})
				}
				for len(es) > 0 { // until all of it is acknowledged, as the relay of an outbox does
					try, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
					seqs, err := l.AppendAll(try, es)
					cancel()
					mu.Lock()
					for k, seq := range seqs {
						acked[seq] = string(es[k].Data)
					}
					i += len(seqs)
					counts[w] = i
					mu.Unlock()
					es = es[len(seqs):]
					if errors.Is(err, eventlog.ErrClosed) || errors.Is(err, eventlog.ErrName) {
						t.Error(err)
						return
					}
				}
			}
		})
	}
	followed := make(chan uint64, 1<<20)
	following, unfollow := context.WithCancel(t.Context())
	defer unfollow()
	wg.Go(func() {
		last := uint64(0)
		err := l.Follow(following, 1, func(m eventlog.Message) error {
			if m.Seq != last+1 {
				t.Errorf("followed %d after %d", m.Seq, last)
			}
			last = m.Seq
			followed <- m.Seq
			return nil
		})
		if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})

	progress := func() (n int) {
		mu.Lock()
		defer mu.Unlock()
		for _, c := range counts {
			n += c
		}
		return n
	}
	for _, n := range nodes {
		until(t, "all three are in step", healthy)
		before := progress()
		n.kill(t)
		until(t, "appending goes on without "+n.name, func() bool { return progress() > before+200 })
		n.start(t)
	}
	until(t, "all three are in step", healthy)
	stop()
	last := info(t, l).Last
	for seq := range followed {
		if seq >= last {
			break
		}
	}
	until(t, "the appenders end", func() bool { before := progress(); return ctx.Err() != nil && before == progress() })
	unfollow()
	wg.Wait()

	seen := map[string]bool{}
	next := make([]int, 4)
	found := map[uint64]string{}
	for _, m := range readAll(t, l) {
		found[m.Seq] = string(m.Data)
		var w, i int
		if n, _ := fmt.Sscan(string(m.Data), &w, &i); n != 2 {
			continue
		}
		if seen[string(m.Data)] {
			t.Errorf("%s is stored twice", m.Data)
		}
		seen[string(m.Data)] = true
		if i != next[w] {
			t.Errorf("appender %d: message %d came in place of %d", w, i, next[w])
		}
		next[w] = i + 1
	}
	for seq, text := range acked {
		if found[seq] != text {
			t.Errorf("message %d is %q, not %q", seq, found[seq], text)
		}
	}
	t.Logf("%d messages acknowledged through three kills", len(acked))
}
