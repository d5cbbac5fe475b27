package visit

import (
	"context"
	"errors"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"reelm"
	"reelm/internal/ledger"
)

// Enter says whether the realm lets a request in at all: nil,
// reelm.ErrClosed for a realm that has ended, or an error of kind
// reelm.Blocked where the visitor's country does not see it. The record of what the operator
// did stays open to everybody, and the doors of the staff to the staff.
func (v *Visit) Enter(ctx context.Context, path string) error {
	if recorded(path) {
		return nil
	}
	err := v.entrance(ctx, v.Account)
	if err == nil || !v.mayStaff(ctx) {
		return err
	}
	if signsIn(path) && v.Account == nil || v.Is(reelm.RoleAdmin) && (staff(path) || signsIn(path)) {
		return nil
	}
	return err
}

// Allow says whether the phase allows an act. Into what is closed the staff
// signs in: Enter and MayEnter keep everybody else out.
func (v *Visit) Allow(ctx context.Context, a reelm.Act) error {
	err := v.Realm.Allow(ctx, a)
	if a == reelm.ActSignIn && errors.Is(err, reelm.ErrClosed) && v.mayStaff(ctx) {
		return nil
	}
	return err
}

// entrance is why nobody but the staff may come in, nil if everybody may. Of a
// part that left it is the account that counts, if there is one: people of the
// rest travel, too.
func (v *Visit) entrance(ctx context.Context, a *reelm.Account) error {
	s, err := v.Settings(ctx)
	if err != nil {
		return err
	}
	if s.Phase.Ended() {
		return reelm.ErrClosed
	}
	part := []string{v.Country}
	if a != nil {
		part = []string{a.Country, a.Language}
	}
	if err := v.blocks.Left(part...); err != nil {
		return v.left(ctx, err)
	}
	return v.blocks.Realm(v.Country)
}

// left turns the way to a part that left into reelm.ErrClosed, with its host,
// once that part has been closed. What was sold is erased here, too, and goes
// on at its address.
func (v *Visit) left(ctx context.Context, moved error) error {
	e, ok := errors.AsType[*reelm.Error](moved)
	host, _ := e.Args["host"].(string)
	if !ok || host == "" {
		return moved
	}
	part, err := v.Part(ctx, host)
	if err != nil || part == nil {
		return errors.Join(err, moved)
	}
	set, err := part.Settings(ctx)
	if err != nil {
		return err
	}
	if !set.Phase.Ended() {
		return moved
	}
	purges, err := part.DB.Entries(ctx, 0, ledger.KindPurge)
	if err != nil {
		return err
	}
	if len(purges) > 0 {
		if p, ok := purges[0].Body.(ledger.Purge); ok && p.Receipt != (tlog.Hash{}) {
			return moved
		}
	}
	return reelm.ErrClosed.With("host", host)
}

// Part gives the realm of this server that answers at a host, nil if none
// does: where a part of this one went.
func (v *Visit) Part(ctx context.Context, host string) (*Place, error) {
	if v.places == nil {
		return nil, nil
	}
	return v.places(ctx, host)
}

// MayEnter says whether somebody who has just signed in may come in.
func (v *Visit) MayEnter(ctx context.Context, a *reelm.Account) error {
	err := v.entrance(ctx, a)
	if err != nil && a.Role == reelm.RoleAdmin && v.mayStaff(ctx) {
		return nil
	}
	return err
}

// mayStaff: of a purged realm nothing is left to administer.
func (v *Visit) mayStaff(ctx context.Context) bool {
	s, err := v.Settings(ctx)
	return err == nil && s.Phase.Allows(reelm.ActOperate)
}

// recorded are the addresses of the ledger, the page about it, and the files
// of that page.
func recorded(path string) bool {
	switch path {
	case "/transparency", "/favicon.ico", "/apple-touch-icon.png", "/manifest.webmanifest", "/robots.txt":
		return true
	}
	return strings.HasPrefix(path, "/ledger/") || strings.HasPrefix(path, "/transparency/") || strings.HasPrefix(path, "/static/")
}

func signsIn(path string) bool {
	return path == "/sign-in" || path == "/api/v1/sessions" || path == "/settings/look"
}

func staff(path string) bool {
	return path == "/admin" || strings.HasPrefix(path, "/admin/") || strings.HasPrefix(path, "/api/v1/admin/") ||
		path == "/sign-out" || path == "/api/v1/sessions/current"
}
