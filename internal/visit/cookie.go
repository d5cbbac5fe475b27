package visit

import (
	"net/http"
	"time"
)

// NewCookie makes a cookie that scripts cannot read and other sites cannot
// send. A life of zero ends it.
func NewCookie(v *Visit, name, value string, life time.Duration) http.Cookie {
	c := http.Cookie{Name: name, Value: value, Path: "/", HttpOnly: true, Secure: v.Secure, SameSite: http.SameSiteLaxMode, MaxAge: int(life.Seconds())}
	if life <= 0 {
		c.MaxAge = -1
	}
	return c
}
