package store

import (
	"context"

	"reelm"
)

// AddReport keeps a report for the moderators, and the engine hears of a
// reported clip.
func (db *DB) AddReport(ctx context.Context, r Report) (err error) {
	defer wrap(&err, "AddReport")
	return db.update(ctx, func(t *tx) error {
		id, err := t.next(ctx, "reports")
		if err != nil {
			return err
		}
		err = t.must(ctx, `INSERT INTO reports (id, reporter, clip, account, comment, message, reason, text, state, created) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'open', $9)`,
			id, r.Reporter, r.Clip, r.Account, r.Comment, r.Message, r.Reason, r.Text, t.now)
		if err != nil || r.Clip == 0 || r.Reporter == 0 {
			return err
		}
		return t.emit(ctx, uint64(r.Reporter), &reelm.Record{Kind: reelm.RecordReport, Viewer: r.Reporter.Viewer(), Clip: r.Clip})
	})
}

// Report is what somebody says is wrong, with one of clip, account, comment,
// message.
type Report struct {
	Reporter reelm.AccountID // 0: a visitor
	Clip     reelm.ClipID
	Account  reelm.AccountID
	Comment  reelm.CommentID
	Message  int64
	Reason   string
	Text     string
}
