package auth

import (
	"container/list"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Rates limits how often each of many keys may do something, in bounded
// memory: the key that was quiet longest is forgotten first.
type Rates struct {
	limit rate.Limit
	burst int
	most  int

	mu   sync.Mutex
	keys map[string]*list.Element
	used *list.List // of *keyRate, last used first
}

type keyRate struct {
	key string
	*rate.Limiter
}

// NewRates allows each key n acts in a period, all at once or spread.
// n <= 0 allows everything.
func NewRates(n int, per time.Duration) *Rates {
	if n <= 0 {
		return nil
	}
	return &Rates{limit: rate.Limit(float64(n) / per.Seconds()), burst: n, most: 100_000,
		keys: map[string]*list.Element{}, used: list.New()}
}

// Allow takes n acts from a key's allowance, and says false if there are not
// that many. A nil Rates allows everything.
func (r *Rates) Allow(key string, n int, now time.Time) bool {
	if r == nil {
		return true
	}
	return r.limiter(key).AllowN(now, n)
}

// Spent says whether a key has nothing left, without taking anything.
func (r *Rates) Spent(key string, now time.Time) bool {
	return r != nil && r.limiter(key).TokensAt(now) < 1
}

func (r *Rates) limiter(key string) *rate.Limiter {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e := r.keys[key]; e != nil {
		r.used.MoveToFront(e)
		return e.Value.(*keyRate).Limiter
	}
	if r.used.Len() >= r.most {
		last := r.used.Back()
		r.used.Remove(last)
		delete(r.keys, last.Value.(*keyRate).key)
	}
	k := &keyRate{key, rate.NewLimiter(r.limit, r.burst)}
	r.keys[key] = r.used.PushFront(k)
	return k.Limiter
}
