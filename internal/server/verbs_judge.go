package server

import (
	"bytes"
	"context"
	"encoding/json"

	"reelm"
	"reelm/internal/feed"
	"reelm/rec"
)

// Judge is what the verb `eval --policy` asks: how a constitution would have
// done on the realm's log against another one.
type Judge struct {
	Realm   string
	Policy  json.RawMessage
	Against json.RawMessage `json:",omitempty"` // none: the one in force
	Worth   json.RawMessage `json:",omitempty"` // whose weights say what an outcome is worth; none: the one in force
	Most    int             // impressions
}

// Judged is what it gets.
type Judged struct {
	feed.Trial
	Notes string `json:"notes,omitempty"`
}

func (s *Server) judge(ctx context.Context, in *Judge) (*Judged, error) {
	a, err := s.named(in.Realm)
	if err != nil {
		return nil, err
	}
	if err := a.Feed.Settle(ctx); err != nil {
		return nil, err
	}
	read := func(field string, doc json.RawMessage) (c rec.Constitution) {
		if err == nil {
			if c, err = rec.ParseConstitution(doc); err != nil {
				err = reelm.Wrong(field, "bad-constitution", "%v", err)
			}
		}
		return c
	}
	policy := read("policy", in.Policy)
	against, worth := a.Feed.Constitution(), a.Feed.Constitution()
	if in.Against != nil {
		against = read("against", in.Against)
	}
	if in.Worth != nil {
		worth = read("worth", in.Worth)
	}
	if err != nil {
		return nil, err
	}
	var notes bytes.Buffer
	t, err := feed.Judge(ctx, a.Realm, policy, against, worth.Weights, in.Most, &notes)
	if err != nil {
		return nil, err
	}
	return &Judged{Trial: *t, Notes: notes.String()}, nil
}
