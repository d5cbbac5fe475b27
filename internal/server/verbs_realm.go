package server

import (
	"context"
	"encoding/json"
)

// RealmValues names a realm with settings.
type RealmValues struct {
	Name    string            `json:"name"`
	Values  map[string]string `json:"values"`
	Permits [][]byte          `json:"permits,omitempty"` // set: where it loosens permit.*
}

// RealmList is every realm with its settings.
type RealmList struct {
	Realms []RealmValues `json:"realms"`
}

func (s *Server) realmCreate(ctx context.Context, in *RealmValues) (*RealmValues, error) {
	r, err := s.createRealm(ctx, in.Name, in.Values)
	if err != nil {
		return nil, err
	}
	values, err := r.Show(ctx)
	return &RealmValues{Name: r.Name, Values: values}, err
}

func (s *Server) realmList(ctx context.Context, _ *struct{}) (*RealmList, error) {
	out := &RealmList{Realms: []RealmValues{}}
	for _, r := range s.set.All() {
		values, err := r.Show(ctx)
		if err != nil {
			return nil, err
		}
		out.Realms = append(out.Realms, RealmValues{Name: r.Name, Values: values})
	}
	return out, nil
}

func (s *Server) realmShow(ctx context.Context, in *RealmValues) (*RealmValues, error) {
	r, err := s.set.Get(in.Name)
	if err != nil {
		return nil, err
	}
	values, err := r.Show(ctx)
	return &RealmValues{Name: r.Name, Values: values}, err
}

func (s *Server) realmSet(ctx context.Context, in *RealmValues) (*RealmValues, error) {
	if err := s.set.Change(ctx, in.Name, in.Values, in.Permits...); err != nil {
		return nil, err
	}
	return s.realmShow(ctx, in)
}

// RealmConstitution is what the verb `realm constitution` asks; without a
// document it only shows.
type RealmConstitution struct {
	Name     string
	Document json.RawMessage `json:",omitempty"`
	Note     string
}

// Constitution is what it gets.
type Constitution struct {
	Version  int64           `json:"version"`
	Document json.RawMessage `json:"document"`
}

func (s *Server) realmConstitution(ctx context.Context, in *RealmConstitution) (*Constitution, error) {
	a, err := s.named(in.Name)
	if err != nil {
		return nil, err
	}
	if len(in.Document) > 0 {
		if _, err := a.Feed.Reconstitute(ctx, in.Document, in.Note); err != nil {
			return nil, err
		}
	}
	version, doc, err := a.DB.Constitution(ctx)
	return &Constitution{version, doc}, err
}
