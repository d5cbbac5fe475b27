package auth_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"reelm"
	"reelm/internal/auth"
	"reelm/internal/realm/realmtest"
)

const password = "vT7 plume orbit 42 quay"

func defaults() reelm.Limits {
	return reelm.Limits{Enabled: true, SignInsPerAccount: 3, SignInsPerAddress: 6, SignUpsPerAddress: 4}
}

func signUp(handle string) auth.SignUp {
	return auth.SignUp{Handle: handle, Password: password, Birthday: "1990-05-17", Address: "192.0.2.1"}
}

func newDesk(t *testing.T, w *realmtest.World, l reelm.Limits) *auth.Desk {
	t.Helper()
	d, err := auth.NewDesk(t.Context(), l, w.Clock.Now)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestSignUpInAndOut(t *testing.T) {
	w := realmtest.Open(t, "")
	d, r := newDesk(t, w, defaults()), w.Realm("main")
	made, token, err := d.SignUp(t.Context(), r, signUp("Anna"))
	if err != nil || made.Handle != "anna" || made.Learn {
		t.Fatal(made, err)
	}
	_, second, err := d.SignIn(t.Context(), r, "@ANNA", password, "192.0.2.9", "a browser")
	if err != nil {
		t.Fatal(err)
	}
	for _, tok := range []string{token, second} {
		id, err := d.Identify(t.Context(), r, tok)
		if err != nil || id.AccountID() != made.ID || id.Viewer != made.ID.Viewer() {
			t.Fatal(id, err)
		}
	}
	id, err := d.Identify(t.Context(), r, token)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.SignOut(t.Context(), r, id); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Identify(t.Context(), r, token); !errors.Is(err, reelm.ErrUnauthenticated) {
		t.Errorf("the token holds after signing out: %v", err)
	}
	if _, err := d.Identify(t.Context(), r, second); err != nil {
		t.Errorf("the other session ended too: %v", err)
	}
}

func TestTokensOfNobody(t *testing.T) {
	w := realmtest.Open(t, "")
	d, r, other := newDesk(t, w, defaults()), w.Realm("main"), w.Realm("other")
	_, session, err := d.SignUp(t.Context(), r, signUp("anna"))
	if err != nil {
		t.Fatal(err)
	}
	_, viewer, err := d.NewViewer(t.Context(), r, "de", "", "192.0.2.1")
	if err != nil {
		t.Fatal(err)
	}
	if id, err := d.Identify(t.Context(), r, ""); err != nil || id.Viewer != 0 || id.Learns() {
		t.Errorf("nobody is %+v, %v", id, err)
	}
	if id, err := d.Identify(t.Context(), r, viewer); err != nil || id.Viewer == 0 || id.Account != nil || !id.Learns() {
		t.Errorf("a browser is %+v, %v", id, err)
	}
	for _, tok := range []string{"x", "rs_", "rs_" + strings.Repeat("A", 43), "rv_" + strings.Repeat("A", 43), session[:len(session)-1], session + "A", "rv_" + session[3:], strings.Repeat("a", 1<<20)} {
		if _, err := d.Identify(t.Context(), r, tok); !errors.Is(err, reelm.ErrUnauthenticated) {
			t.Errorf("%.20q: %v", tok, err)
		}
	}
	for _, tok := range []string{session, viewer} {
		if _, err := d.Identify(t.Context(), other, tok); !errors.Is(err, reelm.ErrUnauthenticated) {
			t.Errorf("a token of one realm in another: %v", err)
		}
	}
}

func TestSessionsEndWhenTheyAreNotUsed(t *testing.T) {
	w := realmtest.Open(t, "")
	d, r := newDesk(t, w, defaults()), w.Realm("main")
	_, token, err := d.SignUp(t.Context(), r, signUp("anna"))
	if err != nil {
		t.Fatal(err)
	}
	for range 4 { // use keeps it alive
		w.Clock.Add(auth.SessionLife - time.Hour)
		if _, err := d.Identify(t.Context(), r, token); err != nil {
			t.Fatal(err)
		}
	}
	w.Clock.Add(auth.SessionLife + time.Hour)
	if _, err := d.Identify(t.Context(), r, token); !errors.Is(err, reelm.ErrUnauthenticated) {
		t.Errorf("an unused session holds: %v", err)
	}
}

func TestFailedSignInsAreLimitedPerAccountAndAddress(t *testing.T) {
	w := realmtest.Open(t, "")
	d, r := newDesk(t, w, defaults()), w.Realm("main")
	if _, _, err := d.SignUp(t.Context(), r, signUp("anna")); err != nil {
		t.Fatal(err)
	}
	try := func(handle, pw, address string) error {
		_, _, err := d.SignIn(t.Context(), r, handle, pw, address, "")
		return err
	}
	for i := range 3 {
		if err := try("anna", "wrong password", fmt.Sprint("192.0.2.", i)); !errors.Is(err, reelm.ErrBadCredentials) {
			t.Fatal(err)
		}
	}
	if err := try("anna", password, "192.0.2.77"); !errors.Is(err, reelm.ErrLimited) {
		t.Errorf("the fourth try on one account: %v", err)
	}
	for i := range 6 {
		if err := try(fmt.Sprintf("nobody%cx", 'a'+i), "wrong password", "198.51.100.1"); !errors.Is(err, reelm.ErrBadCredentials) {
			t.Fatal(err)
		}
	}
	if err := try("someone.else", "wrong password", "198.51.100.1"); !errors.Is(err, reelm.ErrLimited) {
		t.Errorf("the seventh try from one address: %v", err)
	}
	w.Clock.Add(20 * time.Minute)
	if err := try("anna", password, "198.51.100.1"); err != nil {
		t.Errorf("after a while: %v", err)
	}
}

func TestSignUpsAreLimitedPerAddress(t *testing.T) {
	w := realmtest.Open(t, "")
	d, r := newDesk(t, w, defaults()), w.Realm("main")
	for i := range 5 {
		_, _, err := d.SignUp(t.Context(), r, signUp(fmt.Sprintf("person%cx", 'a'+i)))
		if limited := errors.Is(err, reelm.ErrLimited); limited != (i == 4) {
			t.Errorf("sign-up %d: %v", i, err)
		}
	}
	off := newDesk(t, w, reelm.Limits{})
	for i := range 6 {
		if _, _, err := off.SignUp(t.Context(), r, signUp(fmt.Sprintf("free%cxx", 'a'+i))); err != nil {
			t.Errorf("limits are off: %v", err)
		}
	}
}

func TestSignUpNamesTheWrongField(t *testing.T) {
	w := realmtest.Open(t, "")
	d, r := newDesk(t, w, defaults()), w.Realm("main")
	for field, change := range map[string]func(*auth.SignUp){
		"handle":   func(s *auth.SignUp) { s.Handle = "admin" },
		"password": func(s *auth.SignUp) { s.Password = "short" },
		"birthday": func(s *auth.SignUp) { s.Birthday = "2020-01-01" },
		"email":    func(s *auth.SignUp) { s.Email = strings.Repeat("a", 300) },
	} {
		s := signUp("anna")
		change(&s)
		_, _, err := d.SignUp(t.Context(), r, s)
		var e *reelm.Error
		if !errors.As(err, &e) || e.Field != field || e.Kind != reelm.Invalid {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestChangingThePasswordEndsOtherSessions(t *testing.T) {
	w := realmtest.Open(t, "")
	d, r := newDesk(t, w, defaults()), w.Realm("main")
	_, mine, err := d.SignUp(t.Context(), r, signUp("anna"))
	if err != nil {
		t.Fatal(err)
	}
	_, thiefs, err := d.SignIn(t.Context(), r, "anna", password, "203.0.113.5", "")
	if err != nil {
		t.Fatal(err)
	}
	id, err := d.Identify(t.Context(), r, mine)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.ChangePassword(t.Context(), r, id, "wrong password", "another long password"); reelm.KindOf(err) != reelm.Invalid {
		t.Errorf("changed with a wrong password: %v", err)
	}
	if err := d.ChangePassword(t.Context(), r, id, password, "another long password"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Identify(t.Context(), r, mine); err != nil {
		t.Errorf("my own session ended: %v", err)
	}
	if _, err := d.Identify(t.Context(), r, thiefs); !errors.Is(err, reelm.ErrUnauthenticated) {
		t.Errorf("the other session holds: %v", err)
	}
	if _, _, err := d.SignIn(t.Context(), r, "anna", "another long password", "192.0.2.1", ""); err != nil {
		t.Error(err)
	}
}

func TestRatesForgetTheQuietestKey(t *testing.T) {
	now := time.Unix(0, 0)
	r := auth.NewRates(2, time.Minute)
	for i := range 3 {
		if got := r.Allow("a", 1, now); got != (i < 2) {
			t.Errorf("act %d: %v", i, got)
		}
	}
	if !r.Allow("b", 2, now) || !r.Spent("b", now) || r.Spent("c", now) {
		t.Error("keys are not apart")
	}
	if !r.Allow("a", 1, now.Add(30*time.Second)) {
		t.Error("nothing came back")
	}
}
