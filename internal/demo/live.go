package demo

import (
	"context"
	"math/rand/v2"
	"strings"
	"time"

	"reelm"
	"reelm/internal/feed"
)

// somebody is a simulated person at their phone.
type somebody struct {
	*reelm.Account
	likes map[string]float64
}

// Live lets the simulated people swipe so many times, one after the other,
// with a pause between: through the real feed, with serves and events like
// anybody's.
func (t *Town) Live(ctx context.Context, swipes int, pause time.Duration) error {
	people, err := t.people(ctx)
	if err != nil {
		return err
	}
	topicOf := map[string]string{}
	for _, tp := range topics() {
		for _, p := range tp.pieces {
			topicOf[p.caption] = tp.name
		}
	}
	dice := rand.New(rand.NewPCG(uint64(swipes), uint64(t.Place.Now().UnixNano())))
	const together = 5
	for done := 0; done < swipes; done += together {
		if err := t.sit(ctx, people[dice.IntN(len(people))], topicOf, together, dice); err != nil {
			return err
		}
		if pause == 0 {
			continue
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func (t *Town) people(ctx context.Context) ([]somebody, error) {
	var out []somebody
	for i, v := range viewers() {
		language := []string{"de", "en"}[i%2]
		a, err := t.person(ctx, v.handle, "", language, reelm.RoleViewer)
		if err != nil {
			return nil, err
		}
		out = append(out, somebody{a, v.likes})
	}
	return out, nil
}

// sit lets one person swipe through a page.
func (t *Town) sit(ctx context.Context, who somebody, topicOf map[string]string, n int, dice *rand.Rand) error {
	f := t.Place.Feed
	serves, _, err := f.For(ctx, feed.Request{Viewer: who.ID.Viewer(), Profiled: true, Limit: n, At: t.Place.Now(), Language: who.Language})
	if err != nil {
		return err
	}
	for i := range serves {
		c, err := t.Place.DB.Clip(ctx, serves[i].Clip)
		if err != nil {
			return err
		}
		drawn := who.likes[topicOf[c.Caption]]
		watched := float64(c.Duration.Milliseconds()) * (.1 + .2*dice.Float64())
		if dice.Float64() < drawn {
			watched = float64(c.Duration.Milliseconds()) * (.8 + dice.Float64())
		}
		token, err := feed.Sign(t.Place.Realm, &serves[i])
		if err != nil {
			return err
		}
		reports := []feed.Report{{Serve: token, Kind: string(reelm.EventWatch), Watched: int64(watched)}}
		if dice.Float64() < drawn*.06 {
			reports = append(reports, feed.Report{Serve: token, Kind: string(reelm.EventShare)})
		}
		if _, _, _, err := f.Record(ctx, feed.From{Viewer: who.ID.Viewer(), Account: who.ID, Learns: true}, reports); err != nil {
			return err
		}
		if dice.Float64() < drawn*.5 {
			if err := t.warm(ctx, who, c, topicOf[c.Caption], dice); err != nil {
				return err
			}
		}
	}
	return f.Acted(ctx, who.ID.Viewer())
}

// warm is what people do with a clip that they like.
func (t *Town) warm(ctx context.Context, who somebody, c *reelm.Clip, topic string, dice *rand.Rand) error {
	db := t.Place.DB
	if err := db.LikeClip(ctx, who.ID, c.ID); err != nil {
		return err
	}
	if dice.Float64() < .15 {
		if _, err := db.FollowAccount(ctx, who.ID, c.Author); err != nil {
			return err
		}
	}
	if dice.Float64() > .6 {
		return nil
	}
	for _, tp := range topics() {
		n := int(c.Counts.Comments) // nobody says what was said before
		if tp.name == topic && n < len(tp.remarks) {
			text := strings.TrimSpace(tp.remarks[(n+int(uint64(c.ID)%uint64(len(tp.remarks))))%len(tp.remarks)])
			_, err := db.AddComment(ctx, who.ID, c.ID, text, 0)
			return err
		}
	}
	return nil
}
