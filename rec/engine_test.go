package rec

import (
	"bytes"
	"errors"
	"fmt"
	"sync"
	"testing"
)

func TestFoldIsAFunctionOfTheLog(t *testing.T) {
	log := testLog(1, 6000)
	want := fold(t, log).Hash()
	if got := fold(t, log).Hash(); got != want {
		t.Error("the same log gave two models")
	}
	e := fold(t, log[:0])
	for i, ev := range log {
		if err := e.Apply(ev); err != nil {
			t.Fatal(err)
		}
		if i%1500 == 700 {
			e = throughSnapshot(t, e)
		}
	}
	if e.Hash() != want {
		t.Error("with snapshots in between the model is another")
	}
	if other := fold(t, testLog(2, 6000)); other.Hash() == want {
		t.Error("another log gave the same model")
	}
}

func throughSnapshot(t testing.TB, e *Engine) *Engine {
	t.Helper()
	var b bytes.Buffer
	if err := e.Snapshot(&b); err != nil {
		t.Fatal(err)
	}
	again, err := Restore(&b)
	if err != nil {
		t.Fatal(err)
	}
	if again.Hash() != e.Hash() {
		t.Fatal("a restored model has another hash")
	}
	return again
}

func TestReadsChangeNothingAndAgree(t *testing.T) {
	log := testLog(3, 4000)
	e := fold(t, log)
	hash := e.Hash()
	ask := func(user ID) string {
		return fmt.Sprintf("%+v", e.Feed(Request{User: user, Time: lastTime(log), Limit: 10, Position: 9, Profile: true}))
	}
	want := make([]string, 20)
	for i := range want {
		want[i] = ask(ID(i))
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range want {
				if got := ask(ID(i)); got != want[i] {
					t.Errorf("viewer %d got two answers:\n%s\n%s", i, want[i], got)
				}
			}
		})
	}
	wg.Wait()
	if e.Hash() != hash {
		t.Error("reading changed the model")
	}
	again := throughSnapshot(t, e)
	got := fmt.Sprintf("%+v", again.Feed(Request{User: 5, Time: lastTime(log), Limit: 10, Position: 9, Profile: true}))
	if got != want[5] {
		t.Error("a restored model answers differently")
	}
}

func TestPicks(t *testing.T) {
	log := testLog(4, 5000)
	e := fold(t, log)
	for user := range ID(90) {
		picks := e.Feed(Request{User: user, Time: lastTime(log), Limit: 10, Position: uint64(user), Profile: user%2 == 0})
		if len(picks) != 10 {
			t.Fatalf("viewer %d got %d picks", user, len(picks))
		}
		shown := map[ID]bool{}
		for i, p := range picks {
			sum := 0.0
			for _, part := range p.Parts {
				sum += part.Contribution
			}
			if sum != p.Score {
				t.Errorf("viewer %d: parts sum to %v, score is %v", user, sum, p.Score)
			}
			if shown[p.Item] {
				t.Errorf("viewer %d gets item %d twice", user, p.Item)
			}
			shown[p.Item] = true
			if !(p.Propensity > 0 && p.Propensity <= 1) {
				t.Errorf("viewer %d: propensity %v", user, p.Propensity)
			}
			if len(p.Context) > MaxContext {
				t.Errorf("a context of %d bytes", len(p.Context))
			}
			it := e.m.items.at(e.m.itemIDs.find(p.Item))
			if i > 0 && it.author == e.m.items.at(e.m.itemIDs.find(picks[i-1].Item)).author {
				t.Errorf("viewer %d: two of one author in a row", user)
			}
			if !it.showable() {
				t.Errorf("viewer %d got an item that is limited or gone", user)
			}
		}
	}
}

func TestWithoutProfilingWatchingChangesNothing(t *testing.T) {
	log := testLog(5, 4000)
	const me = ID(7)
	var other []Event
	for _, ev := range log {
		if ev.User == me && (ev.Kind == Impression || ev.Kind == Watch) {
			if ev.Kind == Impression {
				continue
			}
			ev.Watched = 60_000 - ev.Watched
		}
		other = append(other, ev)
	}
	for n := range 20 {
		r := Request{User: me, Time: lastTime(log) + int64(n), Limit: 20, Position: uint64(n), Viewer: Viewer{Language: 1}}
		a := fmt.Sprintf("%+v", fold(t, log).Feed(r))
		r.Position += 17
		b := fmt.Sprintf("%+v", fold(t, other).Feed(r))
		if a != b {
			t.Fatalf("watching changed a feed without profiling:\n%s\n%s", a, b)
		}
	}
}

func TestRefusals(t *testing.T) {
	e := fold(t, testLog(6, 500))
	hash := e.Hash()
	zero := 0.0
	nan, inf := zero/zero, 1/zero
	for name, ev := range map[string]Event{
		"no kind":           {},
		"unknown kind":      {Kind: 99, User: 1, Item: 1},
		"negative time":     {Kind: Like, Time: -1, User: 1, Item: 1},
		"time without end":  {Kind: Like, Time: 1 << 62, User: 1, Item: 1},
		"no item":           {Kind: Like, User: 1},
		"watched less":      {Kind: Watch, User: 1, Item: 1, Before: 10, Watched: 5},
		"watched negative":  {Kind: Watch, User: 1, Item: 1, Before: -5, Watched: 5},
		"watched for years": {Kind: Watch, User: 1, Item: 1, Watched: 1 << 50},
		"propensity nan":    {Kind: Impression, User: 1, Item: 1, Propensity: nan},
		"propensity inf":    {Kind: Impression, User: 1, Item: 1, Propensity: inf},
		"propensity -1":     {Kind: Impression, User: 1, Item: 1, Propensity: -1},
		"slot negative":     {Kind: Impression, User: 1, Item: 1, Slot: -1},
		"duration negative": {Kind: Born, Item: 5000, Facts: &Facts{Duration: -1}},
		"propensity 2":      {Kind: Impression, User: 1, Item: 1, Propensity: 2},
		"context long":      {Kind: Impression, User: 1, Item: 1, Context: make([]byte, MaxContext+1)},
		"follow nobody":     {Kind: Follow, User: 1},
		"nobody follows":    {Kind: Follow, Author: 1},
		"merge with self":   {Kind: Merge, User: 1, From: 1},
		"want unknown":      {Kind: Interest, User: 1, Subject: Subject{Tag, 1}, Want: 5},
		"no constitution":   {Kind: Constitute},
		"bad constitution":  {Kind: Constitute, Constitution: &Constitution{}},
		"born of nothing":   {Kind: Born, Item: 5000},
	} {
		if err := e.Apply(ev); err == nil {
			t.Errorf("%s: was applied", name)
		}
		if e.Hash() != hash {
			t.Fatalf("%s: changed the model", name)
		}
	}
}

func TestEventsTogetherAreEventsInARow(t *testing.T) {
	log := testLog(4, 300)
	one, all := fold(t, log), fold(t, nil)
	for rest := log; len(rest) > 0; {
		n, err := all.ApplyAll(rest[:min(7, len(rest))])
		if err != nil {
			t.Fatal(err)
		}
		rest = rest[n:]
	}
	if one.Hash() != all.Hash() || one.Applied() != all.Applied() {
		t.Error("another model")
	}
	n, err := all.ApplyAll([]Event{{Kind: Like, Time: lastTime(log), User: 1, Item: 1}, {Kind: Like, Time: -1, Item: 1}, {Kind: Like}})
	if n != 1 || !errors.Is(err, ErrEvent) {
		t.Errorf("%d applied before the refused one, %v", n, err)
	}
}

// TestToleratedEventsDoNoHarm applies what may come and means nothing.
func TestToleratedEventsDoNoHarm(t *testing.T) {
	log := testLog(7, 500)
	e := fold(t, log)
	now := lastTime(log)
	if err := e.Apply(Event{Kind: Died, Time: now, Item: 3}); err != nil {
		t.Fatal(err)
	}
	hash := e.Hash()
	for name, ev := range map[string]Event{
		"a clip that is gone":       {Kind: Like, Time: now, User: 1, Item: 3},
		"a watch of it":             {Kind: Watch, Time: now, User: 1, Item: 3, Watched: 9000},
		"a clip that never was":     {Kind: Watch, Time: now, User: 1, Item: 1 << 60, Watched: 9000},
		"a second birth":            {Kind: Born, Time: now, Item: 1, Facts: &Facts{Author: 9}},
		"a second death":            {Kind: Died, Time: now, Item: 3},
		"an end of no follow":       {Kind: Unfollow, Time: now, User: 777, Author: 1},
		"lifting what is no limit":  {Kind: Unlimited, Time: now, Item: 3},
		"forgetting who never was":  {Kind: Forget, Time: now, User: 1 << 50},
		"unblocking who is not":     {Kind: Unblock, Time: now, User: 778, Author: 1},
		"the life of a removed one": {Kind: Changed, Time: now, Item: 3, Facts: &Facts{Author: 2}},
	} {
		if err := e.Apply(ev); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if e.Hash() != hash {
			t.Errorf("%s: changed the model", name)
			hash = e.Hash()
		}
	}
}

func TestWhatARegionLikesIsProposedThere(t *testing.T) {
	e := fold(t, nil)
	now := int64(1_700_000_000_000)
	do := func(ev Event) {
		now += 1000
		ev.Time = now
		if err := e.Apply(ev); err != nil {
			t.Fatal(err)
		}
	}
	for k := range ID(exhaustive + 500) {
		do(Event{Kind: Born, Item: k + 1, Facts: &Facts{Duration: 10_000}})
	}
	for u := ID(1); u < 700; u++ { // more than a board of what all like now takes
		do(Event{Kind: Describe, User: u, Viewer: Viewer{Region: 1}})
		do(Event{Kind: Like, User: u, Item: u})
		do(Event{Kind: Like, User: u + 1000, Item: u})
	}
	do(Event{Kind: Describe, User: 5000, Viewer: Viewer{Region: 2}})
	do(Event{Kind: Like, User: 5000, Item: 2000})
	for u := ID(1); u < 300; u++ {
		do(Event{Kind: Like, User: u, Item: 1000 + u})
		do(Event{Kind: Like, User: u + 1000, Item: 1000 + u})
	}
	for region, want := range map[ID]bool{1: false, 2: true} {
		got := false
		for _, p := range e.Feed(Request{User: 9999, Time: now, Limit: maxLimit, Profile: true, Plain: true, Viewer: Viewer{Region: region}}) {
			got = got || p.Item == 2000
		}
		if got != want {
			t.Errorf("region %d is offered what was liked in region 2: %v", region, got)
		}
	}
	do(Event{Kind: Died, Item: 2000})
	throughSnapshot(t, e)
}
