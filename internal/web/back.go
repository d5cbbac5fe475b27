package web

import (
	"net/http"
	"net/url"
	"strings"

	"reelm/internal/visit"
)

// back is where a form leads when it is done: the address that it names, else
// the page it came from, else the given one. Only our own addresses count.
func back(r *http.Request, otherwise string) string {
	if to := local(r.FormValue("back")); to != "" {
		return to
	}
	if u, err := url.Parse(r.Referer()); err == nil && u.Host == r.Host {
		u.Scheme, u.Host, u.User = "", "", nil
		if to := local(u.String()); to != "" {
			return to
		}
	}
	return otherwise
}

// local gives a root-relative address, or "" for what could lead elsewhere.
func local(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "" || u.Host != "" || u.Opaque != "" || !strings.HasPrefix(u.Path, "/") ||
		strings.HasPrefix(u.Path, "//") || strings.ContainsAny(s, "\\\r\n\t") {
		return ""
	}
	return u.String()
}

// redirect answers a form: look there.
func redirect(w http.ResponseWriter, r *http.Request, to string) error {
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// sayings are the lines that a redirect may ask the next page to say.
var sayings = map[string]string{
	"learn-yes": "learn.said.yes", "learn-no": "learn.said.no", "saved": "settings.saved", "history": "own.history.said", "report": "report.said",
	"noted": "admin.noted",
}

// saying adds the name of a line to an address.
func saying(to, name string) string {
	u, err := url.Parse(to)
	if err != nil {
		return to
	}
	q := u.Query()
	q.Set("said", name)
	u.RawQuery = q.Encode()
	return u.String()
}

func said(r *http.Request, v *visit.Visit) string {
	if key, ok := sayings[r.URL.Query().Get("said")]; ok {
		return v.Lang.T(key)
	}
	return ""
}
