// Package auth knows who is who: passwords, sessions, viewer tokens, roles,
// and how often somebody may try.
//
// A token is 32 random bytes behind a prefix that tells its sort, shown once
// and stored as its SHA-256. A browser carries it in an HttpOnly cookie, a
// program as a bearer token; both lead to an Identity. Nobody at all is an
// Identity too, with neither account nor viewer.
package auth
