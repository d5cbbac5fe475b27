package reelm

import (
	"errors"
	"fmt"
)

// Kind says what sort of failure an Error is. It decides the HTTP status, the
// exit code and whether the text may be shown.
type Kind int

// The kinds of failure.
const (
	// Internal is everything that is our fault; its text is logged, never shown.
	Internal Kind = iota
	// Invalid input: the field is named.
	Invalid
	// Unauthenticated: a token is missing, expired or of another realm.
	Unauthenticated
	// Forbidden: signed in, and not allowed.
	Forbidden
	// NotFound: does not exist, or may not be seen.
	NotFound
	// NotAllowed: the address exists and does not take this method.
	NotAllowed
	// Conflict with what is there already.
	Conflict
	// Gone: was there and has been removed.
	Gone
	// TooLarge: more bytes than the limit.
	TooLarge
	// Blocked by order in the visitor's country (RFC 7725).
	Blocked
	// Limited: too often; try again later.
	Limited
	// Refused by a rule of the realm: phase, permit or signature.
	Refused
	// Unavailable: a part that is needed cannot be reached now.
	Unavailable
)

// Error is a failure that a person can act on. Code is stable, short and
// lower case: the last segment of the problem type in the API and the key of
// the text in the catalogues (`error.CODE`), where Args fill the gaps.
type Error struct {
	Kind   Kind
	Code   string
	Field  string         // the input that is wrong, empty if none
	Detail string         // plain English, for logs and for whoever has no catalogue
	Args   map[string]any // numbers and names that belong into the text
	Err    error          // the cause, if there is one; logged, never shown
}

// Error implements error.
func (e *Error) Error() string {
	s := e.Detail
	if s == "" {
		s = e.Code
	}
	if e.Field != "" {
		s = e.Field + ": " + s
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is makes errors.Is(err, ErrNotFound) true for every error of that kind and
// code, whatever its detail.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Kind == e.Kind && t.Code == e.Code
}

// With returns a copy that carries one more argument for its text.
func (e *Error) With(name string, value any) *Error {
	c := *e
	c.Args = make(map[string]any, len(e.Args)+1)
	for k, v := range e.Args {
		c.Args[k] = v
	}
	c.Args[name] = value
	return &c
}

// Because returns a copy with its cause.
func (e *Error) Because(err error) *Error {
	c := *e
	c.Err = err
	return &c
}

// KindOf tells the kind of any error: Internal for what is no *Error.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// Errors that several packages give and compare with.
var (
	ErrNotFound        = &Error{Kind: NotFound, Code: "not-found", Detail: "there is nothing here"}
	ErrGone            = &Error{Kind: Gone, Code: "gone", Detail: "this has been removed"}
	ErrClosed          = &Error{Kind: Gone, Code: "closed", Detail: "this realm is closed"}
	ErrUnauthenticated = &Error{Kind: Unauthenticated, Code: "unauthenticated", Detail: "sign in first: the token is missing, expired or of another realm"}
	ErrForbidden       = &Error{Kind: Forbidden, Code: "forbidden", Detail: "you are not allowed to do this"}
	ErrPhase           = &Error{Kind: Refused, Code: "phase", Detail: "this realm does not take anything new in its present phase"}
	ErrLimited         = &Error{Kind: Limited, Code: "rate-limited", Detail: "too often; try again later"}
	ErrBadCredentials  = &Error{Kind: Unauthenticated, Code: "bad-credentials", Detail: "handle or password is wrong"}
	ErrHandleTaken     = &Error{Kind: Conflict, Code: "handle-taken", Field: "handle", Detail: "this name is taken, or too much like one that is"}
)

// Wrong is an Invalid error that names the field and says in plain English
// what was expected.
func Wrong(field, code, format string, args ...any) *Error {
	return &Error{Kind: Invalid, Code: code, Field: field, Detail: fmt.Sprintf(format, args...)}
}

// HTTPStatus is the status code that answers a failure of this kind.
func (k Kind) HTTPStatus() int {
	switch k {
	case Invalid:
		return 422
	case Unauthenticated:
		return 401
	case Forbidden, Refused:
		return 403
	case NotFound:
		return 404
	case NotAllowed:
		return 405
	case Conflict:
		return 409
	case Gone:
		return 410
	case TooLarge:
		return 413
	case Blocked:
		return 451
	case Limited:
		return 429
	case Unavailable:
		return 503
	}
	return 500
}
