package server

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"reelm"
	"reelm/internal/handover"
)

// A verb that takes long answers with JSON lines: how far it is, and at last
// its answer or why there is none.
type longLine struct {
	Progress *handover.Progress `json:"progress,omitempty"`
	Failure  *failure           `json:"failure,omitempty"`
	Answer   json.RawMessage    `json:"answer,omitempty"`
}

func failureOf(err error) *failure {
	if e, ok := errors.AsType[*reelm.Error](err); ok {
		return &failure{e.Kind, e.Code, e.Field, e.Detail, e.Args}
	}
	return &failure{Code: "internal", Detail: err.Error()}
}

func long[I, O any](mux *http.ServeMux, name string, fn func(context.Context, *I, func(handover.Progress)) (*O, error)) {
	mux.HandleFunc("POST /"+name, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/x-ndjson")
		enc := json.NewEncoder(w)
		tell := func(l longLine) {
			err := enc.Encode(l)
			if f, ok := w.(http.Flusher); ok && err == nil {
				f.Flush()
			}
			if err != nil {
				slog.Debug("answering a verb", "verb", name, "error", err)
			}
		}
		in := new(I)
		err := json.NewDecoder(r.Body).Decode(in)
		var out *O
		if err == nil {
			out, err = fn(r.Context(), in, func(p handover.Progress) { tell(longLine{Progress: &p}) })
		}
		var answer json.RawMessage
		if err == nil {
			answer, err = json.Marshal(out)
		}
		if err != nil {
			tell(longLine{Failure: failureOf(err)})
			return
		}
		tell(longLine{Answer: answer})
	})
}

// CallLong runs a verb that takes long, and tells how far it is.
func (c *Control) CallLong(ctx context.Context, name string, in, out any, tell func(handover.Progress)) (err error) {
	b, err := json.Marshal(in)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://reelm/"+name, bytes.NewReader(b))
	if err != nil {
		return err
	}
	res, err := c.client.Do(req)
	if err != nil {
		return fmt.Errorf("asking the server: %w", err)
	}
	defer func() { err = errors.Join(err, res.Body.Close()) }()
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var l longLine
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return fmt.Errorf("the server answered %.200q", lines.Bytes())
		}
		switch {
		case l.Progress != nil:
			tell(*l.Progress)
		case l.Failure != nil:
			return &reelm.Error{Kind: l.Failure.Kind, Code: l.Failure.Code, Field: l.Failure.Field, Detail: l.Failure.Detail, Args: l.Failure.Args}
		default:
			return json.Unmarshal(l.Answer, out)
		}
	}
	return errors.Join(errors.New("the server ended before it was done"), lines.Err())
}
