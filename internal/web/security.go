package web

import "net/http"

// policy of every page: nothing from other hosts, nothing inline. blob: is
// what the upload page shows before it is sent.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; " +
	"media-src 'self' blob:; connect-src 'self'; manifest-src 'self'; worker-src 'self'; " +
	"form-action 'self'; base-uri 'none'; "

// Secure sets the headers that every answer carries.
func Secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy+"frame-ancestors 'self'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "geolocation=(), browsing-topics=(), interest-cohort=(), camera=(self), microphone=(self)")
		next.ServeHTTP(w, r)
	})
}

// embeddable lets other sites frame this answer.
func embeddable(w http.ResponseWriter) {
	w.Header().Set("Content-Security-Policy", policy+"frame-ancestors *")
	w.Header().Del("Cross-Origin-Opener-Policy")
}
