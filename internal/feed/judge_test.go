package feed_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"reelm/internal/feed"
	"reelm/rec"
)

// TestJudgeFindsTheAnswersAgain: asked of the realm's own log, the document
// that ran has chosen everything itself, so that all estimates are what came.
func TestJudgeFindsTheAnswersAgain(t *testing.T) {
	tw := newTown(t)
	likes, shown := 0, 0
	for i, a := range tw.people {
		for range 3 {
			page := tw.ask(a.ID.Viewer(), 4)
			tw.Clock.Add(time.Second)
			ahead := tw.ask(a.ID.Viewer(), 4, clipsOf(page)...) // fetched before anything of the first page is watched
			for k, s := range append(page, ahead...) {
				tw.Clock.Add(4 * time.Second)
				if k == 2 {
					continue // was never seen
				}
				ms := int64(700)
				if tw.clips[s.Clip] == topics[i] {
					ms = 8000
				}
				tw.record(as(a), feed.Report{Serve: tw.sign(s), Kind: "watch", Watched: ms})
				shown++
				if k%4 == 0 {
					likes++
					if err := tw.r.DB.LikeClip(t.Context(), a.ID, s.Clip); err != nil {
						t.Fatal(err)
					}
					if err := tw.f.Acted(t.Context(), a.ID.Viewer()); err != nil {
						t.Fatal(err)
					}
				}
			}
			tw.settle()
			tw.Clock.Add(time.Hour)
		}
	}
	tw.record(feed.From{}, feed.Report{Serve: tw.sign(tw.ask(0, 1)[0]), Kind: "watch", Watched: 8000})
	direct, err := tw.f.Direct(tw.people[0].ID.Viewer(), tw.ask(0, 1)[0].Clip, tw.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	tw.record(as(tw.people[0]), feed.Report{Serve: tw.sign(direct), Kind: "watch", Watched: 8000})
	if _, err := tw.r.Log.Append(t.Context(), entry(`{"k":"serve"}`)); err != nil {
		t.Fatal(err)
	}
	tw.settle()
	ran := tw.f.Constitution()
	other := ran
	other.Weights.Watch, other.Weights.Like, other.Explore = .2, 5, .3
	judge := func(most int) (*feed.Trial, string) {
		var notes strings.Builder
		got, err := feed.Judge(t.Context(), tw.r, ran, other, rec.Weights{Like: 1}, most, &notes)
		if err != nil {
			t.Fatal(err)
		}
		return got, notes.String()
	}
	_, before := tw.f.Model()
	got, notes := judge(1000)
	if got.Impressions != shown || got.Open != 1 || got.Chosen != 1 || got.Viewers != len(tw.people) {
		t.Errorf("%d impressions of %d viewers, %d open, %d chosen; want %d, %d, 1, 1", got.Impressions, got.Viewers, got.Open, got.Chosen, shown, len(tw.people))
	}
	if got.Replayed != 1 || math.Abs(got.Policy.Support-1) > 1e-9 {
		t.Errorf("%.3f of the choices are found again, %.3f are in the log", got.Replayed, got.Policy.Support)
	}
	if want := float64(likes) / float64(shown); math.Abs(got.Logged.Mean-want) > 1e-9 || math.Abs(got.Policy.IPS.Mean-want) > 1e-6 || math.Abs(got.Policy.SNIPS.Mean-want) > 1e-6 {
		t.Errorf("logged %+v, IPS %+v, SNIPS %+v; want %.4f likes an impression", got.Logged, got.Policy.IPS, got.Policy.SNIPS, want)
	}
	if !strings.Contains(notes, "record ") {
		t.Errorf("notes do not tell which record could not be read: %q", notes)
	}
	if few, _ := judge(10); few.Impressions != 10 {
		t.Errorf("%d impressions, want the latest 10", few.Impressions)
	}
	if _, after := tw.f.Model(); after != before {
		t.Error("the trial has changed the model")
	}
	if _, err := json.Marshal(got); err != nil {
		t.Error(err)
	}
}

func TestJudgeOfAnEmptyLog(t *testing.T) {
	tw := newTown(t)
	var notes strings.Builder
	got, err := feed.Judge(t.Context(), tw.r, rec.Default(), rec.Default(), rec.Default().Weights, 10, &notes)
	if err != nil || got.Impressions != 0 {
		t.Errorf("%+v %v", got, err)
	}
	if _, err := json.Marshal(got); err != nil {
		t.Error(err)
	}
}
