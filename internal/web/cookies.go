package web

import (
	"net/http"
	"time"

	"reelm/internal/visit"
)

// year is how long a choice is remembered that holds no identifier.
const year = 365 * 24 * time.Hour

func remember(w http.ResponseWriter, v *visit.Visit, name, value string, life time.Duration) {
	c := visit.NewCookie(v, name, value, life)
	http.SetCookie(w, &c)
}

func forget(w http.ResponseWriter, v *visit.Visit, names ...string) {
	for _, name := range names {
		remember(w, v, name, "", 0)
	}
}

func cookie(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

// theme is what somebody chose; anything else is the browser's.
func theme(r *http.Request) string {
	switch c := cookie(r, visit.CookieTheme); c {
	case "dark", "light":
		return c
	}
	return ""
}
