package server

import (
	"context"
	"strings"
	"time"

	"reelm"
	"reelm/internal/realm"
	"reelm/internal/store"
)

// RealmBlock is what the verbs `realm block` and `realm unblock` ask.
type RealmBlock struct {
	Name, Country     string
	Clip, Account     string // one of them, or neither for the whole realm
	Order, By, Appeal string
}

// Block is something that a country does not see.
type Block struct {
	Scope   string    `json:"scope"`
	Country string    `json:"country"`
	Clip    string    `json:"clip,omitempty"`
	Account string    `json:"account,omitempty"`
	By      string    `json:"by"`
	Order   string    `json:"order"`
	Appeal  string    `json:"appeal,omitempty"`
	Since   time.Time `json:"since"`
}

// BlockList is every block of a realm.
type BlockList struct {
	Blocks []Block `json:"blocks"`
}

func (s *Server) realmBlock(ctx context.Context, in *RealmBlock) (*BlockList, error) {
	return s.changeBlock(ctx, in, (*realm.Realm).Block)
}

func (s *Server) realmUnblock(ctx context.Context, in *RealmBlock) (*BlockList, error) {
	return s.changeBlock(ctx, in, (*realm.Realm).Unblock)
}

func (s *Server) changeBlock(ctx context.Context, in *RealmBlock, do func(*realm.Realm, context.Context, store.CountryBlock) error) (*BlockList, error) {
	r, err := s.set.Get(in.Name)
	if err != nil {
		return nil, err
	}
	b, err := r.BlockOf(ctx, in.Clip, in.Account)
	if err != nil {
		return nil, err
	}
	b.Country, b.Order, b.By, b.Appeal = in.Country, in.Order, in.By, in.Appeal
	if err := do(r, ctx, b); err != nil {
		return nil, err
	}
	return s.realmBlocks(ctx, in)
}

func (s *Server) realmBlocks(ctx context.Context, in *RealmBlock) (*BlockList, error) {
	r, err := s.set.Get(in.Name)
	if err != nil {
		return nil, err
	}
	all, err := r.DB.CountryBlocks(ctx)
	if err != nil {
		return nil, err
	}
	out := &BlockList{Blocks: []Block{}}
	for _, b := range all {
		w := Block{Scope: b.Scope, Country: b.Country, By: b.By, Order: b.Order, Appeal: b.Appeal, Since: b.Since}
		switch b.Scope {
		case store.ScopeClip:
			w.Clip = reelm.ClipID(b.Subject).String()
		case store.ScopeAccount:
			w.Account = b.Handle
		}
		out.Blocks = append(out.Blocks, w)
	}
	return out, nil
}

// String is a line for people.
func (b Block) String() string {
	what := b.Scope
	if id := b.Clip + b.Account; id != "" {
		what += " " + id
	}
	line := strings.Join([]string{b.Country, what, "by " + b.By, b.Order}, " · ")
	return b.Since.UTC().Format(time.DateOnly) + " " + line
}
