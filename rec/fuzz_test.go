package rec

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"math"
	"testing"
)

// FuzzApply applies whatever: no panic, a refused event changes nothing, an
// answer is always possible, and the model stays one that can be written and
// read.
func FuzzApply(f *testing.F) {
	f.Add([]byte("\x01\x00\x00\x00\x00\x00\x00\x00\x00\x01\x01\x00"), uint64(1))
	f.Add(bytes.Repeat([]byte("\x0b\x10\x20\x30\x40\x50\x60\x70"), 20), uint64(9))
	f.Fuzz(func(t *testing.T, data []byte, seed uint64) {
		log := testLog(seed%8, 120)
		e := fold(t, log)
		for len(data) >= 12 {
			ev := Event{
				Kind: Kind(data[0]), Time: log[0].Time + int64(int8(data[1]))<<(data[2]%60), User: ID(data[3] % 90), Item: ID(data[4] % 70),
				CountOnly: data[5]&1 != 0, Before: int64(int8(data[6])), Watched: int64(int8(data[7])) << (data[8] % 40), Slot: int(int8(data[9])),
				Propensity: float64(data[10]) / 200, Context: data[:min(len(data), int(data[11]))],
				Author: ID(data[4] % 9), Subject: Subject{Space(data[6] % 5), ID(data[7] % 4)}, Want: Want(int8(data[8]) % 4), From: ID(data[9] % 90),
				Viewer: Viewer{Language: ID(data[10] % 3), AgeBand: data[11]},
			}
			if data[5]&2 != 0 {
				ev.Facts = &Facts{Author: ID(data[6] % 9), Tags: []ID{ID(data[7] % 4), ID(data[7] % 4), 0}, Duration: int64(int8(data[8]))}
			}
			before := e.Applied()
			if err := e.Apply(ev); err != nil && (!errors.Is(err, ErrEvent) || e.Applied() != before) {
				t.Fatalf("%+v: %v, applied %d then %d", ev, err, before, e.Applied())
			}
			data = data[12:]
		}
		e.Feed(Request{User: ID(seed % 90), Time: lastTime(log), Limit: 5, Profile: seed%2 == 0})
		throughSnapshot(t, e)
	})
}

// FuzzRestore reads whatever: refused with ErrSnapshot, or a model that can
// be asked and taught.
func FuzzRestore(f *testing.F) {
	log := testLog(1, 150)
	var b bytes.Buffer
	if err := fold(f, log).Snapshot(&b); err != nil {
		f.Fatal(err)
	}
	good := b.Bytes()
	f.Add(uint32(0), uint64(0), false)
	f.Add(uint32(100), uint64(1), true)
	f.Add(uint32(3000), ^uint64(0), true)
	f.Fuzz(func(t *testing.T, at uint32, word uint64, signed bool) {
		bad := bytes.Clone(good)
		i := len(snapshotMagic) + int(at)%(len(bad)-len(snapshotMagic)-40)
		binary.LittleEndian.PutUint64(bad[i:], word)
		if signed { // by somebody who knows how
			sum := sha256.Sum256(bad[len(snapshotMagic) : len(bad)-32])
			copy(bad[len(bad)-32:], sum[:])
		}
		e, err := Restore(bytes.NewReader(bad))
		if err != nil {
			if !errors.Is(err, ErrSnapshot) {
				t.Errorf("%v does not wrap ErrSnapshot", err)
			}
			return
		}
		for user := range ID(10) {
			e.Feed(Request{User: user, Time: lastTime(log), Limit: 5, Profile: user%2 == 0})
			e.Interests(user)
		}
		e.Debt()
		for _, ev := range testLog(2, 200) {
			if err := e.Apply(ev); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestSnapshotsThatAreCutOrChangedAreRefused(t *testing.T) {
	var b bytes.Buffer
	if err := fold(t, testLog(3, 400)).Snapshot(&b); err != nil {
		t.Fatal(err)
	}
	good := b.Bytes()
	for _, n := range []int{0, 5, len(snapshotMagic), len(snapshotMagic) + 3, len(good) / 2, len(good) - 1} {
		if _, err := Restore(bytes.NewReader(good[:n])); !errors.Is(err, ErrSnapshot) {
			t.Errorf("cut after %d bytes: %v", n, err)
		}
	}
	for i := len(snapshotMagic); i < len(good); i += len(good)/50 + 1 {
		bad := bytes.Clone(good)
		bad[i] ^= 4
		if _, err := Restore(bytes.NewReader(bad)); !errors.Is(err, ErrSnapshot) {
			t.Errorf("byte %d changed: %v", i, err)
		}
	}
}

// TestSnapshotsMadeToHarmAreRefused: with the right checksum, but without a
// kind that a viewer could be of; and what is no number finds a place on the
// curve.
func TestSnapshotsMadeToHarmAreRefused(t *testing.T) {
	e := fold(t, testLog(3, 400))
	e.m.taste.prior.n = [nKinds]float32{}
	var b bytes.Buffer
	if err := e.Snapshot(&b); err != nil {
		t.Fatal(err)
	}
	if _, err := Restore(&b); !errors.Is(err, ErrSnapshot) {
		t.Errorf("a model without kinds of viewers: %v", err)
	}
	for _, x := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		if got := link(float32(x)); got.slope <= 0 {
			t.Errorf("the curve at %v has the slope %v", x, got.slope)
		}
	}
}
