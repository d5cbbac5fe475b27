package handover

import (
	"io"
	"sync/atomic"
	"time"
)

// Progress is how far something long is.
type Progress struct {
	Doing string        `json:"doing"` // reading, writing, verifying, folding, ...
	Done  int64         `json:"done"`  // bytes
	Total int64         `json:"total"` // bytes, 0 if it is not known
	Left  time.Duration `json:"left"`  // as far as that can be told
}

// meter counts bytes and tells somebody about twice a second.
type meter struct {
	tell  func(Progress)
	now   func() time.Time
	doing string
	total int64
	done  atomic.Int64

	begun, told time.Time
}

func newMeter(tell func(Progress), now func() time.Time) *meter {
	if tell == nil {
		tell = func(Progress) {}
	}
	return &meter{tell: tell, now: now, begun: now()}
}

// begin starts another stage.
func (m *meter) begin(doing string, total int64) {
	m.doing, m.total, m.begun, m.told = doing, total, m.now(), time.Time{}
	m.done.Store(0)
	m.report()
}

// Write implements io.Writer.
func (m *meter) Write(b []byte) (int, error) {
	m.done.Add(int64(len(b)))
	if m.now().Sub(m.told) > 500*time.Millisecond {
		m.report()
	}
	return len(b), nil
}

func (m *meter) report() {
	m.told = m.now()
	p := Progress{Doing: m.doing, Done: m.done.Load(), Total: m.total}
	if spent := m.told.Sub(m.begun); m.total > 0 && p.Done > 0 && p.Done < p.Total {
		p.Left = time.Duration(float64(spent) * float64(p.Total-p.Done) / float64(p.Done)).Round(time.Second)
	}
	m.tell(p)
}

var _ io.Writer = (*meter)(nil)
