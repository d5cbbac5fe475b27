package eventlog

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// A Log is one realm's log. It is safe for concurrent use and needs no
// closing of its own.
type Log struct {
	s      *Server
	realm  string
	stream jetstream.Stream

	syncing sync.Mutex
	synced  map[string]fileState // block files that Sync found on the disk
}

// A Message is one entry of a log.
type Message struct {
	// Seq is the position: the number of the message in its log, from 1 on.
	Seq uint64
	// Time is when this server stored it, for people who look at the log. An
	// imported message carries the time of its import: what depends on time
	// reads it from Data.
	Time time.Time
	// Shard is that of the key it was appended with.
	Shard Shard
	// Ages tells whether AgeOut may take it.
	Ages bool
	// Data is the payload; the receiver may keep it.
	Data []byte
}

// Info is the extent of a log.
type Info struct {
	// First and Last are the lowest and highest numbers: Last is that of the
	// newest message ever stored, erased or not, First that of the oldest one
	// still there. An empty log has First = Last+1.
	First, Last uint64
	// Messages are those still there.
	Messages uint64
	// Bytes they take in the store, before compression.
	Bytes uint64
}

// Realm is the name of the realm whose log this is.
func (l *Log) Realm() string { return l.realm }

// Info tells the log's present extent.
func (l *Log) Info(ctx context.Context) (Info, error) {
	if err := l.s.open(); err != nil {
		return Info{}, err
	}
	si, err := l.stream.Info(ctx)
	if err != nil {
		return Info{}, l.wrap("asking for its extent", err)
	}
	return infoOf(si.State), nil
}

func infoOf(st jetstream.StreamState) Info {
	i := Info{First: st.FirstSeq, Last: st.LastSeq, Messages: st.Msgs, Bytes: st.Bytes}
	if i.Messages == 0 {
		i.First = i.Last + 1
	}
	return i
}

// Last is the number of the newest message ever stored; 0 before the first.
func (l *Log) Last(ctx context.Context) (uint64, error) {
	i, err := l.Info(ctx)
	return i.Last, err
}

// First is the number of the oldest message still there, Last+1 in an empty
// log.
func (l *Log) First(ctx context.Context) (uint64, error) {
	i, err := l.Info(ctx)
	return i.First, err
}

// Get reads one message. The error wraps ErrNotFound when there is none with
// this number, or no longer.
func (l *Log) Get(ctx context.Context, seq uint64) (Message, error) {
	if err := l.s.open(); err != nil {
		return Message{}, err
	}
	if seq == 0 {
		return Message{}, fmt.Errorf("%w: number 0", ErrNotFound)
	}
	m, err := l.stream.GetMsg(ctx, seq)
	if err != nil {
		return Message{}, l.wrap(fmt.Sprintf("reading message %d", seq), err)
	}
	msg := Message{Seq: m.Sequence, Time: m.Time, Data: m.Data}
	var stored bool
	if msg.Ages, msg.Shard, stored, err = parseSubject(m.Subject); err != nil {
		return Message{}, err
	}
	if !stored {
		return Message{}, fmt.Errorf("%w: %d holds a place for an import", ErrNotFound, seq)
	}
	return msg, nil
}

// wrap puts the realm and what was done into an error of the client.
func (l *Log) wrap(doing string, err error) error {
	if l.s.done.Err() != nil && !errors.Is(err, ErrClosed) {
		err = fmt.Errorf("%w: %w", ErrClosed, err)
	}
	return fmt.Errorf("event log of %s: %s: %w", l.realm, doing, explain(err))
}
