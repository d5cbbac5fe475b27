package words

import (
	"errors"

	"reelm"
)

// kinds are the texts for errors whose code has none: `error.kind.NAME`.
var kinds = map[reelm.Kind]string{
	reelm.Internal: "internal", reelm.Invalid: "invalid", reelm.Unauthenticated: "unauthenticated",
	reelm.Forbidden: "forbidden", reelm.NotFound: "not-found", reelm.NotAllowed: "not-allowed", reelm.Conflict: "conflict",
	reelm.Gone: "gone", reelm.TooLarge: "too-large", reelm.Blocked: "blocked",
	reelm.Limited: "limited", reelm.Refused: "refused", reelm.Unavailable: "unavailable",
}

// Error says in words what failed. What is no *reelm.Error is our fault, and
// its text is nobody's business.
func (l *Lang) Error(err error) string {
	e, ok := errors.AsType[*reelm.Error](err)
	if !ok {
		return l.T("error.kind.internal")
	}
	args := make([]any, 0, 2*len(e.Args))
	for name, value := range e.Args {
		args = append(args, name, value)
	}
	// An upload may be refused at the door for the reason it would fail for.
	for _, key := range []string{"error." + e.Code, "fault." + e.Code} {
		if l.Has(key) {
			return l.T(key, args...)
		}
	}
	return l.T("error.kind." + kinds[e.Kind])
}

// Fault says what happened to an upload and what its author can do.
func (l *Lang) Fault(f *reelm.Fault) (what, do string) {
	key := "fault." + f.Code
	if !l.Has(key) {
		key = "fault." + reelm.FaultInternal
	}
	return l.T(key), l.T(key + ".do")
}
