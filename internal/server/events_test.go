package server_test

import (
	"bufio"
	"bytes"
	"io"
)

// events reads server-sent events.
type events struct{ s *bufio.Scanner }

func newEvents(r io.Reader) *events {
	s := bufio.NewScanner(r)
	s.Buffer(nil, 1<<20)
	return &events{s}
}

// next gives the data of the next event.
func (e *events) next() ([]byte, error) {
	for e.s.Scan() {
		if data, ok := bytes.CutPrefix(e.s.Bytes(), []byte("data: ")); ok {
			return bytes.Clone(data), nil
		}
	}
	if err := e.s.Err(); err != nil {
		return nil, err
	}
	return nil, io.ErrUnexpectedEOF
}
