package eventlog

import (
	"context"
	"fmt"

	"github.com/nats-io/nats.go"
)

// What waits for one watcher, at most. Beyond it the watcher loses signals.
const (
	waitingSignals = 1024
	waitingBytes   = 1 << 20
)

// Signal tells every watcher of the topic, in all processes, and waits for
// none. A topic is up to eight words with dots between. Data is at most
// MaxMessage; it may be nil.
func (s *Server) Signal(realm, topic string, data []byte) error {
	if err := checkRealm(realm); err != nil {
		return err
	}
	if err := checkTopic(topic); err != nil {
		return err
	}
	if len(data) > MaxMessage {
		return fmt.Errorf("%w: a signal of %d bytes", ErrTooLarge, len(data))
	}
	if err := s.open(); err != nil {
		return err
	}
	if err := s.nc.Publish("sig."+realm+"."+topic, data); err != nil {
		return fmt.Errorf("event log: signal %s: %w", topic, explain(err))
	}
	return nil
}

// Watch calls fn for each signal on the topic from when it returns until ctx
// ends or the Server closes; with "topic.>" for all topics that begin so,
// with ">" for all of the realm. Calls come one after the other, from a
// goroutine of its own. If fn is slow, some hundred signals wait, and those
// beyond are lost. A call may still be under way when ctx has ended.
func (s *Server) Watch(ctx context.Context, realm, topic string, fn func(topic string, data []byte)) error {
	if err := checkRealm(realm); err != nil {
		return err
	}
	if err := checkWatch(topic); err != nil {
		return err
	}
	if err := s.open(); err != nil {
		return err
	}
	prefix := "sig." + realm + "."
	sub, err := s.nc.Subscribe(prefix+topic, func(m *nats.Msg) { fn(m.Subject[len(prefix):], m.Data) })
	if err != nil {
		return fmt.Errorf("event log: watching %s: %w", topic, explain(err))
	}
	if err := sub.SetPendingLimits(waitingSignals, waitingBytes); err != nil {
		return fmt.Errorf("event log: watching %s: %w", topic, explain(err))
	}
	flush, cancel := context.WithTimeout(ctx, answerLimit)
	defer cancel()
	if err := s.nc.FlushWithContext(flush); err != nil {
		_ = sub.Unsubscribe() // the flush's error is the one to tell
		return fmt.Errorf("event log: watching %s: %w", topic, explain(err))
	}
	context.AfterFunc(ctx, func() {
		_ = sub.Unsubscribe() // fails only where the connection has ended already
	})
	return nil
}
