// Package e2e holds the tests of the whole: the built program as its users
// meet it, on the command line, over the wire, in a browser, and when it is
// killed.
package e2e
