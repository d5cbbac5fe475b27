package eventlog

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// An Import builds a log whose messages keep the numbers that they had
// elsewhere, gaps included. Until Finish, Server.Log refuses the realm, also
// after a restart. One goroutine uses it.
type Import struct {
	s      *Server
	realm  string
	stream jetstream.Stream
	next   uint64                   // the number that the next message of the stream gets
	acks   []jetstream.PubAckFuture // in order, not yet waited for
}

// importAhead is how many messages are sent before the first of them must be
// acknowledged.
const importAhead = 1024

// Import begins to build a realm's log, or goes on with one whose import has
// not been finished: Last tells how far that came. The first message may
// have any number, so first (at least 1) is where a new log starts.
//
// Errors wrap ErrExists when the realm has a finished log (Continue adds to
// that one) and ErrName for an invalid name.
func (s *Server) Import(ctx context.Context, realm string, first uint64) (*Import, error) {
	if err := checkRealm(realm); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.ready(); err != nil {
		return nil, err
	}
	st, err := s.js.Stream(ctx, streamName(realm))
	switch {
	case err == nil && st.CachedInfo().Config.Metadata[metaState] != stateImporting:
		return nil, fmt.Errorf("%w: realm %s has one already", ErrExists, realm)
	case errors.Is(err, jetstream.ErrStreamNotFound):
		st, err = s.js.CreateStream(ctx, s.streamConfig(realm, max(first, 1), true))
	}
	if err != nil {
		return nil, fmt.Errorf("event log: importing the log of %s: %w", realm, explain(err))
	}
	return s.importInto(realm, st), nil
}

// Continue adds messages with numbers of their own to a log that is
// finished, after its last one: what came after an archive was made. Nobody
// else may append meanwhile. Logs of the realm that are open stay open.
func (s *Server) Continue(ctx context.Context, realm string) (*Import, error) {
	l, err := s.Log(ctx, realm)
	if err != nil {
		return nil, err
	}
	if err := s.ready(); err != nil {
		return nil, err
	}
	st, err := s.js.UpdateStream(ctx, s.streamConfig(realm, l.stream.CachedInfo().Config.FirstSeq, true))
	if err != nil {
		return nil, l.wrap("importing", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.logs, realm)
	return s.importInto(realm, st), nil
}

func (s *Server) ready() error {
	if err := s.open(); err != nil {
		return err
	}
	return s.room()
}

func (s *Server) importInto(realm string, st jetstream.Stream) *Import {
	return &Import{s: s, realm: realm, stream: st, next: st.CachedInfo().State.LastSeq + 1}
}

// Last is the number of the last message that has been added; first-1 before
// the first.
func (im *Import) Last() uint64 { return im.next - 1 }

// Add adds a message under its own number, which must be higher than Last;
// its Time is not kept. It returns before the message is stored: Finish
// tells. After an error nothing more can be added; begin again with
// Server.Import, from its Last on.
func (im *Import) Add(ctx context.Context, m Message) error {
	if m.Seq < im.next {
		return fmt.Errorf("%w: message %d after %d", ErrOrder, m.Seq, im.next-1)
	}
	if err := (Entry{Data: m.Data}).check(); err != nil {
		return err
	}
	if m.Shard >= Shards {
		return fmt.Errorf("%w: message %d is of shard %d, and there are %d", ErrName, m.Seq, m.Shard, Shards)
	}
	if err := im.fill(ctx, m.Seq); err != nil {
		return err
	}
	return im.send(ctx, subject(im.realm, m.Ages, m.Shard), m.Data)
}

// fill gives the numbers before seq to fillers, which Finish removes.
func (im *Import) fill(ctx context.Context, seq uint64) error {
	for im.next < seq {
		if err := im.send(ctx, "log."+im.realm+"."+filler, nil); err != nil {
			return err
		}
	}
	return nil
}

// send says which number it expects, so that JetStream itself refuses
// everything after a message that was lost.
func (im *Import) send(ctx context.Context, subject string, data []byte) error {
	if len(im.acks) >= importAhead {
		if err := im.wait(ctx, importAhead/2); err != nil {
			return err
		}
		if err := im.s.ready(); err != nil {
			return err
		}
	}
	ack, err := im.s.js.PublishMsgAsync(&nats.Msg{
		Subject: subject,
		Data:    data,
		Header:  nats.Header{nats.ExpectedLastSeqHdr: []string{strconv.FormatUint(im.next-1, 10)}},
	})
	if err != nil {
		return im.wrap(err)
	}
	im.acks = append(im.acks, ack)
	im.next++
	return nil
}

// wait takes the answers to all but the newest left messages.
func (im *Import) wait(ctx context.Context, left int) error {
	n := max(len(im.acks)-left, 0)
	for _, ack := range im.acks[:n] {
		select {
		case <-ack.Ok():
		case err := <-ack.Err():
			return im.wrap(err)
		case <-ctx.Done():
			return im.wrap(context.Cause(ctx))
		case <-im.s.done.Done():
			return ErrClosed
		}
	}
	im.acks = append(im.acks[:0], im.acks[n:]...)
	return nil
}

// Finish waits until everything is stored, makes last the number of the
// newest message, erased or not (the log it came from may end in a gap), and
// opens the log.
//
// When it returns an error the import is still unfinished and can go on.
func (im *Import) Finish(ctx context.Context, last uint64) (*Log, error) {
	if err := im.fill(ctx, last+1); err != nil {
		return nil, err
	}
	if err := im.wait(ctx, 0); err != nil {
		return nil, err
	}
	if err := im.stream.Purge(ctx, jetstream.WithPurgeSubject("log."+im.realm+"."+filler)); err != nil {
		return nil, im.wrap(err)
	}
	cfg := im.s.streamConfig(im.realm, im.stream.CachedInfo().Config.FirstSeq, false)
	if _, err := im.s.js.UpdateStream(ctx, cfg); err != nil {
		return nil, im.wrap(err)
	}
	return im.s.Log(ctx, im.realm)
}

func (im *Import) wrap(err error) error {
	return fmt.Errorf("event log of %s: importing: %w", im.realm, explain(err))
}
