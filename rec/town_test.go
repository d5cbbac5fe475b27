package rec

import "testing"

// town is an engine with a clock of its own, for tests that play viewers.
type town struct {
	*Engine
	t    *testing.T
	now  int64 // of the latest event
	step int64 // between two events
}

func newTown(t *testing.T, c Constitution, step int64) *town {
	t.Helper()
	e, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return &town{Engine: e, t: t, now: 1_700_000_000_000, step: step}
}

// apply tells an event, one step after the one before.
func (x *town) apply(ev Event) {
	x.t.Helper()
	x.now += x.step
	ev.Time = x.now
	if err := x.Apply(ev); err != nil {
		x.t.Fatal(err)
	}
}

// next is what a viewer gets now.
func (x *town) next(user ID) Pick {
	return x.Feed(Request{User: user, Time: x.now, Limit: 1, Position: x.Applied(), Profile: true})[0]
}

// show tells that a viewer was shown a pick and watched it so long.
func (x *town) show(user ID, p Pick, watched int64) {
	x.t.Helper()
	x.apply(Event{Kind: Impression, User: user, Item: p.Item, Source: p.Source, Propensity: p.Propensity, Context: p.Context})
	x.apply(Event{Kind: Watch, User: user, Item: p.Item, Watched: watched})
}

// round has each of so many viewers watch one clip: those whose id leaves the
// same rest as the viewer's almost to the end, of others a quarter.
func (x *town) round(viewers ID) {
	x.t.Helper()
	for user := ID(1); user <= viewers; user++ {
		p := x.next(user)
		watched := int64(2500)
		if user%3 == p.Item%3 {
			watched = 9000
		}
		x.show(user, p, watched)
	}
}
