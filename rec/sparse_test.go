package rec

import "testing"

// shown lets a table learn n times from keys whose heads were wrong by w.
func shown(x *crosses, n int, wrong float32, today uint32, keys ...uint64) {
	for range n {
		var w [nHeads]float32
		w[headLike] = wrong
		x.learn(x.meet(keys, today, nil), &w, 1<<headLike)
	}
}

func weightOf(x *crosses, key uint64) float32 {
	var sum [nHeads]float32
	x.add([]uint64{key}, &sum)
	return sum[headLike]
}

func TestACombinationIsLearnedOnceItIsNotRare(t *testing.T) {
	var x crosses
	author, other := crossKey(xAuthor, 7, 1), crossKey(xAuthor, 8, 1)
	shown(&x, crossFrom-1, -.5, 20_000, author)
	if w := weightOf(&x, author); w != 0 {
		t.Errorf("a combination that was met %d times weighs %g", crossFrom-1, w)
	}
	shown(&x, 200, -.5, 20_000, author)
	if w := weightOf(&x, author); w <= 0 {
		t.Errorf("what is liked more than the heads foresee weighs %g", w)
	}
	if w := weightOf(&x, other); w != 0 {
		t.Errorf("a combination that was never met weighs %g", w)
	}
	for range 200 { // as often liked more as less than foreseen
		shown(&x, 1, .01, 20_000, other)
		shown(&x, 1, -.01, 20_000, other)
	}
	if w := weightOf(&x, other); w != 0 {
		t.Errorf("what carries nothing weighs %g", w)
	}
}

func TestCombinationsExpireAndStayBounded(t *testing.T) {
	var x crosses
	old, fresh := crossKey(xTag, 1, 1), crossKey(xTag, 2, 1)
	shown(&x, 100, -.5, 1000, old)
	shown(&x, 100, -.5, 1000+crossDays+1, fresh)
	x.renew(1000 + crossDays + 1)
	if weightOf(&x, old) != 0 || weightOf(&x, fresh) == 0 {
		t.Errorf("%g and %g", weightOf(&x, old), weightOf(&x, fresh))
	}
	r := stream(1)
	often := crossKey(xTag, 3, 1)
	for i := range uint32(3 * crossMost) {
		shown(&x, 1, .1, 2000, crossKey(xAuthor, 1+i, 1), crossKey(xAfterTag, 1+uint32(r.below(2000)), 1+uint32(r.below(40))), often)
	}
	if len(x.slots) != crossMost || x.rows.n > crossMost || x.used >= crossMost {
		t.Errorf("%d slots with %d combinations and %d rows, want at most %d", len(x.slots), x.used, x.rows.n, crossMost)
	}
	if weightOf(&x, often) == 0 {
		t.Error("what is met all the time was let go")
	}
	rows := map[uint32]bool{}
	for _, n := range x.freed {
		rows[n] = true
	}
	for _, c := range x.slots {
		if c.row != 0 {
			if rows[c.row-1] {
				t.Fatal("two combinations have one row")
			}
			rows[c.row-1] = true
		}
	}
}
