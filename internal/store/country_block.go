package store

import (
	"context"
	"time"

	"reelm"
	"reelm/internal/ledger"
)

// Scopes of what a country does not see.
const (
	ScopeRealm   = "realm"
	ScopeClip    = "clip"
	ScopeAccount = "account"
	// ScopeLeft: the part of that country is a realm of its own now; Appeal
	// holds its address.
	ScopeLeft = "left"
)

// CountryBlock is something that a country does not see, by order.
type CountryBlock struct {
	Scope   string // ScopeRealm, ScopeClip, ScopeAccount, ScopeLeft
	Subject int64  // of a clip or an account, else 0
	Country string // ISO 3166-1 alpha-2
	By      string // who ordered it
	Order   string // what was ordered, and on which ground
	Appeal  string // where to appeal
	Since   time.Time
	Handle  string // of a blocked account
	Avatar  string // media of a blocked account
}

// subject names what is blocked, for the text beside the ledger.
func (b CountryBlock) subject() string {
	switch b.Scope {
	case ScopeClip:
		return reelm.ClipID(b.Subject).String()
	case ScopeAccount:
		return "@" + b.Handle
	}
	return ""
}

// CountryBlocks lists everything that some country does not see, newest
// first.
func (db *DB) CountryBlocks(ctx context.Context) (_ []CountryBlock, err error) {
	defer wrap(&err, "CountryBlocks")
	return list(ctx, db.read, func(r scanner) (b CountryBlock, err error) {
		var since int64
		err = r.Scan(&b.Scope, &b.Subject, &b.Country, &b.By, &b.Order, &b.Appeal, &since, &b.Handle, &b.Avatar)
		b.Since = fromMillis(since)
		return b, err
	}, `
		SELECT k.scope, k.subject, k.country, k.by_whom, k.order_, k.appeal, k.created, coalesce(a.handle, ''), coalesce(a.avatar, '')
		FROM country_blocks k LEFT JOIN accounts a ON k.scope = 'account' AND a.id = k.subject
		ORDER BY k.created DESC, k.country, k.scope, k.subject`)
}

// BlockCountry keeps something from a country, and says so in the ledger. The
// same block a second time is a Conflict.
func (db *DB) BlockCountry(ctx context.Context, b CountryBlock) (err error) {
	defer wrap(&err, "BlockCountry(%s, %s)", b.Scope, b.Country)
	return db.update(ctx, func(t *tx) error {
		return t.blockCountry(ctx, b)
	})
}

func (t *tx) blockCountry(ctx context.Context, b CountryBlock) error {
	n, err := t.exec(ctx, `
		INSERT INTO country_blocks (scope, subject, country, by_whom, order_, appeal, created) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (scope, subject, country) DO NOTHING`, b.Scope, b.Subject, b.Country, b.By, b.Order, b.Appeal, t.now)
	if err != nil {
		return err
	}
	if n == 0 {
		return &reelm.Error{Kind: reelm.Conflict, Code: "blocked-already", Field: "country", Detail: "this is blocked there already"}
	}
	return t.enterBlock(ctx, "set", b)
}

// UnblockCountry lifts a block; order says on which ground.
func (db *DB) UnblockCountry(ctx context.Context, b CountryBlock) (err error) {
	defer wrap(&err, "UnblockCountry(%s, %s)", b.Scope, b.Country)
	return db.update(ctx, func(t *tx) error {
		n, err := t.exec(ctx, `DELETE FROM country_blocks WHERE scope = $1 AND subject = $2 AND country = $3`, b.Scope, b.Subject, b.Country)
		if err != nil {
			return err
		}
		if n == 0 {
			return &reelm.Error{Kind: reelm.NotFound, Code: "not-blocked", Field: "country", Detail: "this is not blocked there"}
		}
		return t.enterBlock(ctx, "lifted", b)
	})
}

func (t *tx) enterBlock(ctx context.Context, act string, b CountryBlock) error {
	texts := map[string]string{}
	for name, text := range map[string]string{"by": b.By, "order": b.Order, "appeal": b.Appeal, "subject": b.subject()} {
		if text != "" {
			texts[name] = text
		}
	}
	_, err := t.enter(ctx, ledger.Block{Act: act, Scope: b.Scope, Country: b.Country}, texts)
	return err
}
