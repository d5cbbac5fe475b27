// Package notify tells people what happens: live, to the pages they have
// open, and by Web Push, to browsers that asked for it.
//
// A Hub belongs to one realm. It hears the signals of every process of the
// realm and passes them on to whoever listens for a clip.
package notify

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"

	"reelm/internal/realm"
	"reelm/internal/store"
)

// Hub passes the signals of one realm on to open pages.
type Hub struct {
	mu   sync.Mutex
	subs map[string]map[*Ear]bool
	ctx  context.Context
	stop context.CancelFunc
	push *Pusher
}

// Open listens to one topic of the realm's signals, whose data is the key
// that Listen waits for, and tells browsers by Web Push through client.
func Open(ctx context.Context, r *realm.Realm, topic string, client *http.Client) (*Hub, error) {
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	h := &Hub{subs: map[string]map[*Ear]bool{}, ctx: ctx, stop: stop}
	for _, t := range []string{topic, TopicNews} {
		if err := r.Bus.Watch(ctx, r.Name, t, func(_ string, data []byte) { h.pass(string(data)) }); err != nil {
			stop()
			return nil, err
		}
	}
	h.push = openPusher(ctx, r, client)
	r.DB.OnTold(func(news []store.Told) {
		for _, n := range news {
			h.push.add(n)
			if err := r.Bus.Signal(r.Name, TopicNews, []byte("inbox:"+n.Account.String())); err != nil {
				slog.Warn("nobody hears of news", "realm", r.Name, "error", err)
			}
		}
	})
	return h, nil
}

// TopicNews is the signal that somebody's inbox ("inbox:ID") or the comments
// of a clip ("comments:ID ID", the second of the comment) have changed.
const TopicNews = "news"

// Close stops listening and ends every open stream.
func (h *Hub) Close() {
	h.stop()
	h.push.close()
}

// Done is closed when the hub is: streams end then.
func (h *Hub) Done() <-chan struct{} { return h.ctx.Done() }

func (h *Hub) pass(data string) {
	key, what, _ := strings.Cut(data, " ")
	h.mu.Lock()
	defer h.mu.Unlock()
	for e := range h.subs[key] {
		e.hear(what)
	}
}

// maxHeard is how many different things an ear keeps until they are asked for.
const maxHeard = 200

// Ear hears that something about a key may have changed.
type Ear struct {
	changed chan struct{}
	mu      sync.Mutex
	heard   []string
}

// Changed receives when there is something to ask for.
func (e *Ear) Changed() <-chan struct{} { return e.changed }

func (e *Ear) hear(what string) {
	e.mu.Lock()
	if what != "" && len(e.heard) < maxHeard && !slices.Contains(e.heard, what) {
		e.heard = append(e.heard, what)
	}
	e.mu.Unlock()
	select {
	case e.changed <- struct{}{}:
	default: // it has not yet looked at the last one
	}
}

// Heard gives what has changed since it was last asked, each once, as far as
// that was said: of very much at once the last is left out.
func (e *Ear) Heard() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	out := e.heard
	e.heard = nil
	return out
}

// Listen gives an ear for a key. The caller ends it.
func (h *Hub) Listen(key string) (ear *Ear, end func()) {
	e := &Ear{changed: make(chan struct{}, 1)}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.subs[key] == nil {
		h.subs[key] = map[*Ear]bool{}
	}
	h.subs[key][e] = true
	return e, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		if delete(h.subs[key], e); len(h.subs[key]) == 0 {
			delete(h.subs, key)
		}
	}
}
