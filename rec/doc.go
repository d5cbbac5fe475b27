// Package rec is a recommendation engine for short things that people go
// through one after the other. It learns from one event at a time, answers
// from memory, explains its answers, and gives the same answers to the same
// log on every machine.
//
// # The model is a fold
//
// [Engine.Apply] takes events in the order of a log. What the engine knows is
// a pure function of the events it applied: it reads no clock, draws no random
// numbers while learning, never iterates over a map, and computes with
// operations whose results are the same on every architecture (see num.go).
// [Engine.Hash] names what was learned; [Engine.Snapshot] and [Restore] move
// it. A log without a person therefore folds to the model of a world in which
// that person never was.
//
// # Words
//
// An item is what is shown, a viewer is whoever it is shown to. Items have an
// author, a sound, tags, a language and a region. All of them are named by an
// [ID], each kind in a space of its own. A serve is one item shown to one
// viewer once. The package knows nothing of where these come from.
//
// # Reading
//
// [Engine.Feed] may be called from many goroutines while one applies events.
// A read sees one position of the log, whole. It waits at most for one event,
// or one [Engine.ApplyAll]: see the comment of [Engine].
//
// # Compatibility
//
// The exported API only grows. Snapshots carry a version; one of another
// version is refused with [ErrSnapshot] and has to be made anew from the log.
package rec
