package server

import (
	"errors"
	"io"

	"reelm/internal/demo"
	"reelm/internal/realm"
)

// Town gives realm main to the demonstration.
func (s *Server) Town(out io.Writer) (*demo.Town, error) {
	a, err := s.named(realm.Main)
	if err != nil {
		return nil, err
	}
	if s.lab == nil {
		return nil, errors.New("the demonstration needs the role worker: it makes its own clips")
	}
	return &demo.Town{Place: &a.Place, Desk: s.desk, Lab: s.lab, Out: out}, nil
}
