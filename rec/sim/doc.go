// Package sim makes worlds in which the truth is known: viewers with tastes,
// items that suit them or do not, feeds, and what comes of them. It measures
// what no log can: how far an engine is from the best that was possible, what
// bots can do to it, whether its promises are kept, and how fast it is at any
// size.
package sim
