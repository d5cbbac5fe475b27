package server

import (
	"context"

	"reelm"
	"reelm/internal/auth"
)

// AccountCreate is what the verb `account create` asks.
type AccountCreate struct {
	Realm, Handle, Password, Role, Birthday, Language string
	Learn                                             bool
}

// AccountCreated is what it gets.
type AccountCreated struct {
	ID     string `json:"id"`
	Handle string `json:"handle"`
	Role   string `json:"role"`
}

func (s *Server) accountCreate(ctx context.Context, in *AccountCreate) (*AccountCreated, error) {
	a, err := s.named(in.Realm)
	if err != nil {
		return nil, err
	}
	role, err := reelm.ParseRole(in.Role)
	if err != nil {
		return nil, err
	}
	made, err := s.desk.Register(ctx, a.Realm, auth.SignUp{Handle: in.Handle, Password: in.Password, Birthday: in.Birthday, Language: in.Language, Role: role, Learn: in.Learn})
	if err != nil {
		return nil, err
	}
	return &AccountCreated{ID: made.ID.String(), Handle: made.Handle, Role: string(made.Role)}, nil
}
