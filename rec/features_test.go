package rec

import (
	"math"
	"testing"
)

// TestContextsOfEarlierBuildsAreRead: a log lives longer than a build; what was
// shown before an upgrade is learned from after it.
func TestContextsOfEarlierBuildsAreRead(t *testing.T) {
	var f, got features
	for i := range f {
		f[i] = float32(i) - 7.5
	}
	now := f.encode()
	if !got.decode(now) || got != f {
		t.Fatalf("%v became %v", f, got)
	}
	at := 1 + 2*fLasting
	first := append([]byte{1}, now[1:at]...) // version 1 had all but that one
	first = append(first, now[at+2:]...)
	want := f
	want[fLasting] = f[fFactors]
	if got = (features{}); !got.decode(first) || got != want {
		t.Errorf("version 1 of %v is read as %v", f, got)
	}
	nan := append([]byte(nil), now...)
	nan[1], nan[2] = byte(math.Float32bits(float32(math.NaN()))>>24), 0xff
	for name, b := range map[string][]byte{
		"nothing": nil, "only a version": {contextVersion}, "a later version": append([]byte{contextVersion + 1}, now[1:]...),
		"cut": now[:len(now)-1], "longer": append(append([]byte(nil), now...), 0), "no number": nan,
		"version 1 with too much": append([]byte{1}, now[1:]...),
	} {
		if got.decode(b) {
			t.Errorf("%s was read", name)
		}
	}
}
