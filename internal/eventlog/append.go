package eventlog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nuid"
)

// An Entry is what gets appended.
type Entry struct {
	// Key decides the shard: the id of the viewer whose message it is, or 0.
	Key uint64
	// Ages marks what AgeOut may take: what viewers did with serves. Births,
	// changes and deaths of clips, limits, follows and what viewers told the
	// engine stay as long as their subject does.
	Ages bool
	// ID, if there is one, makes an append that is repeated within two
	// minutes store nothing new. At most 128 printable ASCII characters.
	ID string
	// Data is the payload, at most MaxMessage together with ID.
	Data []byte
}

const (
	maxID = 128
	// headers that a batch and an id need, rounded up
	headRoom = 512
)

func (e Entry) check() error {
	if len(e.Data)+len(e.ID)+headRoom > MaxMessage {
		return fmt.Errorf("%w: %d bytes, at most %d fit; nothing was stored", ErrTooLarge, len(e.Data), MaxMessage-headRoom-len(e.ID))
	}
	if len(e.ID) > maxID || strings.ContainsFunc(e.ID, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return fmt.Errorf("%w: message id %.150q: at most %d printable ASCII characters without spaces", ErrName, e.ID, maxID)
	}
	return nil
}

func (e Entry) message(realm string) *nats.Msg {
	m := &nats.Msg{Subject: subject(realm, e.Ages, ShardOf(e.Key)), Data: e.Data}
	if e.ID != "" {
		m.Header = nats.Header{nats.MsgIdHdr: []string{e.ID}}
	}
	return m
}

// Append stores one message and returns its number once it is acknowledged.
// It waits while thousands of others are under way, and without a deadline
// in ctx at most 10 s for the acknowledgement.
//
// Errors wrap ErrFull, ErrTooLarge or ErrName if nothing was stored; after
// any other error it may have been: append again with the same ID.
func (l *Log) Append(ctx context.Context, e Entry) (seq uint64, err error) {
	if err := l.ready(e); err != nil {
		return 0, err
	}
	release, err := l.s.board(ctx)
	if err != nil {
		return 0, err
	}
	defer release()
	return l.append(ctx, e)
}

func (l *Log) ready(entries ...Entry) error {
	for _, e := range entries {
		if err := e.check(); err != nil {
			return err
		}
	}
	return l.s.room()
}

// board takes a place among the appends that may be under way.
func (s *Server) board(ctx context.Context) (release func(), err error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	select {
	case s.flight <- struct{}{}:
		return func() { <-s.flight }, nil
	case <-s.done.Done():
		return nil, ErrClosed
	case <-ctx.Done():
		return nil, fmt.Errorf("event log: waiting for others to be stored: %w", context.Cause(ctx))
	}
}

func (l *Log) append(ctx context.Context, e Entry) (uint64, error) {
	var opts []jetstream.PublishOpt
	if l.s.embedded == nil {
		opts = append(opts, jetstream.WithRetryAttempts(leaderTries), jetstream.WithRetryWait(leaderWait))
	}
	ack, err := l.s.js.PublishMsg(ctx, e.message(l.realm), opts...)
	if err != nil {
		return 0, l.wrap("appending", err)
	}
	return ack.Sequence, nil
}

const (
	// A batch is committed whole or not at all; JetStream takes up to 1,000.
	batchMessages = 1000
	batchBytes    = 4 << 20
	// A batch costs some files (3 ms); below this many messages it is quicker
	// to wait for each: 30 us in the process, a round trip or two to a cluster.
	batchEmbedded = 150
	batchCluster  = 8
)

// AppendAll stores messages in their order and returns their numbers, which
// rise, and are without a hole within pieces of up to 1,000. Whatever
// happens, what was stored is a prefix of entries: nothing overtakes a
// message that failed.
//
// With an error it returns the numbers of the prefix that is known to be
// stored. The piece after it may have been stored too, as for Append: repeat
// the rest with the same IDs.
func (l *Log) AppendAll(ctx context.Context, entries []Entry) (seqs []uint64, err error) {
	if err := l.ready(entries...); err != nil {
		return nil, err
	}
	seqs = make([]uint64, 0, len(entries))
	for len(entries) > 0 {
		n, size := 0, 0
		for n < len(entries) && n < batchMessages && (n == 0 || size < batchBytes) {
			size += len(entries[n].Data)
			n++
		}
		got, err := l.appendPiece(ctx, entries[:n])
		seqs = append(seqs, got...)
		if err != nil {
			return seqs, err
		}
		if entries = entries[n:]; len(entries) > 0 {
			if err := l.s.room(); err != nil {
				return seqs, err
			}
		}
	}
	return seqs, nil
}

func (l *Log) appendPiece(ctx context.Context, entries []Entry) ([]uint64, error) {
	release, err := l.s.board(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	if len(entries) >= l.s.batchWorthwhile() {
		seqs, err := l.commit(ctx, entries)
		for try := 0; try < leaderTries && notTaken(err) && pause(ctx); try++ {
			seqs, err = l.commit(ctx, entries)
		}
		if !refusedWhole(err) {
			return seqs, err
		}
		// Some were stored before: a batch with them is refused whole.
	}
	seqs := make([]uint64, 0, len(entries))
	for _, e := range entries {
		seq, err := l.append(ctx, e)
		if err != nil {
			return seqs, err
		}
		seqs = append(seqs, seq)
	}
	return seqs, nil
}

func (s *Server) batchWorthwhile() int {
	if s.embedded != nil {
		return batchEmbedded
	}
	return batchCluster
}

// A cluster that lost the leader of a stream has another within seconds;
// until then nobody answers, and nothing is stored.
const (
	leaderTries = 20
	leaderWait  = 250 * time.Millisecond
)

func pause(ctx context.Context) bool {
	t := time.NewTimer(leaderWait)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func identify(err error) server.ErrorIdentifier {
	if apiErr, ok := errors.AsType[*server.ApiError](err); ok {
		return server.ErrorIdentifier(apiErr.ErrCode)
	}
	return 0
}

// notTaken tells the failures after which a batch is not stored and can be
// tried again as it is: nobody answered, or the leader changed in the middle.
func notTaken(err error) bool {
	return errors.Is(err, nats.ErrNoResponders) || identify(err) == server.JSAtomicPublishIncompleteBatchErr
}

// refusedWhole tells the refusals after which nothing of a batch is stored
// and waiting for each message alone does it.
func refusedWhole(err error) bool {
	switch identify(err) {
	case server.JSAtomicPublishContainsDuplicateMessageErr,
		server.JSStreamDuplicateMessageConflict,
		server.JSAtomicPublishTooManyInflight,
		server.JSAtomicPublishDisabledErr:
		return true
	}
	return false
}

// commit stores entries as one atomic batch (NATS ADR-50): all of them, with
// numbers in a row, or none.
func (l *Log) commit(ctx context.Context, entries []Entry) ([]uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, answerLimit)
	defer cancel()
	id := nuid.Next()
	var answer *nats.Msg
	for i, e := range entries {
		m := e.message(l.realm)
		if m.Header == nil {
			m.Header = nats.Header{}
		}
		m.Header["Nats-Batch-Id"] = []string{id}
		m.Header["Nats-Batch-Sequence"] = []string{strconv.Itoa(i + 1)}
		if i < len(entries)-1 {
			if err := l.s.nc.PublishMsg(m); err != nil {
				return nil, l.wrap("appending a batch", err)
			}
			continue
		}
		m.Header["Nats-Batch-Commit"] = []string{"1"}
		var err error
		if answer, err = l.s.nc.RequestMsgWithContext(ctx, m); err != nil {
			return nil, l.wrap("appending a batch", err)
		}
	}
	var ack struct {
		Error *server.ApiError `json:"error"`
		Seq   uint64           `json:"seq"`
		Count int              `json:"count"`
	}
	if err := json.Unmarshal(answer.Data, &ack); err != nil {
		return nil, l.wrap("reading the answer to a batch", err)
	}
	if ack.Error != nil {
		return nil, l.wrap("appending a batch", ack.Error)
	}
	if ack.Count != len(entries) {
		return nil, l.wrap("appending a batch", fmt.Errorf("%d of %d messages were taken", ack.Count, len(entries)))
	}
	seqs := make([]uint64, len(entries))
	for i := range seqs {
		seqs[i] = ack.Seq - uint64(len(entries)-1-i)
	}
	return seqs, nil
}
