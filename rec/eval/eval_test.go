package eval

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
)

// madeUp is a log in which users of two kinds like items of two kinds.
func madeUp() string {
	var b strings.Builder
	b.WriteString("user,item,time,value\n")
	state := uint64(3)
	below := func(n int) int {
		state = state*6364136223846793005 + 1442695040888963407
		return int(state>>33) % n
	}
	for k := range 3000 {
		u := below(60)
		fmt.Fprintf(&b, "u%d,i%d,%d,%d\n", u, below(60)*2+u%2, 1_600_000_000+k*600, 1+below(5))
	}
	return b.String()
}

func TestRunOnAllProtocols(t *testing.T) {
	log := madeUp()
	for _, p := range []Protocol{Time, Last, Prequential} {
		r, err := Run(strings.NewReader(log), Options{Protocol: p, MinValue: 2, Baselines: Baselines})
		if err != nil {
			t.Fatal(p, err)
		}
		again, err := Run(strings.NewReader(log), Options{Protocol: p, MinValue: 2, Baselines: Baselines})
		if err != nil {
			t.Fatal(p, err)
		}
		a, _ := json.Marshal(r)
		b, _ := json.Marshal(again)
		if string(a) != string(b) {
			t.Errorf("%s: two runs differ:\n%s\n%s", p, a, b)
		}
		for _, key := range []string{`"protocol"`, `"users"`, `"positives"`, `"ndcg@10"`, `"recall@20"`, `"coverage@10"`, `"seconds"`, `"chosen"`, `"baselines"`} {
			if !strings.Contains(string(a), key) {
				t.Errorf("%s: no %s in %s", p, key, a)
			}
		}
		if x, pop := r.Metrics["ndcg@10"], r.Baselines["popularity"].Metrics["ndcg@10"]; x <= pop {
			t.Errorf("%s: the engine (%v) is no better than popularity (%v) where taste is all", p, x, pop)
		}
		var text strings.Builder
		if err := r.WriteText(&text); err != nil || !strings.Contains(text.String(), "itemknn") {
			t.Errorf("%s: %v\n%s", p, err, text.String())
		}
	}
}

func TestMetricsByHand(t *testing.T) {
	ta := newTally([]int{2, 3})
	ta.add(0, []int32{5, 7, 9}, []int32{7, 9, 11})
	m := ta.metrics()
	l3 := 1 / math.Log2(3)
	for name, want := range map[string]float64{
		"ndcg@2": l3 / (1 + l3), "recall@2": 1.0 / 3,
		"ndcg@3": (l3 + .5) / (1 + l3 + .5), "recall@3": 2.0 / 3,
	} {
		if math.Abs(m[name]-want) > 1e-12 {
			t.Errorf("%s is %v, want %v", name, m[name], want)
		}
	}
}

func TestSplitsByHand(t *testing.T) {
	l, err := ReadCSV(strings.NewReader("user,item,time,value\nu,a,1,5\nv,a,2,5\nu,b,3,1\nu,c,4,5\nv,d,5,5\nw,a,6,5\n"))
	if err != nil {
		t.Fatal(err)
	}
	l.mark(3)
	s, err := part(l.rows, l.users, l.items, Time, .4) // 5 positives: the last 2 test
	if err != nil || len(s.test) != 2 || len(s.train) != 4 {
		t.Errorf("time: %d train, %d test, %v", len(s.train), len(s.test), err)
	}
	s, err = part(l.rows, l.users, l.items, Last, 0) // of u and v; w has one only
	if err != nil || len(s.test) != 2 || len(s.train) != 4 || s.test[0].time != 4000 || s.test[1].time != 5000 {
		t.Errorf("last: %+v, %v", s, err)
	}
	if _, err := part(l.rows[:1], l.users, l.items, Last, 0); err == nil {
		t.Error("last: nobody has two positives, and that was no error")
	}
}

func TestBadOptions(t *testing.T) {
	for name, o := range map[string]Options{
		"protocol": {Protocol: "tomorrow"}, "k": {Protocol: Time, K: []int{0}}, "fraction": {Protocol: Time, TestFraction: 2},
		"no positives": {Protocol: Time, MinValue: 99},
	} {
		if _, err := Run(strings.NewReader(madeUp()), o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := ParseBaselines("ease,astrology"); err == nil {
		t.Error("an unknown baseline was accepted")
	}
}
