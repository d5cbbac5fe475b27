package api

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"reelm"
	"reelm/internal/store"
	"reelm/internal/visit"
)

// Notice is something that happened to whoever asks.
type Notice struct {
	Kind    string    `json:"kind" enum:"like,comment,reply,mention,comment_like,follow,follow_request,follow_accepted"`
	Actors  []Author  `json:"actors" doc:"The newest three."`
	Others  int64     `json:"others" doc:"How many more."`
	Clip    *string   `json:"clip"`
	Comment *string   `json:"comment"`
	Text    string    `json:"text"`
	Seen    bool      `json:"seen"`
	URL     string    `json:"url" doc:"Where it happened."`
	Created time.Time `json:"created"`
}

type noticesOut struct {
	CacheControl string `header:"Cache-Control"`
	Body         struct {
		Items []Notice `json:"items"`
		Next  *string  `json:"next"`
	}
}

func (a *API) inbox(ctx context.Context, v *visit.Visit, in *listIn) (*noticesOut, error) {
	p, err := page(in.Next, in.Limit)
	if err != nil {
		return nil, err
	}
	items, cursor, err := Notices(ctx, v, p)
	if err != nil {
		return nil, err
	}
	out := &noticesOut{CacheControl: "private, no-store"}
	out.Body.Items, out.Body.Next = items, next(cursor.String())
	return out, nil
}

// Notices shows what happened to a visitor.
func Notices(ctx context.Context, v *visit.Visit, p store.Page) ([]Notice, store.Cursor, error) {
	rows, cursor, err := v.DB.Notices(ctx, v.Account.ID, p)
	if err != nil {
		return nil, cursor, err
	}
	items := make([]Notice, len(rows))
	for i, n := range rows {
		items[i] = Notice{Kind: string(n.Kind), Others: n.Others, Text: n.Text, Seen: n.Seen, Created: n.Created, URL: "/inbox"}
		for _, who := range n.Actors {
			items[i].Actors = append(items[i].Actors, wireAuthor(who.Handle, who.Name, who.Avatar, false))
		}
		switch {
		case n.Clip != 0:
			clip := n.Clip.String()
			items[i].Clip, items[i].URL = &clip, "/c/"+clip
			if n.Comment != 0 {
				comment := n.Comment.String()
				items[i].Comment, items[i].URL = &comment, items[i].URL+"#comment-"+comment
			}
		case n.Kind == store.NoticeRequest:
			items[i].URL = "/settings/privacy"
		default:
			items[i].URL = items[i].Actors[0].URL
		}
	}
	return items, cursor, nil
}

func (a *API) seeInbox(ctx context.Context, v *visit.Visit, _ *struct{}) (*struct{}, error) {
	return nil, v.DB.SeeNotices(ctx, v.Account.ID)
}

// Unseen is what waits to be looked at.
type Unseen struct {
	Notices  int64 `json:"notices"`
	Messages int64 `json:"messages" doc:"Conversations with something new."`
}

// liveInbox sends what waits, each time that something happens.
func (a *API) liveInbox(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v := visit.From(ctx)
	if err := v.Allow(ctx, reelm.ActLook); err != nil {
		return err
	}
	if _, err := v.NeedAccount(); err != nil {
		return err
	}
	return follow(w, r, v, "inbox:"+v.Account.ID.String(), "inbox", func([]string) (any, error) {
		var u Unseen
		var err error
		u.Notices, u.Messages, err = v.DB.Unseen(ctx, v.Account.ID)
		return u, err
	})
}

// NoticeSettings are what somebody wants to hear of.
type NoticeSettings struct {
	Off        []string `json:"off" doc:"Kinds that are not told at all."`
	NoPush     []string `json:"no_push" doc:"Kinds that do not ring on the phone."`
	QuietFrom  *string  `json:"quiet_from" doc:"Nothing rings from then on, as 22:00."`
	QuietUntil *string  `json:"quiet_until"`
	Zone       string   `json:"zone,omitempty" maxLength:"64" doc:"IANA time zone of the quiet hours."`
}

type noticeSettingsIn struct{ Body NoticeSettings }

type noticeSettingsOut struct{ Body NoticeSettings }

func (a *API) noticeSettings(ctx context.Context, v *visit.Visit, _ *struct{}) (*noticeSettingsOut, error) {
	s, err := v.DB.NoticeSettings(ctx, v.Account.ID)
	out := &noticeSettingsOut{NoticeSettings{Off: []string{}, NoPush: []string{}, Zone: s.Zone, QuietFrom: clock(s.QuietFrom), QuietUntil: clock(s.QuietUntil)}}
	for _, k := range s.Off {
		out.Body.Off = append(out.Body.Off, string(k))
	}
	for _, k := range s.NoPush {
		out.Body.NoPush = append(out.Body.NoPush, string(k))
	}
	return out, err
}

func clock(minutes int) *string {
	if minutes < 0 {
		return nil
	}
	s := time.Date(0, 1, 1, minutes/60, minutes%60, 0, 0, time.UTC).Format("15:04")
	return &s
}

func minutes(field string, s *string) (int, error) {
	if s == nil || *s == "" {
		return -1, nil
	}
	t, err := time.Parse("15:04", *s)
	if err != nil {
		return 0, reelm.Wrong(field, "bad-clock", "a time like 22:00")
	}
	return t.Hour()*60 + t.Minute(), nil
}

func (a *API) setNoticeSettings(ctx context.Context, v *visit.Visit, in *noticeSettingsIn) (*noticeSettingsOut, error) {
	s := store.NoticeSettings{Zone: in.Body.Zone}
	var err error
	if s.QuietFrom, err = minutes("quiet_from", in.Body.QuietFrom); err != nil {
		return nil, err
	}
	if s.QuietUntil, err = minutes("quiet_until", in.Body.QuietUntil); err != nil {
		return nil, err
	}
	if s.Zone == "" {
		s.Zone = "UTC"
	}
	if _, err := time.LoadLocation(s.Zone); err != nil {
		return nil, reelm.Wrong("zone", "bad-zone", "a time zone like Europe/Berlin")
	}
	for _, list := range []struct {
		from []string
		to   *[]store.NoticeKind
	}{{in.Body.Off, &s.Off}, {in.Body.NoPush, &s.NoPush}} {
		for _, k := range list.from {
			if !slices.Contains(store.NoticeKinds, store.NoticeKind(k)) {
				return nil, reelm.Wrong("off", "bad-kind", "%.40q is no kind of notification", k)
			}
			*list.to = append(*list.to, store.NoticeKind(k))
		}
	}
	if err := v.DB.SetNoticeSettings(ctx, v.Account.ID, s); err != nil {
		return nil, err
	}
	return a.noticeSettings(ctx, v, nil)
}

// Message is what somebody wrote.
type Message struct {
	ID      string    `json:"id"`
	Mine    bool      `json:"mine"`
	Text    string    `json:"text"`
	Clip    *Clip     `json:"clip" doc:"A clip that was sent, as whoever reads may see it; null if there is none."`
	Created time.Time `json:"created"`
}

// Talk is a conversation.
type Talk struct {
	With    Author    `json:"with"`
	Request bool      `json:"request" doc:"Of a stranger: not taken up yet."`
	New     bool      `json:"new"`
	Text    string    `json:"text" doc:"Of the newest message."`
	Created time.Time `json:"created"`
	URL     string    `json:"url"`
}

type talksIn struct {
	Requests bool `query:"requests" doc:"What strangers wrote."`
	listIn
}

type talksOut struct {
	CacheControl string `header:"Cache-Control"`
	Body         struct {
		Items []Talk  `json:"items"`
		Next  *string `json:"next"`
	}
}

func (a *API) talks(ctx context.Context, v *visit.Visit, in *talksIn) (*talksOut, error) {
	p, err := page(in.Next, in.Limit)
	if err != nil {
		return nil, err
	}
	items, cursor, err := Talks(ctx, v, in.Requests, p)
	if err != nil {
		return nil, err
	}
	out := &talksOut{CacheControl: "private, no-store"}
	out.Body.Items, out.Body.Next = items, next(cursor.String())
	return out, nil
}

// Talks shows a visitor's conversations.
func Talks(ctx context.Context, v *visit.Visit, requests bool, p store.Page) ([]Talk, store.Cursor, error) {
	rows, cursor, err := v.DB.Talks(ctx, v.Account.ID, requests, p)
	items := make([]Talk, len(rows))
	for i, k := range rows {
		items[i] = Talk{With: wireAuthor(k.With.Handle, k.With.Name, k.With.Avatar, false), Request: !k.Taken, New: k.New,
			Text: k.Last.Text, Created: k.Last.Created, URL: "/messages/@" + k.With.Handle}
	}
	return items, cursor, err
}

type messagesIn struct {
	Handle string `path:"handle" maxLength:"64"`
	listIn
}

type messagesOut struct {
	CacheControl string `header:"Cache-Control"`
	Body         struct {
		Items []Message `json:"items" doc:"The newest first."`
		Next  *string   `json:"next"`
	}
}

func (a *API) messages(ctx context.Context, v *visit.Visit, in *messagesIn) (*messagesOut, error) {
	acc, _, err := seenAccount(ctx, v, in.Handle)
	if err != nil {
		return nil, err
	}
	p, err := page(in.Next, in.Limit)
	if err != nil {
		return nil, err
	}
	items, cursor, err := Messages(ctx, v, acc, p)
	if err != nil {
		return nil, err
	}
	out := &messagesOut{CacheControl: "private, no-store"}
	out.Body.Items, out.Body.Next = items, next(cursor.String())
	return out, nil
}

// Messages shows what a visitor and somebody wrote to each other. Clips that
// the visitor may not see any more are left out of it.
func Messages(ctx context.Context, v *visit.Visit, with *reelm.Account, p store.Page) ([]Message, store.Cursor, error) {
	rows, cursor, err := v.DB.Messages(ctx, v.Account.ID, with.ID, p)
	if err != nil {
		return nil, cursor, err
	}
	muted, err := v.DB.MutesOf(ctx, v.Viewer)
	if err != nil {
		return nil, cursor, err
	}
	items := []Message{}
	for _, m := range rows {
		if m.Author != v.Account.ID && muted.HidesText(m.Text) {
			continue
		}
		w, err := wireMessage(ctx, v, m)
		if err != nil {
			return nil, cursor, err
		}
		items = append(items, w)
	}
	return items, cursor, nil
}

func wireMessage(ctx context.Context, v *visit.Visit, m store.Message) (Message, error) {
	out := Message{ID: strconv.FormatInt(m.ID, 10), Mine: m.Author == v.Account.ID, Text: m.Text, Created: m.Created}
	if m.Clip == 0 {
		return out, nil
	}
	c, err := v.DB.Clip(ctx, m.Clip)
	if err == nil {
		err = v.MaySee(ctx, c)
	}
	if k := reelm.KindOf(err); err != nil && k != reelm.Internal {
		return out, nil
	} else if err != nil {
		return out, err
	}
	w, err := WireClip(ctx, v, c)
	out.Clip = &w
	return out, err
}

type sendIn struct {
	Handle string `path:"handle" maxLength:"64"`
	Body   struct {
		Text string `json:"text,omitempty" maxLength:"20000"`
		Clip string `json:"clip,omitempty" maxLength:"64"`
	}
}

type messageOut struct {
	Body struct {
		Message Message `json:"message"`
	}
}

func (a *API) sendMessage(ctx context.Context, v *visit.Visit, in *sendIn) (*messageOut, error) {
	if !a.comments.Allow(v.Name+" "+v.Account.Handle, 1, a.now()) {
		return nil, reelm.ErrLimited
	}
	acc, _, err := seenAccount(ctx, v, in.Handle)
	if err != nil {
		return nil, err
	}
	text, err := reelm.CleanText("text", in.Body.Text, reelm.MaxComment)
	if err != nil {
		return nil, err
	}
	var clip reelm.ClipID
	if in.Body.Clip != "" {
		c, err := seenClip(ctx, v, in.Body.Clip)
		if err != nil {
			return nil, err
		}
		clip = c.ID
	}
	if text == "" && clip == 0 {
		return nil, reelm.Wrong("text", "empty", "say something")
	}
	m, err := v.DB.SendMessage(ctx, v.Account.ID, acc.ID, text, clip)
	if err != nil {
		return nil, err
	}
	out := &messageOut{}
	out.Body.Message, err = wireMessage(ctx, v, *m)
	return out, err
}

func (a *API) takeUp(ctx context.Context, v *visit.Visit, in *handleIn) (*struct{}, error) {
	acc, _, err := seenAccount(ctx, v, in.Handle)
	if err != nil {
		return nil, err
	}
	return nil, v.DB.TakeUp(ctx, v.Account.ID, acc.ID)
}

func (a *API) clearTalk(ctx context.Context, v *visit.Visit, in *handleIn) (*struct{}, error) {
	acc, err := accountToBlock(ctx, v, in.Handle)
	if err != nil {
		return nil, err
	}
	return nil, v.DB.ClearTalk(ctx, v.Account.ID, acc.ID)
}
