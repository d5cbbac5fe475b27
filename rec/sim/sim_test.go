package sim

import (
	"os"
	"reflect"
	"testing"
	"time"

	"reelm/rec"
)

// small is a world that a test has time for.
func small() World {
	w := Default()
	w.Items, w.Past, w.Swipes, w.Newcomers, w.Rounds = 400, 250, 60, 40, 45
	if os.Getenv("REELM_TRIAL") != "" {
		w = Default()
	}
	return w
}

func TestTheEngineFindsTastes(t *testing.T) {
	try := func() *Outcome {
		o, err := Try(small(), []uint64{1}, rec.Default())
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	o := try()
	t.Logf("%+v", *o)
	random, popularity, engine := o.Of(Random).Value, o.Of(Popularity).Value, o.Of(Engine).Value
	if !(random < popularity && popularity < engine && engine < 1) {
		t.Errorf("random %.3f, popularity %.3f, engine %.3f of the oracle: not in this order", random, popularity, engine)
	}
	if best := o.Of(Oracle); best.Value != 1 || best.Good == 0 || best.Fans <= o.Of(Random).Fans || o.Of(Engine).Fans <= o.Of(Popularity).Fans {
		t.Errorf("good new items have %.1f fans by the oracle (worth %.3f of itself), %.1f by chance, %.1f by the engine, %.1f by popularity",
			best.Fans, best.Value, o.Of(Random).Fans, o.Of(Engine).Fans, o.Of(Popularity).Fans)
	}
	if again := try(); !reflect.DeepEqual(again, o) {
		t.Errorf("the same world gave %+v and %+v", *o, *again)
	}
}

func TestBenchReportsWhatItMeasured(t *testing.T) {
	r, err := Bench(BenchOptions{Items: 300, Users: 100, Events: 4000, Seconds: .05, Cores: 2, Dir: t.TempDir(),
		Now: time.Now, Progress: func(string) {}})
	if err != nil {
		t.Fatal(err)
	}
	if r.Items != 300 || r.Events != 4000 || r.Fold <= 0 || r.Feeds <= 0 || r.P50 > r.P99 || r.PeakRSS <= 0 {
		t.Errorf("%+v", *r)
	}
	for _, o := range []BenchOptions{{}, {Items: -1, Users: 1, Events: 1, Seconds: 1, Cores: 1}, {Items: 1 << 30, Users: 1, Events: 1, Seconds: 1, Cores: 1}} {
		if _, err := Bench(o); err == nil {
			t.Errorf("%+v was accepted", o)
		}
	}
}
