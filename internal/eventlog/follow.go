package eventlog

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// answerLimit bounds a request to JetStream that has no deadline of its own.
const answerLimit = 10 * time.Second

// Follow calls fn for every message with a number of at least from (0 is
// taken as 1), in order: first what is stored, then what arrives, until ctx
// ends or fn fails. Messages that are erased before their turn are left out;
// nothing else is, and nothing comes twice, also when the connection to a
// cluster is lost and found again.
//
// fn is called from one goroutine, the caller's; while it runs, at most a
// few hundred messages wait in memory. Follow returns fn's error as it is,
// ctx's cause when ctx ended, and ErrClosed when the Server was closed.
func (l *Log) Follow(ctx context.Context, from uint64, fn func(Message) error) error {
	r := reader{l: l, next: max(from, 1)}
	return r.run(ctx, fn)
}

// Read calls fn for every message from one number to another, both included,
// as far as they are stored when it begins. It returns fn's error as it is.
func (l *Log) Read(ctx context.Context, from, to uint64, fn func(Message) error) error {
	return l.read(ctx, nil, from, to, fn)
}

func (l *Log) read(ctx context.Context, subjects []string, from, to uint64, fn func(Message) error) error {
	info, err := l.Info(ctx)
	if err != nil {
		return err
	}
	r := reader{l: l, subjects: subjects, next: max(from, info.First), to: min(to, info.Last)}
	if r.next > r.to {
		return nil
	}
	return r.run(ctx, fn)
}

// A reader walks over a log. If its consumer is lost it makes another at the
// message after the last one that was handed out.
type reader struct {
	l        *Log
	subjects []string // nil for all; several cost JetStream much time
	next     uint64
	to       uint64 // 0: no end
}

var errEnd = errors.New("end of range")

// pullMessages is how many messages are asked for ahead; pullBytes bounds
// their memory.
const (
	pullMessages = 4000
	pullBytes    = 8 << 20
)

func (r *reader) run(ctx context.Context, fn func(Message) error) error {
	if err := r.l.s.open(); err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(r.l.s.done, func() { cancel(ErrClosed) })()
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, 5*time.Second) {
		at := r.next
		err := r.consume(ctx, fn)
		var stop *stopError
		switch {
		case errors.Is(err, errEnd):
			return nil
		case errors.As(err, &stop):
			return stop.error
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case errors.Is(err, jetstream.ErrStreamNotFound):
			return r.l.wrap("reading", err)
		}
		if r.next > at {
			wait = 50 * time.Millisecond
		}
		r.l.s.cfg.Logger.Warn("event log: reading was interrupted and goes on", "realm", r.l.realm, "next", r.next, "error", err)
		again := time.NewTimer(wait)
		select {
		case <-again.C:
		case <-ctx.Done():
			again.Stop()
		}
	}
}

// stopError carries what fn returned through the retry loop.
type stopError struct{ error }

func (r *reader) consume(ctx context.Context, fn func(Message) error) error {
	create, cancel := context.WithTimeout(ctx, answerLimit)
	defer cancel()
	c, err := r.l.stream.OrderedConsumer(create, jetstream.OrderedConsumerConfig{
		FilterSubjects:    r.subjects,
		DeliverPolicy:     jetstream.DeliverByStartSequencePolicy,
		OptStartSeq:       r.next,
		InactiveThreshold: 30 * time.Second,
		MaxResetAttempts:  3, // then run begins anew
	})
	if err != nil {
		return fmt.Errorf("creating a consumer: %w", err)
	}
	defer r.leave(ctx, c)
	if r.to > 0 && c.CachedInfo().NumPending == 0 {
		return errEnd // all of it was erased
	}
	it, err := c.Messages(jetstream.PullMaxMessagesWithBytesLimit(pullMessages, pullBytes))
	if err != nil {
		return fmt.Errorf("asking for messages: %w", err)
	}
	defer it.Stop()
	for {
		m, err := it.Next(jetstream.NextContext(ctx))
		if err != nil {
			return err
		}
		meta, err := m.Metadata()
		if err != nil {
			return err
		}
		seq := meta.Sequence.Stream
		if r.to > 0 && seq > r.to {
			return errEnd
		}
		if seq < r.next {
			return fmt.Errorf("message %d came again after %d", seq, r.next-1)
		}
		msg := Message{Seq: seq, Time: meta.Timestamp, Data: m.Data()}
		if msg.Ages, msg.Shard, _, err = parseSubject(m.Subject()); err != nil {
			return &stopError{err}
		}
		if err := fn(msg); err != nil {
			return &stopError{err}
		}
		r.next = seq + 1
		if r.to > 0 && (r.next > r.to || meta.NumPending == 0) {
			return errEnd
		}
	}
}

// leave removes the consumer at once, for it would stay for a while after
// every Read. Where that fails the server forgets it by itself.
func (r *reader) leave(ctx context.Context, c jetstream.Consumer) {
	if r.l.s.done.Err() != nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	_ = r.l.stream.DeleteConsumer(ctx, c.CachedInfo().Name)
}
