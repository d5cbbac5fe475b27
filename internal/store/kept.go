package store

import (
	"context"

	"reelm"
)

// Folders that everybody has.
const (
	FolderFavourites int64 = 0
	FolderLater      int64 = -1
)

// MaxFolders is how many folders of their own somebody has at most.
const MaxFolders = 100

// Folder is a collection of clips that only its owner sees.
type Folder struct {
	ID    int64
	Name  string
	Clips int64
	Has   bool // the clip that was asked for
}

// Folders lists somebody's folders: those that everybody has, without a name,
// then their own by name; and whether they hold a clip (0: none).
func (db *DB) Folders(ctx context.Context, account reelm.AccountID, clip reelm.ClipID) (_ []Folder, err error) {
	defer wrap(&err, "Folders(%s)", account)
	return list(ctx, db.read, func(r scanner) (f Folder, err error) { return f, r.Scan(&f.ID, &f.Name, &f.Clips, &f.Has) },
		`SELECT f.id, f.name, (SELECT count(*) FROM kept k WHERE k.account = $1 AND k.folder = f.id),
			EXISTS (SELECT 1 FROM kept k WHERE k.account = $1 AND k.folder = f.id AND k.clip = $2)
		FROM (SELECT 0 AS place, 0 AS id, '' AS name UNION ALL SELECT 1, -1, '' UNION ALL SELECT 2, id, name FROM folders WHERE account = $1) f
		ORDER BY f.place, f.name, f.id`, account, clip)
}

// AddFolder makes a folder, or finds the one of that name.
func (db *DB) AddFolder(ctx context.Context, account reelm.AccountID, name string) (f Folder, err error) {
	defer wrap(&err, "AddFolder(%s)", account)
	err = db.update(ctx, func(t *tx) error {
		id, err := reelm.NewID[reelm.ClipID](db.rand)
		if err != nil {
			return err
		}
		if err := t.QueryRowContext(ctx, `INSERT INTO folders (id, account, name, created) VALUES ($1, $2, $3, $4)
			ON CONFLICT (account, name) DO UPDATE SET name = excluded.name RETURNING id, name`, id, account, name, t.now).Scan(&f.ID, &f.Name); err != nil {
			return err
		}
		var n int
		if err := t.QueryRowContext(ctx, `SELECT count(*) FROM folders WHERE account = $1`, account).Scan(&n); err != nil {
			return err
		}
		if n > MaxFolders {
			return reelm.Wrong("name", "too-many-folders", "at most %d folders", MaxFolders).With("max", MaxFolders)
		}
		return nil
	})
	return f, err
}

// DropFolder deletes a folder with what it holds; the clips stay.
func (db *DB) DropFolder(ctx context.Context, account reelm.AccountID, folder int64) (err error) {
	defer wrap(&err, "DropFolder(%s)", account)
	return db.update(ctx, func(t *tx) error {
		n, err := t.exec(ctx, `DELETE FROM folders WHERE id = $1 AND account = $2`, folder, account)
		if err != nil {
			return err
		}
		if n == 0 {
			return reelm.ErrNotFound
		}
		return t.must(ctx, `DELETE FROM kept WHERE account = $1 AND folder = $2`, account, folder)
	})
}

// folderOf checks that a folder is everybody's or one's own.
func folderOf(ctx context.Context, q querier, account reelm.AccountID, folder int64) error {
	if folder == FolderFavourites || folder == FolderLater {
		return nil
	}
	var one int
	return notFound(q.QueryRowContext(ctx, `SELECT 1 FROM folders WHERE id = $1 AND account = $2`, folder, account).Scan(&one))
}

// KeepClip puts a clip into a folder, or takes it out.
func (db *DB) KeepClip(ctx context.Context, account reelm.AccountID, folder int64, clip reelm.ClipID, on bool) (err error) {
	defer wrap(&err, "KeepClip(%s, %s)", account, clip)
	return db.update(ctx, func(t *tx) error {
		if err := folderOf(ctx, t, account, folder); err != nil {
			return err
		}
		if !on {
			return t.must(ctx, `DELETE FROM kept WHERE account = $1 AND folder = $2 AND clip = $3`, account, folder, clip)
		}
		if _, err := t.seenClip(ctx, account, clip); err != nil {
			return err
		}
		return t.must(ctx, `INSERT INTO kept (account, folder, clip, created) VALUES ($1, $2, $3, $4) ON CONFLICT (account, folder, clip) DO NOTHING`,
			account, folder, clip, t.now)
	})
}

// seenHere is seenBy for lists of clips that one has chosen oneself: unlisted
// ones are among them.
const seenHere = `(` + seenBy + ` OR c.state = 'ready' AND c.visibility = 'unlisted' AND NOT a.private AND a.leaving = 0 AND NOT EXISTS (
	SELECT 1 FROM blocks b WHERE b.account = $1 AND b.blocked = c.author OR b.account = c.author AND b.blocked = $1))`

func (db *DB) chosen(ctx context.Context, p Page, from, at string, viewer reelm.AccountID, arg any) ([]*reelm.Clip, Cursor, error) {
	type datedClip struct {
		*reelm.Clip
		at int64
	}
	after := p.after()
	rows, err := list(ctx, db.read, func(r scanner) (d datedClip, err error) {
		d.Clip, err = scanClipMore(r, &d.at)
		return d, err
	}, `SELECT `+clipColumns+`, `+at+clipTables+from+` AND `+seenHere+` AND (`+at+`, c.id) < ($3, $4) ORDER BY `+at+` DESC, c.id DESC LIMIT $5`,
		viewer, arg, after.At, after.ID, p.limit()+1)
	if err != nil {
		return nil, Cursor{}, err
	}
	rows, next := cut(p, rows, func(d datedClip) Cursor { return Cursor{At: d.at, ID: int64(d.ID)} })
	out := make([]*reelm.Clip, len(rows))
	for i, d := range rows {
		out[i] = d.Clip
	}
	return out, next, nil
}

// KeptClips lists what is in a folder, the last kept first. What one may not
// see any more is not among it.
func (db *DB) KeptClips(ctx context.Context, account reelm.AccountID, folder int64, p Page) (_ []*reelm.Clip, next Cursor, err error) {
	defer wrap(&err, "KeptClips(%s)", account)
	if err := folderOf(ctx, db.read, account, folder); err != nil {
		return nil, Cursor{}, err
	}
	return db.chosen(ctx, p, `JOIN kept k ON k.clip = c.id WHERE k.account = $1 AND k.folder = $2`, `k.created`, account, folder)
}

// NoteWatched notes that a viewer watched clips, unless they paused that.
func (db *DB) NoteWatched(ctx context.Context, viewer reelm.ViewerID, clips []reelm.ClipID) (err error) {
	defer wrap(&err, "NoteWatched(%s)", viewer)
	return db.update(ctx, func(t *tx) error {
		var paused bool
		if err := t.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM history_paused WHERE viewer = $1)`, viewer).Scan(&paused); err != nil || paused {
			return err
		}
		for _, c := range clips {
			if err := t.must(ctx, `INSERT INTO history (viewer, clip, watched) SELECT $1, id, $3 FROM clips WHERE id = $2
				ON CONFLICT (viewer, clip) DO UPDATE SET watched = excluded.watched`, viewer, c, t.now); err != nil {
				return err
			}
		}
		return nil
	})
}

// History lists what a viewer watched, the last first.
func (db *DB) History(ctx context.Context, viewer reelm.ViewerID, p Page) (_ []*reelm.Clip, next Cursor, err error) {
	defer wrap(&err, "History(%s)", viewer)
	return db.chosen(ctx, p, `JOIN history h ON h.clip = c.id WHERE h.viewer = $2`, `h.watched`, reelm.AccountID(viewer), viewer)
}

// PauseHistory stops noting what a viewer watches, or goes on with it.
func (db *DB) PauseHistory(ctx context.Context, viewer reelm.ViewerID, on bool) (err error) {
	defer wrap(&err, "PauseHistory(%s)", viewer)
	return db.update(ctx, func(t *tx) error {
		if on {
			return t.must(ctx, `INSERT INTO history_paused (viewer) VALUES ($1) ON CONFLICT (viewer) DO NOTHING`, viewer)
		}
		return t.must(ctx, `DELETE FROM history_paused WHERE viewer = $1`, viewer)
	})
}

// HistoryPaused says whether nothing is noted.
func (db *DB) HistoryPaused(ctx context.Context, viewer reelm.ViewerID) (paused bool, err error) {
	defer wrap(&err, "HistoryPaused(%s)", viewer)
	err = db.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM history_paused WHERE viewer = $1)`, viewer).Scan(&paused)
	return paused, err
}

// DeleteHistory forgets what a viewer watched: here at once, in the log and
// the model by work that it queues.
func (db *DB) DeleteHistory(ctx context.Context, viewer reelm.ViewerID) (err error) {
	defer wrap(&err, "DeleteHistory(%s)", viewer)
	return db.update(ctx, func(t *tx) error {
		if err := t.must(ctx, `DELETE FROM history WHERE viewer = $1`, viewer); err != nil {
			return err
		}
		return t.beginOwn(ctx, viewer, OwnHistory, t.now, nil)
	})
}
