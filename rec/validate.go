package rec

import (
	"errors"
	"fmt"
)

// ErrEvent is what every refusal of [Engine.Apply] wraps. A refused event has
// changed nothing.
var ErrEvent = errors.New("rec: bad event")

// EventError says what is wrong with an event.
type EventError struct {
	Kind   Kind
	Field  string
	Reason string
}

// Error implements error.
func (e *EventError) Error() string {
	return fmt.Sprintf("rec: bad event of kind %d: %s %s", e.Kind, e.Field, e.Reason)
}

// Unwrap makes errors.Is(err, ErrEvent) true.
func (e *EventError) Unwrap() error { return ErrEvent }

// maxTime is the end of the year 9999 in Unix milliseconds; no later time is
// a time.
const maxTime = 253402300799999

// maxWatched bounds one serve: a day, in milliseconds.
const maxWatched = 24 * 60 * 60 * 1000

// check refuses what cannot be applied. It looks at the event only, so that
// the same event is refused at every position of every log.
func (ev *Event) check() error {
	bad := func(field, reason string) error { return &EventError{ev.Kind, field, reason} }
	if ev.Time < 0 || ev.Time > maxTime {
		return bad("Time", "is not between 1970 and 9999")
	}
	switch ev.Kind {
	case Born, Changed, Died, Limited, Unlimited:
		if ev.Item == 0 {
			return bad("Item", "is missing")
		}
		if ev.Kind == Born || ev.Kind == Changed {
			if ev.Facts == nil {
				return bad("Facts", "are missing")
			}
			if ev.Facts.Duration < 0 {
				return bad("Facts.Duration", "is negative")
			}
		}
	case Impression, Watch, Skip, Complete, Rewatch, Like, Unlike, Comment, Share, NotInterested, Report:
		if ev.Item == 0 {
			return bad("Item", "is missing")
		}
		if ev.Kind == Watch && (ev.Before < 0 || ev.Watched < ev.Before || ev.Watched > maxWatched) {
			return bad("Watched", "is not between Before and a day")
		}
		if ev.Kind == Impression {
			if !(ev.Propensity >= 0 && ev.Propensity <= 1) {
				return bad("Propensity", "is not a probability")
			}
			if len(ev.Context) > MaxContext {
				return bad("Context", fmt.Sprintf("is longer than %d bytes", MaxContext))
			}
			if ev.Slot < 0 || ev.Slot > 1<<20 {
				return bad("Slot", "is out of range")
			}
		}
	case Follow, Unfollow, Block, Unblock:
		if ev.User == 0 {
			return bad("User", "is missing")
		}
		if ev.Author == 0 {
			return bad("Author", "is missing")
		}
	case Interest:
		if ev.User == 0 {
			return bad("User", "is missing")
		}
		if ev.Subject.ID == 0 || ev.Subject.Space < Tag || ev.Subject.Space > Sound {
			return bad("Subject", "is missing or of an unknown space")
		}
		if ev.Want < Never || ev.Want > More {
			return bad("Want", "is unknown")
		}
	case Describe, Reset, Forget:
		if ev.User == 0 {
			return bad("User", "is missing")
		}
	case Merge:
		if ev.User == 0 || ev.From == 0 || ev.User == ev.From {
			return bad("From", "and User have to be two viewers")
		}
	case Constitute:
		if ev.Constitution == nil {
			return bad("Constitution", "is missing")
		}
		if err := ev.Constitution.Validate(); err != nil {
			return bad("Constitution", err.Error())
		}
	default:
		return bad("Kind", "is unknown")
	}
	return nil
}
