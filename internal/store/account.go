package store

import (
	"context"
	"database/sql"
	"errors"

	"reelm"
)

const accountColumns = `a.id, a.handle, a.name, a.bio, a.avatar, a.role, a.language, a.birthday, a.email, a.country,
	a.learn, a.private, a.created, a.leaving, a.followers, a.following, a.clips`

type scanner interface{ Scan(dest ...any) error }

func scanAccount(row scanner, more ...any) (*reelm.Account, error) {
	var a reelm.Account
	var created, leaving int64
	err := row.Scan(append([]any{&a.ID, &a.Handle, &a.Name, &a.Bio, &a.Avatar, &a.Role, &a.Language, &a.Birthday, &a.Email,
		&a.Country, &a.Learn, &a.Private, &created, &leaving, &a.Followers, &a.Following, &a.Clips}, more...)...)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, reelm.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	a.Created, a.Leaving = fromMillis(created), fromMillis(leaving)
	return &a, nil
}

// NewAccount is what an account begins with. Password is its hash.
type NewAccount struct {
	Handle, Name, Password, Birthday, Email, Language, Country string
	Role                                                       reelm.Role
	Learn                                                      bool
	// Viewer is the browser's viewer whose taste moves to the account, or 0.
	Viewer reelm.ViewerID
}

// CreateAccount makes an account, or says that the handle is taken. The
// engine hears of language and age band, and takes over the viewer's taste
// where the account allows learning.
func (db *DB) CreateAccount(ctx context.Context, n NewAccount) (_ *reelm.Account, err error) {
	defer wrap(&err, "CreateAccount(%q)", n.Handle)
	var made *reelm.Account
	err = db.update(ctx, func(t *tx) error {
		id, err := reelm.NewID[reelm.AccountID](db.rand)
		if err != nil {
			return err
		}
		name := n.Name
		if name == "" {
			name = n.Handle
		}
		err = t.must(ctx, `
			INSERT INTO accounts (id, handle, skeleton, name, role, language, birthday, email, country, learn, password, created)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
			id, n.Handle, reelm.HandleSkeleton(n.Handle), name, n.Role, n.Language, n.Birthday, n.Email, n.Country, n.Learn, n.Password, t.now)
		if db.dialect.unique(err) {
			return reelm.ErrHandleTaken
		}
		if err != nil {
			return err
		}
		if made, err = accountBy(ctx, t, `a.id = $1`, id); err != nil {
			return err
		}
		if err := t.indexAccount(ctx, made); err != nil {
			return err
		}
		if err := t.emitAbout(ctx, made); err != nil {
			return err
		}
		if n.Viewer == 0 || !n.Learn {
			return nil
		}
		return t.mergeViewer(ctx, n.Viewer, id)
	})
	return made, err
}

// Account finds an account by id.
func (db *DB) Account(ctx context.Context, id reelm.AccountID) (_ *reelm.Account, err error) {
	defer wrap(&err, "Account(%s)", id)
	return accountBy(ctx, db.read, `a.id = $1`, id)
}

// AccountByHandle finds an account by its folded handle.
func (db *DB) AccountByHandle(ctx context.Context, handle string) (_ *reelm.Account, err error) {
	defer wrap(&err, "AccountByHandle(%q)", handle)
	return accountBy(ctx, db.read, `a.handle = $1`, handle)
}

func accountBy(ctx context.Context, q querier, where string, arg any) (*reelm.Account, error) {
	return scanAccount(q.QueryRowContext(ctx, `SELECT `+accountColumns+` FROM accounts a WHERE `+where, arg))
}

// PasswordOf gives the account of a handle with the hash of its password.
func (db *DB) PasswordOf(ctx context.Context, handle string) (_ *reelm.Account, hash string, err error) {
	defer wrap(&err, "PasswordOf(%q)", handle)
	a, err := scanAccount(db.read.QueryRowContext(ctx,
		`SELECT `+accountColumns+`, a.password FROM accounts a WHERE a.handle = $1`, handle), &hash)
	return a, hash, err
}

// SetPassword replaces a password's hash and ends every session of the
// account but the one that is kept (nil for none).
func (db *DB) SetPassword(ctx context.Context, id reelm.AccountID, hash string, keep []byte) (err error) {
	defer wrap(&err, "SetPassword(%s)", id)
	return db.update(ctx, func(t *tx) error {
		if err := t.must(ctx, `UPDATE accounts SET password = $1 WHERE id = $2`, hash, id); err != nil {
			return err
		}
		return t.must(ctx, `DELETE FROM sessions WHERE account = $1 AND hash <> $2`, id, keep)
	})
}

// SetRole changes what an account may do.
func (db *DB) SetRole(ctx context.Context, id reelm.AccountID, role reelm.Role) (err error) {
	defer wrap(&err, "SetRole(%s, %s)", id, role)
	return db.update(ctx, func(t *tx) error {
		return t.must(ctx, `UPDATE accounts SET role = $1 WHERE id = $2`, role, id)
	})
}

// Profile is what people change about their account. Nil fields stay.
type Profile struct {
	Name, Bio, Avatar, Language, Email *string
	Learn, Private                     *bool
}

// UpdateProfile changes an account and gives it as it is then.
func (db *DB) UpdateProfile(ctx context.Context, id reelm.AccountID, p Profile) (_ *reelm.Account, err error) {
	defer wrap(&err, "UpdateProfile(%s)", id)
	var out *reelm.Account
	err = db.update(ctx, func(t *tx) error {
		was, err := accountBy(ctx, t, `a.id = $1`, id)
		if err != nil {
			return err
		}
		err = t.must(ctx, `
			UPDATE accounts SET name = coalesce($1, name), bio = coalesce($2, bio), avatar = coalesce($3, avatar),
				language = coalesce($4, language), email = coalesce($5, email), learn = coalesce($6, learn), private = coalesce($7, private)
			WHERE id = $8`, p.Name, p.Bio, p.Avatar, p.Language, p.Email, p.Learn, p.Private, id)
		if err != nil {
			return err
		}
		if out, err = accountBy(ctx, t, `a.id = $1`, id); err != nil {
			return err
		}
		if p.Name != nil || p.Bio != nil {
			if err := t.indexAccount(ctx, out); err != nil {
				return err
			}
		}
		if p.Language != nil || p.Learn != nil {
			if err := t.emitAbout(ctx, out); err != nil {
				return err
			}
		}
		if p.Private == nil || *p.Private == was.Private {
			return nil
		}
		if !out.Private {
			if err := t.acceptAll(ctx, id); err != nil {
				return err
			}
			if out, err = accountBy(ctx, t, `a.id = $1`, id); err != nil {
				return err
			}
		}
		return t.tellOfAll(ctx, id)
	})
	return out, err
}

// tellOfAll lets the engine hear of every clip of an account that has become
// private, or is so no longer.
func (t *tx) tellOfAll(ctx context.Context, author reelm.AccountID) error {
	clips, err := list(ctx, t, scanClip, `SELECT `+clipColumns+clipTables+`WHERE c.author = $1 AND c.state = 'ready' ORDER BY c.id`, author)
	if err != nil {
		return err
	}
	for _, c := range clips {
		if err := t.tellEngine(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// emitAbout tells the engine what an account says of itself.
func (t *tx) emitAbout(ctx context.Context, a *reelm.Account) error {
	return t.emit(ctx, uint64(a.ID), &reelm.Record{Kind: reelm.RecordAbout, Viewer: a.ID.Viewer(), About: &reelm.About{
		Language: a.Language, Country: a.Country, Learn: a.Learn, Band: reelm.AgeBandOf(a.Birthday, fromMillis(t.now)),
	}})
}
