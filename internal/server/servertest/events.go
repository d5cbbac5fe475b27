package servertest

import (
	"bufio"
	"bytes"
	"io"
)

// Events reads server-sent events.
type Events struct{ s *bufio.Scanner }

// NewEvents reads a stream.
func NewEvents(r io.Reader) *Events {
	s := bufio.NewScanner(r)
	s.Buffer(nil, 1<<20)
	return &Events{s}
}

// Next gives the data of the next event.
func (e *Events) Next() ([]byte, error) {
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
