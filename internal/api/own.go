package api

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"time"

	"reelm"
	"reelm/internal/store"
	"reelm/internal/visit"
)

// ExportState is how far an archive is.
type ExportState struct {
	State    string `json:"state" enum:"waiting,ready,failed"`
	Progress int    `json:"progress" doc:"Percent."`
}

// getExport gives the archive of everything of whoever asks: 202 while it is
// made, which the first request begins, then the archive itself. ?again=true
// has a new one made.
func (a *API) getExport(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v := visit.From(ctx)
	if err := v.Allow(ctx, reelm.ActTakeOut); err != nil {
		return err
	}
	if _, err := v.NeedViewer(); err != nil {
		return err
	}
	work, err := Export(ctx, v, r.URL.Query().Get("again") == "true")
	if err != nil {
		return err
	}
	if work.State == store.OwnDone {
		h := w.Header()
		h.Set("Cache-Control", "private, no-store")
		h.Set("Content-Disposition", `attachment; filename="reelm-export.zip"`)
		return a.sendFile(w, r, v, work.File)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Retry-After", "2")
	w.WriteHeader(http.StatusAccepted)
	return json.NewEncoder(w).Encode(ExportState{work.State, work.Progress})
}

// Export finds a visitor's archive, or begins it.
func Export(ctx context.Context, v *visit.Visit, again bool) (*store.OwnWork, error) {
	work, err := v.DB.OwnWork(ctx, v.Viewer, store.OwnExport)
	begin := reelm.KindOf(err) == reelm.NotFound
	if err != nil && !begin {
		return nil, err
	}
	if !begin && (again && work.State != store.OwnWaiting || work.State == store.OwnFailed) {
		if err := v.Own.DropExport(ctx, work); err != nil {
			return nil, err
		}
		begin = true
	}
	if begin {
		if err := v.DB.BeginOwnWork(ctx, v.Viewer, store.OwnExport); err != nil {
			return nil, err
		}
		return v.DB.OwnWork(ctx, v.Viewer, store.OwnExport)
	}
	return work, nil
}

type deleteMeIn struct {
	Now  bool `query:"now" doc:"Without the grace in which signing in takes it back."`
	Body *struct {
		Password string `json:"password,omitempty" maxLength:"2000" doc:"Asked for where it is given."`
	}
}

type deleteMeOut struct {
	Body struct {
		Erased  time.Time `json:"erased" doc:"When everything is erased. Signing in before takes it back."`
		Receipt string    `json:"receipt" doc:"Where the receipt will be. It is told once."`
	}
}

// deleteMe takes an account out of sight at once and has it erased after the
// realm's grace.
func (a *API) deleteMe(ctx context.Context, v *visit.Visit, in *deleteMeIn) (*deleteMeOut, error) {
	if v.Account != nil && in.Body != nil && in.Body.Password != "" {
		if err := a.desk.CheckPassword(ctx, v.Realm, v.Account, in.Body.Password); err != nil {
			return nil, err
		}
	}
	set, err := v.Settings(ctx)
	if err != nil {
		return nil, err
	}
	grace := set.Grace
	if in.Now {
		grace = 0
	}
	secret := make([]byte, 32)
	if _, err := rand.Read(secret); err != nil {
		return nil, err
	}
	token := base64.RawURLEncoding.EncodeToString(secret)
	sum := sha256.Sum256([]byte(token))
	out := &deleteMeOut{}
	if v.Account == nil {
		out.Body.Erased, err = v.DB.LeaveBrowser(ctx, v.Viewer, sum[:])
	} else {
		out.Body.Erased, err = v.DB.Leave(ctx, v.Account.ID, grace, sum[:])
	}
	if err != nil {
		return nil, err
	}
	out.Body.Receipt = "/api/v1/receipts/" + token
	return out, v.Feed.Acted(ctx, v.Viewer)
}

// getReceipt gives the signed note of an erasure: 202 with the day while it is
// still to come.
func (a *API) getReceipt(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v := visit.From(ctx)
	if err := v.Allow(ctx, reelm.ActTakeOut); err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(r.PathValue("token")))
	note, due, err := v.DB.Receipt(ctx, sum[:])
	w.Header().Set("Cache-Control", "no-store")
	if err != nil && !due.IsZero() {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusAccepted)
		return json.NewEncoder(w).Encode(map[string]any{"state": "waiting", "erased": due})
	}
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err = w.Write([]byte(note))
	return err
}

// deleteHistory has everything that one watched leave the log, and what the
// engine learned from it with it.
func (a *API) deleteHistory(ctx context.Context, v *visit.Visit, _ *struct{}) (*struct{}, error) {
	return nil, v.DB.DeleteHistory(ctx, v.Viewer)
}
