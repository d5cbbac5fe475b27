package server

import (
	"context"
	"errors"

	"reelm"
	"reelm/internal/handover"
)

// RealmSplit is what the verb `realm split` asks.
type RealmSplit struct{ Name, Where, To, Host string }

// Splitted is what it gets.
type Splitted struct {
	People    int64 `json:"people"`
	Clips     int64 `json:"clips"`
	Events    int64 `json:"events"`
	Forgotten int64 `json:"forgotten"`
}

func (s *Server) realmSplit(ctx context.Context, in *RealmSplit) (*Splitted, error) {
	a, err := s.named(in.Name)
	if err != nil {
		return nil, err
	}
	if !s.handing.TryLock() {
		return nil, &reelm.Error{Kind: reelm.Conflict, Code: "import-runs", Detail: "an import or another split is under way on this server"}
	}
	defer s.handing.Unlock()
	out, born, err := handover.Split{Where: in.Where, To: in.To, Host: in.Host}.Run(ctx, s.set, handover.Place{Realm: a.Realm, Feed: a.Feed})
	if born != nil {
		err = errors.Join(err, s.attach(context.WithoutCancel(ctx), born))
	}
	if err != nil {
		return nil, err
	}
	return &Splitted{out.People, out.Clips, out.Events, out.Forgotten}, nil
}

// endSplits ends the splits that an earlier process began.
func (s *Server) endSplits(ctx context.Context) error {
	for _, a := range s.all() {
		if err := handover.EndSplits(ctx, s.set, handover.Place{Realm: a.Realm, Feed: a.Feed}); err != nil {
			return err
		}
	}
	return nil
}
