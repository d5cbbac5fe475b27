package sim

import (
	"testing"

	"reelm/rec"
)

// Whoever buys people and clips alone begins with less, and makes some of it
// good by learning.
func TestWhatIsLostWithoutTheAlgorithm(t *testing.T) {
	l, err := Part(small(), 1, rec.Default())
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", *l)
	first, last := l.Windows[0], l.Windows[len(l.Windows)-1]
	if first.Without > .9*first.With {
		t.Errorf("without the algorithm the first swipes are worth %.3f, with it %.3f", first.Without, first.With)
	}
	if last.Without/last.With < first.Without/first.With {
		t.Errorf("what is lost grows: %+v", *l)
	}
}
