package api

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"reelm"
	"reelm/internal/notify"
	"reelm/internal/store"
	"reelm/internal/visit"
)

type editCommentIn struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Text string `json:"text" maxLength:"20000"`
	}
}

func (a *API) editComment(ctx context.Context, v *visit.Visit, in *editCommentIn) (*commentOut, error) {
	id, err := reelm.ParseID[reelm.CommentID](in.ID)
	if err != nil {
		return nil, err
	}
	text, err := commentText(in.Body.Text)
	if err != nil {
		return nil, err
	}
	c, err := v.DB.EditComment(ctx, v.Account.ID, id, text)
	if err != nil {
		return nil, err
	}
	clip, err := v.DB.Clip(ctx, c.Clip)
	if err != nil {
		return nil, err
	}
	tellComments(v, c.Clip, id)
	out := &commentOut{}
	out.Body.Comment = wireComment(v, clip.Author, c)
	return out, nil
}

func commentText(s string) (string, error) {
	text, err := reelm.CleanText("text", s, reelm.MaxComment)
	if err == nil && text == "" {
		err = reelm.Wrong("text", "empty", "say something")
	}
	return text, err
}

// tellComments tells open pages that a comment of a clip has come, changed or
// gone.
func tellComments(v *visit.Visit, clip reelm.ClipID, id reelm.CommentID) {
	if err := v.Bus.Signal(v.Name, notify.TopicNews, []byte("comments:"+clip.String()+" "+id.String())); err != nil {
		slog.Warn("nobody hears of a comment", "error", err)
	}
}

func (a *API) likeComment(ctx context.Context, v *visit.Visit, in *clipIDIn) (*likeOut, error) {
	return setCommentLike(ctx, v, in.ID, true)
}

func (a *API) unlikeComment(ctx context.Context, v *visit.Visit, in *clipIDIn) (*likeOut, error) {
	return setCommentLike(ctx, v, in.ID, false)
}

func setCommentLike(ctx context.Context, v *visit.Visit, id string, on bool) (*likeOut, error) {
	n, err := reelm.ParseID[reelm.CommentID](id)
	if err != nil {
		return nil, err
	}
	out := &likeOut{}
	out.Body.Liked = on
	out.Body.Likes, err = v.DB.LikeComment(ctx, v.Account.ID, n, on)
	return out, err
}

func (a *API) pinComment(ctx context.Context, v *visit.Visit, in *clipIDIn) (*struct{}, error) {
	return toComment(in.ID, func(id reelm.CommentID) error { return v.DB.PinComment(ctx, v.Account.ID, id, true) })
}

func (a *API) unpinComment(ctx context.Context, v *visit.Visit, in *clipIDIn) (*struct{}, error) {
	return toComment(in.ID, func(id reelm.CommentID) error { return v.DB.PinComment(ctx, v.Account.ID, id, false) })
}

func (a *API) approveComment(ctx context.Context, v *visit.Visit, in *clipIDIn) (*struct{}, error) {
	return toComment(in.ID, func(id reelm.CommentID) error {
		clip, err := v.DB.ApproveComment(ctx, v.Account.ID, id)
		if err == nil {
			tellComments(v, clip, id)
		}
		return err
	})
}

func toComment(id string, do func(reelm.CommentID) error) (*struct{}, error) {
	n, err := reelm.ParseID[reelm.CommentID](id)
	if err != nil {
		return nil, err
	}
	return nil, do(n)
}

// stream begins server-sent events.
func stream(w http.ResponseWriter) *http.ResponseController {
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	return http.NewResponseController(w)
}

// follow sends what show gives, at once and each time that a key is told of,
// with what was said to have changed, until the page is closed. Silence is broken by a comment line.
func follow(w http.ResponseWriter, r *http.Request, v *visit.Visit, key, event string, show func(changed []string) (any, error)) error {
	ear, end := v.Live.Listen(key)
	defer end()
	first, err := show(nil)
	if err != nil {
		return err
	}
	rc := stream(w)
	send := func(format string, args ...any) bool {
		if err := rc.SetWriteDeadline(time.Now().Add(2 * liveEvery)); err != nil {
			return false
		}
		_, err := fmt.Fprintf(w, format, args...)
		return err == nil && rc.Flush() == nil
	}
	tick := time.NewTicker(liveEvery)
	defer tick.Stop()
	for body := first; ; {
		if body != nil {
			b, err := json.Marshal(body)
			if err != nil || !send("event: %s\ndata: %s\n\n", event, b) {
				return nil // the answer has begun
			}
		} else if !send(": still here\n\n") {
			return nil
		}
		body = nil
		select {
		case <-r.Context().Done():
			return nil
		case <-v.Live.Done():
			return nil
		case <-tick.C:
		case <-ear.Changed():
			if body, err = show(ear.Heard()); err != nil {
				return nil
			}
		}
	}
}

// liveComments sends the newest comments of a clip, and then those that come
// and change, and the ids of those that go.
func (a *API) liveComments(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v := visit.From(ctx)
	if err := v.Allow(ctx, reelm.ActLook); err != nil {
		return err
	}
	c, err := seenClip(ctx, v, r.PathValue("id"))
	if err != nil {
		return err
	}
	return follow(w, r, v, "comments:"+c.ID.String(), "comments", func(changed []string) (any, error) {
		if changed != nil {
			return commentsNow(ctx, v, c.ID, changed)
		}
		out, err := a.comments_(ctx, v, &commentsIn{ID: c.ID.String(), Limit: 20, Sort: string(store.CommentsNewest)})
		if err != nil {
			return nil, err
		}
		return out.Body, nil
	})
}

// commentChanges are comments that came or changed, and the ids of those that
// are not there any more.
type commentChanges struct {
	Items []Comment `json:"items"`
	Gone  []string  `json:"gone"`
}

func commentsNow(ctx context.Context, v *visit.Visit, clip reelm.ClipID, changed []string) (*commentChanges, error) {
	c, err := seenClip(ctx, v, clip.String()) // who may see it may have changed too
	if err != nil {
		return nil, err
	}
	var ids []reelm.CommentID
	for _, s := range changed {
		id, err := reelm.ParseID[reelm.CommentID](s)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	rows, err := v.DB.CommentsNow(ctx, v.Reader(), clip, ids)
	if err != nil {
		return nil, err
	}
	out := &commentChanges{Items: []Comment{}, Gone: changed}
	for _, r := range rows {
		if v.MaySeeAccount(r.Author) == nil {
			out.Items = append(out.Items, wireComment(v, c.Author, r))
			out.Gone = slices.DeleteFunc(out.Gone, func(id string) bool { return id == r.ID.String() })
		}
	}
	return out, nil
}

// talkSettings are who may talk to somebody, and how.
type talkSettings struct {
	CommentFilter *[]string `json:"comment_filter,omitempty" maxItems:"200" doc:"Words; comments under one's clips that have one wait to be approved."`
	MessagesFrom  *string   `json:"messages_from,omitempty" enum:"everybody,followed,nobody"`
}

type talkIn struct{ Body talkSettings }

type talkOut struct{ Body talkSettings }

func (a *API) talk(ctx context.Context, v *visit.Visit, _ *struct{}) (*talkOut, error) {
	filter, from, err := v.DB.TalkSettings(ctx, v.Account.ID)
	words := strings.Fields(filter)
	if words == nil {
		words = []string{}
	}
	return &talkOut{talkSettings{&words, &from}}, err
}

func (a *API) setTalk(ctx context.Context, v *visit.Visit, in *talkIn) (*talkOut, error) {
	var filter *string
	if in.Body.CommentFilter != nil {
		var words []string
		for _, w := range *in.Body.CommentFilter {
			for _, f := range reelm.Words(w) {
				if !slices.Contains(words, f) {
					words = append(words, f)
				}
			}
		}
		joined := strings.Join(words, " ")
		if len(joined) > 8000 {
			return nil, reelm.Wrong("comment_filter", "too-long", "at most %d characters", 8000).With("max", 8000)
		}
		filter = &joined
	}
	if err := v.DB.SetTalk(ctx, v.Account.ID, filter, in.Body.MessagesFrom); err != nil {
		return nil, err
	}
	return a.talk(ctx, v, nil)
}
