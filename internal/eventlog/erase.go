package eventlog

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"
)

// Erase removes the messages of a key that match says yes to, of those that
// are stored when it begins, and returns how many it removed. It reads only
// the key's shard, so match sees messages of other keys too, one in 4,096,
// and must tell by their payload.
//
// It can be repeated after an error: what is gone is not counted again.
func (l *Log) Erase(ctx context.Context, key uint64, match func(Message) bool) (n int, err error) {
	var seqs []uint64
	err = l.read(ctx, []string{bothClasses(l.realm, ShardOf(key))}, 1, ^uint64(0), func(m Message) error {
		if match(m) {
			seqs = append(seqs, m.Seq)
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return l.EraseSeqs(ctx, seqs)
}

// EraseSeqs removes the messages with these numbers and returns how many
// there were; numbers without a message are passed over. Their bytes are
// overwritten, and what holds them (a file of at most 8 MB) written anew, so
// that a message takes 10 to 25 ms. The numbers are not given again.
func (l *Log) EraseSeqs(ctx context.Context, seqs []uint64) (n int, err error) {
	for _, seq := range seqs {
		if err := l.s.open(); err != nil {
			return n, err
		}
		if seq == 0 {
			continue
		}
		err := l.stream.SecureDeleteMsg(ctx, seq)
		if err == nil {
			n++
			continue
		}
		if l.gone(ctx, seq, err) {
			continue
		}
		return n, l.wrap(fmt.Sprintf("erasing message %d", seq), err)
	}
	return n, nil
}

// gone tells whether a deletion was refused because there is nothing to
// delete: JetStream has one answer for that and for a failing disk.
func (l *Log) gone(ctx context.Context, seq uint64, err error) bool {
	if !errors.Is(err, jetstream.ErrMsgDeleteUnsuccessful) {
		return false
	}
	_, err = l.stream.GetMsg(ctx, seq)
	return errors.Is(err, jetstream.ErrMsgNotFound)
}

// AgeOut removes the messages that age (Entry.Ages) and have a number below
// before; the others stay. It is one request, made for millions: the files
// shrink to what is left in them when half of one is gone, so unlike Erase
// it leaves bytes on the disk for a while.
func (l *Log) AgeOut(ctx context.Context, before uint64) error {
	if err := l.s.open(); err != nil {
		return err
	}
	if before <= 1 {
		return nil
	}
	err := l.stream.Purge(ctx,
		jetstream.WithPurgeSubject("log."+l.realm+"."+classAging+".>"),
		jetstream.WithPurgeSequence(before))
	if err != nil {
		return l.wrap("aging", err)
	}
	return nil
}
