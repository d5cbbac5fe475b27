package api

import (
	"context"
	"strconv"

	"reelm"
	"reelm/internal/store"
	"reelm/internal/visit"
)

type followOut struct {
	Body struct {
		Following bool `json:"following"`
		Requested bool `json:"requested" doc:"The account is private and has to accept first."`
	}
}

func (a *API) follow(ctx context.Context, v *visit.Visit, in *handleIn) (*followOut, error) {
	acc, _, err := seenAccount(ctx, v, in.Handle)
	if err != nil {
		return nil, err
	}
	out := &followOut{}
	out.Body.Following, err = v.DB.FollowAccount(ctx, v.Account.ID, acc.ID)
	if err != nil {
		return nil, err
	}
	out.Body.Requested = !out.Body.Following
	return out, v.Feed.Acted(ctx, v.Viewer)
}

func (a *API) unfollow(ctx context.Context, v *visit.Visit, in *handleIn) (*struct{}, error) {
	acc, _, err := seenAccount(ctx, v, in.Handle)
	if err != nil {
		return nil, err
	}
	if err := v.DB.UnfollowAccount(ctx, v.Account.ID, acc.ID); err != nil {
		return nil, err
	}
	return nil, v.Feed.Acted(ctx, v.Viewer)
}

type clipIDIn struct {
	ID string `path:"id" maxLength:"64"`
}

type likeOut struct {
	Body struct {
		Liked bool  `json:"liked"`
		Likes int64 `json:"likes"`
	}
}

func (a *API) like(ctx context.Context, v *visit.Visit, in *clipIDIn) (*likeOut, error) {
	return a.setLike(ctx, v, in.ID, true)
}

func (a *API) unlike(ctx context.Context, v *visit.Visit, in *clipIDIn) (*likeOut, error) {
	return a.setLike(ctx, v, in.ID, false)
}

func (a *API) setLike(ctx context.Context, v *visit.Visit, id string, on bool) (*likeOut, error) {
	c, err := seenClip(ctx, v, id)
	if err != nil {
		return nil, err
	}
	set := v.DB.UnlikeClip
	if on {
		set = v.DB.LikeClip
	}
	if err := set(ctx, v.Account.ID, c.ID); err != nil {
		return nil, err
	}
	if c, err = v.DB.Clip(ctx, c.ID); err != nil {
		return nil, err
	}
	out := &likeOut{}
	out.Body.Liked, out.Body.Likes = on, c.Counts.Likes
	return out, v.Feed.Acted(ctx, v.Viewer)
}

// seenClip finds a clip that the visitor may see.
func seenClip(ctx context.Context, v *visit.Visit, id string) (*reelm.Clip, error) {
	clipID, err := reelm.ParseID[reelm.ClipID](id)
	if err != nil {
		return nil, err
	}
	c, err := v.DB.Clip(ctx, clipID)
	if err != nil {
		return nil, err
	}
	return c, v.MaySee(ctx, c)
}

type commentsIn struct {
	ID    string `path:"id" maxLength:"64"`
	Next  string `query:"next" maxLength:"200"`
	Limit int    `query:"limit" minimum:"0" maximum:"50"`
	Sort  string `query:"sort" enum:"newest,top"`
	Under string `query:"under" maxLength:"64" doc:"A comment whose replies are wanted."`
}

type commentsOut struct {
	Body struct {
		Items []Comment `json:"items"`
		Next  *string   `json:"next"`
	}
}

func (a *API) comments_(ctx context.Context, v *visit.Visit, in *commentsIn) (*commentsOut, error) {
	c, err := seenClip(ctx, v, in.ID)
	if err != nil {
		return nil, err
	}
	var under reelm.CommentID
	if in.Under != "" {
		if under, err = reelm.ParseID[reelm.CommentID](in.Under); err != nil {
			return nil, err
		}
	}
	p, err := page(in.Next, in.Limit)
	if err != nil {
		return nil, err
	}
	rows, cursor, err := v.DB.Comments(ctx, v.Reader(), c.ID, under, store.CommentSort(in.Sort), p)
	if err != nil {
		return nil, err
	}
	out := &commentsOut{}
	out.Body.Items, out.Body.Next = []Comment{}, next(cursor.String())
	for _, r := range rows {
		if v.MaySeeAccount(r.Author) == nil {
			out.Body.Items = append(out.Body.Items, wireComment(v, c.Author, r))
		}
	}
	return out, nil
}

type addCommentIn struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Text    string `json:"text" maxLength:"20000"`
		ReplyTo string `json:"reply_to,omitempty" maxLength:"64"`
		Serve   string `json:"serve,omitempty" maxLength:"1024"`
	}
}

type commentOut struct {
	Body struct {
		Comment Comment `json:"comment"`
	}
}

func (a *API) addComment(ctx context.Context, v *visit.Visit, in *addCommentIn) (*commentOut, error) {
	if !a.comments.Allow(v.Name+" "+v.Account.Handle, 1, a.now()) {
		return nil, reelm.ErrLimited
	}
	c, err := seenClip(ctx, v, in.ID)
	if err != nil {
		return nil, err
	}
	text, err := commentText(in.Body.Text)
	if err != nil {
		return nil, err
	}
	var parent reelm.CommentID
	if in.Body.ReplyTo != "" {
		if parent, err = reelm.ParseID[reelm.CommentID](in.Body.ReplyTo); err != nil {
			return nil, reelm.Wrong("reply_to", "no-such-comment", "the comment that this answers is not there")
		}
	}
	made, err := v.DB.AddComment(ctx, v.Account.ID, c.ID, text, parent)
	if err != nil {
		return nil, err
	}
	out := &commentOut{}
	out.Body.Comment = wireComment(v, c.Author, made)
	tellComments(v, c.ID, made.ID)
	return out, v.Feed.Acted(ctx, v.Viewer)
}

func (a *API) deleteComment(ctx context.Context, v *visit.Visit, in *clipIDIn) (*struct{}, error) {
	id, err := reelm.ParseID[reelm.CommentID](in.ID)
	if err != nil {
		return nil, err
	}
	clip, err := v.DB.DeleteComment(ctx, v.Account.ID, id)
	if err == nil {
		tellComments(v, clip, id)
	}
	return nil, err
}

type reportIn struct {
	Body struct {
		Clip    string `json:"clip,omitempty" maxLength:"64"`
		Account string `json:"account,omitempty" maxLength:"64" doc:"A handle."`
		Comment string `json:"comment,omitempty" maxLength:"64"`
		Message string `json:"message,omitempty" maxLength:"64"`
		Reason  string `json:"reason" enum:"illegal,violence,hate,sexual,minors,self-harm,harassment,spam,false,copyright,other"`
		Text    string `json:"text,omitempty" maxLength:"20000"`
	}
}

func (a *API) report(ctx context.Context, v *visit.Visit, in *reportIn) (*struct{}, error) {
	r := store.Report{Reporter: v.AccountID(), Reason: in.Body.Reason}
	var err error
	if r.Text, err = reelm.CleanText("text", in.Body.Text, 2000); err != nil {
		return nil, err
	}
	switch b := in.Body; {
	case b.Clip != "":
		c, err := seenClip(ctx, v, b.Clip)
		if err != nil {
			return nil, err
		}
		r.Clip = c.ID
	case b.Account != "":
		acc, _, err := seenAccount(ctx, v, b.Account)
		if err != nil {
			return nil, err
		}
		r.Account = acc.ID
	case b.Comment != "":
		if r.Comment, err = reelm.ParseID[reelm.CommentID](b.Comment); err != nil {
			return nil, err
		}
		if err := v.DB.CommentSeen(ctx, v.AccountID(), r.Comment); err != nil {
			return nil, err
		}
	case b.Message != "":
		if r.Message, err = strconv.ParseInt(b.Message, 10, 64); err != nil {
			return nil, reelm.ErrNotFound
		}
		seen, err := v.DB.MessageSeenBy(ctx, r.Message, v.AccountID())
		if err != nil {
			return nil, err
		}
		if !seen {
			return nil, reelm.ErrNotFound
		}
	default:
		return nil, reelm.Wrong("clip", "nothing-reported", "name a clip, an account or a comment")
	}
	return nil, v.DB.AddReport(ctx, r)
}
