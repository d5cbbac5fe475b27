package feed

import (
	"context"
	"io"
	"log/slog"
	"math"

	"reelm"
	"reelm/internal/realm"
	"reelm/rec"
)

// Verified says whether a serve was what the declared ranking gives.
type Verified struct {
	Serve *reelm.Serve
	// Chosen: the viewer chose the clip, and the engine had no part in it.
	Chosen bool
	// Same: asked again from the log position and with the parameters that the
	// token names, the engine gives this clip in this slot with this score.
	Same bool
	// Got is what it gives in this slot now; zero for nothing.
	Got reelm.Serve
	// Handed: the page went on from another one, and what that one had handed
	// out was not given, or is not what the token was made with.
	Handed bool
}

// VerifyServe folds the log to the position that a serve's token names, asks
// again with the token's time and parameters, and compares. after is the
// cursor that the page was asked with, empty for a first page.
func VerifyServe(ctx context.Context, r *realm.Realm, token, after string, log *slog.Logger) (Verified, error) {
	s, _, err := Verify(r, token)
	if err != nil {
		return Verified{}, err
	}
	out := Verified{Serve: s, Chosen: s.Source == rec.SourceNone.String()}
	handed, err := ParseCursor(after)
	if err != nil || out.Chosen {
		return out, err
	}
	if out.Handed = hashHanded(handed) != s.Handed; out.Handed {
		return out, nil
	}
	m, err := modelAt(ctx, r, s.Position, true, io.Discard, log)
	if err != nil {
		return out, err
	}
	again := m.ask(&Request{Viewer: s.Viewer, Profiled: s.Profiled, Limit: s.Limit, At: s.At, Language: s.Language, Country: s.Country, Handed: handed})
	if s.Slot < len(again) {
		out.Got = again[s.Slot]
	}
	g := out.Got
	out.Same = g.Clip == s.Clip && g.Source == s.Source && g.Constitution == s.Constitution && g.Position == s.Position &&
		math.Float64bits(g.Score) == math.Float64bits(s.Score) && math.Float64bits(g.Propensity) == math.Float64bits(s.Propensity)
	return out, nil
}
