package api

import (
	"context"

	"reelm/internal/visit"
)

type realmOut struct {
	Body struct {
		Title     string   `json:"title"`
		Phase     string   `json:"phase"`
		Languages []string `json:"languages"`
		Limits    Limits   `json:"limits"`
	}
}

// Limits are what an upload has to keep to.
type Limits struct {
	MaxBytes      int64 `json:"max_bytes"`
	MaxDurationS  int64 `json:"max_duration_s"`
	UploadsPerDay int   `json:"uploads_per_day" doc:"0: no limit."`
}

func (a *API) realm(ctx context.Context, v *visit.Visit, _ *struct{}) (*realmOut, error) {
	s, err := v.Settings(ctx)
	if err != nil {
		return nil, err
	}
	out := &realmOut{}
	out.Body.Title, out.Body.Phase, out.Body.Languages = s.Title, string(s.Phase), s.Languages
	out.Body.Limits = Limits{MaxBytes: a.limits.UploadBytes, MaxDurationS: int64(a.limits.UploadDuration.Seconds())}
	if a.limits.Enabled {
		out.Body.Limits.UploadsPerDay = a.limits.UploadsPerDay
	}
	return out, nil
}
