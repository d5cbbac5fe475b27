package store

import (
	"context"

	"reelm"
)

// TellAll queues for an engine that knows nothing what people made and chose
// in words: the constitution, the clips, follows, blocks, interests. What
// they watched and liked is not among it.
func (r *Receiving) TellAll(ctx context.Context) error {
	t := r.t
	_, doc, err := constitution(ctx, t)
	if err != nil {
		return err
	}
	if doc != nil {
		if err := t.emit(ctx, 0, &reelm.Record{Kind: reelm.RecordConstitution, Constitution: doc}); err != nil {
			return err
		}
	}
	if err := t.must(ctx, `UPDATE clips SET born = FALSE`); err != nil {
		return err
	}
	err = inPages(ctx, t, `SELECT id FROM accounts WHERE id > $1 ORDER BY id LIMIT 500`, func(id int64) error {
		a, err := accountBy(ctx, t, `a.id = $1`, id)
		if err != nil {
			return err
		}
		if err := t.emitAbout(ctx, a); err != nil {
			return err
		}
		if err := t.tellRelations(ctx, a.ID); err != nil {
			return err
		}
		return t.tellOfAll(ctx, a.ID)
	})
	if err != nil {
		return err
	}
	err = inPages(ctx, t, `SELECT id FROM viewers WHERE account = 0 AND id > $1 ORDER BY id LIMIT 500`, func(id int64) error {
		return t.emit(ctx, uint64(id), &reelm.Record{Kind: reelm.RecordAbout, Viewer: reelm.ViewerID(id), About: &reelm.About{Learn: true}})
	})
	if err != nil {
		return err
	}
	err = inPages(ctx, t, `SELECT DISTINCT viewer FROM mutes WHERE viewer > $1 ORDER BY viewer LIMIT 500`, func(id int64) error {
		return t.tellMutes(ctx, reelm.ViewerID(id))
	})
	if err != nil {
		return err
	}
	return inPages(ctx, t, `SELECT DISTINCT viewer FROM interests WHERE viewer > $1 ORDER BY viewer LIMIT 500`, func(id int64) error {
		return t.tellInterests(ctx, reelm.ViewerID(id))
	})
}

// inPages calls fn for every id that a query gives above $1, page by page.
func inPages(ctx context.Context, t *tx, query string, fn func(id int64) error) error {
	for above := int64(-1 << 63); ; {
		ids, err := list(ctx, t, scanID[int64], query, above)
		if err != nil || len(ids) == 0 {
			return err
		}
		for _, id := range ids {
			if err := fn(id); err != nil {
				return err
			}
		}
		above = ids[len(ids)-1]
	}
}

func (t *tx) tellRelations(ctx context.Context, a reelm.AccountID) error {
	followed, err := list(ctx, t, scanID[reelm.AccountID], `SELECT followed FROM follows WHERE follower = $1 AND accepted ORDER BY created, followed`, a)
	if err != nil {
		return err
	}
	for _, b := range followed {
		if err := t.emit(ctx, uint64(a), &reelm.Record{Kind: reelm.RecordFollow, Viewer: a.Viewer(), Author: b}); err != nil {
			return err
		}
	}
	blocked, err := list(ctx, t, scanID[reelm.AccountID], `SELECT blocked FROM blocks WHERE account = $1 ORDER BY created, blocked`, a)
	if err != nil {
		return err
	}
	for _, b := range blocked {
		if err := t.emitBlock(ctx, a, b, reelm.RecordBlock); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) tellInterests(ctx context.Context, v reelm.ViewerID) error {
	likings, err := list(ctx, t, func(r scanner) (l reelm.Liking, err error) {
		return l, r.Scan(&l.Kind, &l.Key, &l.Level)
	}, `SELECT kind, key, level FROM interests WHERE viewer = $1 ORDER BY created, kind, key`, v)
	if err != nil {
		return err
	}
	for _, l := range likings {
		if err := t.emit(ctx, uint64(v), &reelm.Record{Kind: reelm.RecordInterest, Viewer: v, Liking: &l}); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) tellMutes(ctx context.Context, v reelm.ViewerID) error {
	all, err := mutes(ctx, t, v)
	if err != nil {
		return err
	}
	for _, m := range all {
		if m.Kind != reelm.MuteWord {
			if err := t.emitWant(ctx, v, subjectOf(m)); err != nil {
				return err
			}
		}
	}
	return t.emitWords(ctx, v)
}
