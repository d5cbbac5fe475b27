package server

import (
	"bytes"
	"context"
	"encoding/hex"
	"time"

	"reelm"
	"reelm/internal/feed"
)

// FeedFor is what the verb `feed` asks.
type FeedFor struct {
	Realm, As string
	Limit     int
	Now       time.Time
}

// FeedItem is one clip of its answer.
type FeedItem struct {
	Clip       string       `json:"clip"`
	Source     string       `json:"source"`
	Propensity float64      `json:"propensity"`
	Score      float64      `json:"score"`
	Parts      []reelm.Part `json:"parts"`
}

// FeedAnswer is what it gets.
type FeedAnswer struct {
	Seq   uint64     `json:"seq"`
	Now   time.Time  `json:"now"`
	Items []FeedItem `json:"items"`
}

func (s *Server) feedFor(ctx context.Context, in *FeedFor) (*FeedAnswer, error) {
	a, err := s.named(in.Realm)
	if err != nil {
		return nil, err
	}
	h, err := reelm.ParseHandle(in.As)
	if err != nil {
		return nil, err
	}
	acc, err := a.DB.AccountByHandle(ctx, h)
	if err != nil {
		return nil, err
	}
	if err := a.Feed.Settle(ctx); err != nil {
		return nil, err
	}
	pos, serves := a.Feed.Ask(feed.Request{Viewer: acc.ID.Viewer(), Profiled: acc.Learn, Limit: in.Limit, At: in.Now})
	out := &FeedAnswer{Seq: pos, Now: in.Now.UTC(), Items: []FeedItem{}}
	for _, sv := range serves {
		out.Items = append(out.Items, FeedItem{Clip: sv.Clip.String(), Source: sv.Source, Propensity: sv.Propensity, Score: sv.Score, Parts: sv.Parts})
	}
	return out, nil
}

// Replay is what the verb `replay` asks.
type Replay struct {
	Realm        string
	Until        uint64
	FromSnapshot bool
}

// Replayed is what it gets.
type Replayed struct {
	Seq   uint64 `json:"seq"`
	Model string `json:"model"` // hash, hexadecimal
	Notes string `json:"notes,omitempty"`
}

func (s *Server) replay(ctx context.Context, in *Replay) (*Replayed, error) {
	a, err := s.named(in.Realm)
	if err != nil {
		return nil, err
	}
	if err := a.Feed.Settle(ctx); err != nil {
		return nil, err
	}
	var notes bytes.Buffer
	r, err := feed.Replay(ctx, a.Realm, in.Until, in.FromSnapshot, &notes, s.log)
	if err != nil {
		return nil, err
	}
	return &Replayed{Seq: r.Seq, Model: hex.EncodeToString(r.Model[:]), Notes: notes.String()}, nil
}
