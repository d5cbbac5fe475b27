package eventlog

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// What callers act upon. Every error of this package that has such a cause
// wraps it, with a text that says what to do.
var (
	// ErrName: a realm's or topic's name is not valid.
	ErrName = errors.New("event log: bad name")
	// ErrLocked: another process has the folder open.
	ErrLocked = errors.New("event log: folder in use")
	// ErrFull: the disk has too little room left; nothing was stored.
	ErrFull = errors.New("event log: disk full")
	// ErrTooLarge: the message is larger than MaxMessage; nothing was stored.
	ErrTooLarge = errors.New("event log: message too large")
	// ErrClosed: the Server was closed.
	ErrClosed = errors.New("event log: closed")
	// ErrNotFound: no message has this number, or no longer.
	ErrNotFound = errors.New("event log: no such message")
	// ErrUnfinished: an import of this realm's log has begun and not ended.
	ErrUnfinished = errors.New("event log: import unfinished")
	// ErrExists: an import named a realm that has a finished log.
	ErrExists = errors.New("event log: log exists")
	// ErrOrder: an imported message does not come after the one before.
	ErrOrder = errors.New("event log: out of order")
)

// explain gives an error of the client a cause that callers know.
func explain(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, nats.ErrConnectionClosed), errors.Is(err, jetstream.ErrConnectionClosed):
		return fmt.Errorf("%w: %w", ErrClosed, err)
	case errors.Is(err, jetstream.ErrMsgNotFound):
		return fmt.Errorf("%w: %w", ErrNotFound, err)
	case errors.Is(err, nats.ErrMaxPayload):
		return fmt.Errorf("%w: %w", ErrTooLarge, err)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, nats.ErrTimeout):
		return fmt.Errorf("no acknowledgement in time (is the disk full or failing, or the cluster without a leader?): %w", err)
	case errors.Is(err, nats.ErrReconnectBufExceeded):
		return fmt.Errorf("not connected at the moment, nothing was sent: %w", err)
	case errors.Is(err, jetstream.ErrNoStreamResponse), errors.Is(err, nats.ErrNoResponders):
		return fmt.Errorf("no stream answers (was the realm's log deleted, or is the cluster without a leader?): %w", err)
	}
	return err
}
