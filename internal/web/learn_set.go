package web

import (
	"net/http"

	"reelm/internal/auth"
	"reelm/internal/visit"
)

// learn notes whether Reelm may learn from what somebody watches. A no without
// an account leaves nothing in the browser that could tell it from others.
func (s *Site) learn(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	if err := form(w, r); err != nil {
		return err
	}
	yes := r.PostForm.Get("learn") == "yes"
	to := back(r, "/")
	if v.Account != nil {
		if err := s.call(r, http.MethodPatch, "/me", map[string]bool{"learn": yes}, nil); err != nil {
			return err
		}
		return redirect(w, r, saying(to, answerTo(yes)))
	}
	if !yes {
		if v.Viewer != 0 {
			if err := s.call(r, http.MethodDelete, "/me/interests", nil, nil); err != nil {
				return err
			}
		}
		forget(w, v, visit.CookieViewer)
		remember(w, v, visit.CookieLearn, "no", year)
		return redirect(w, r, saying(to, answerTo(false)))
	}
	if v.Viewer == 0 {
		var got struct {
			Token string `json:"token"`
		}
		if err := s.call(r, http.MethodPost, "/viewers", map[string]any{}, &got); err != nil {
			return err
		}
		remember(w, v, visit.CookieViewer, got.Token, auth.ViewerLife)
	}
	forget(w, v, visit.CookieLearn)
	return redirect(w, r, saying(to, answerTo(true)))
}

func answerTo(yes bool) string {
	if yes {
		return "learn-yes"
	}
	return "learn-no"
}
