// Package demo fills a realm with people and clips of our own making, so that
// whoever tries Reelm meets something alive: authors on eight topics, drawn
// and composed by media.Render and uploaded like any clip, and simulated
// viewers whose tastes differ, who watch, like, follow and comment through
// the real feed.
//
// It can be interrupted: the next start goes on where it broke off, and finds
// nothing to do once all is there.
package demo
