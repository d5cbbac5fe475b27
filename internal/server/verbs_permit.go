package server

import (
	"context"

	"reelm/internal/handover"
)

// PermitRequest is what the verb `permit request` asks.
type PermitRequest struct {
	Realm, To, Purpose string
	What               []string
	Change             map[string]string
}

// PermitRequested is what it gets: a signed statement.
type PermitRequested struct{ Request []byte }

func (s *Server) permitRequest(ctx context.Context, in *PermitRequest) (*PermitRequested, error) {
	r, err := s.set.Get(in.Realm)
	if err != nil {
		return nil, err
	}
	request, err := handover.RequestPermit(ctx, r, handover.Ask{To: in.To, What: in.What, Purpose: in.Purpose, Change: in.Change})
	return &PermitRequested{request}, err
}

// PermitTake is what the verb `permit take` asks.
type PermitTake struct {
	Realm       string
	Revocations [][]byte
}

func (s *Server) permitTake(ctx context.Context, in *PermitTake) (*Nothing, error) {
	r, err := s.set.Get(in.Realm)
	if err != nil {
		return nil, err
	}
	return &Nothing{}, handover.TakeRevocations(ctx, r, in.Revocations)
}
