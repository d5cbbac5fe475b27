// Package reelm is the glossary of Reelm as code: the nouns that every other
// package speaks of (accounts, clips, sounds, serves, events, phases), the
// errors that people get to see, and the rules that need no input or output,
// such as who may see a clip and what a phase allows.
//
// It imports nothing of the module, reads no clock and draws no random
// numbers of its own: both are passed in.
package reelm
