package api

import (
	"context"
	"encoding/base64"
	"time"

	"reelm"
	"reelm/internal/store"
	"reelm/internal/visit"
)

// Clip is a clip as the API shows it, everywhere the same.
type Clip struct {
	ID         string      `json:"id"`
	URL        string      `json:"url"`
	State      string      `json:"state" enum:"uploading,processing,held,ready,failed,removed"`
	Progress   int         `json:"progress" doc:"Percent, while processing."`
	Preview    string      `json:"preview,omitempty" doc:"What the author can play before anybody else. Only the author gets it."`
	Error      *Fault      `json:"error"`
	Caption    string      `json:"caption"`
	Tags       []string    `json:"tags"`
	Author     Author      `json:"author"`
	Sound      *Sound      `json:"sound"`
	DurationMS int64       `json:"duration_ms"`
	Width      int         `json:"width"`
	Height     int         `json:"height"`
	Renditions []Rendition `json:"renditions"`
	Subtitles  []Subtitle  `json:"subtitles"`
	Poster     string      `json:"poster,omitempty"`
	ThumbHash  string      `json:"thumbhash,omitempty" doc:"Placeholder, base64 of evanw's ThumbHash."`
	Waveform   string      `json:"waveform,omitempty" doc:"64 peaks of the sound, base64 of bytes."`
	Counts     Counts      `json:"counts"`
	Liked      bool        `json:"liked"`
	Visibility string      `json:"visibility"`
	Language   string      `json:"language,omitempty"`
	Created    time.Time   `json:"created"`
	Published  *time.Time  `json:"published"`
}

// Fault is why a clip failed.
type Fault struct {
	Code   string `json:"code"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
	Retry  bool   `json:"retry" doc:"Whether trying again may help."`
}

// Author is the account behind a clip or a comment.
type Author struct {
	Handle    string `json:"handle"`
	Name      string `json:"name"`
	Avatar    string `json:"avatar,omitempty"`
	URL       string `json:"url"`
	Following bool   `json:"following" doc:"Whether who asks follows them."`
}

// Sound is the sound of a clip.
type Sound struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	URL  string `json:"url"`
}

// Rendition is one encoded form of a clip.
type Rendition struct {
	Height  int    `json:"height" doc:"The shorter side, as in 540p."`
	Width   int    `json:"width" doc:"Pixels as encoded."`
	Lines   int    `json:"lines" doc:"Pixels as encoded."`
	URL     string `json:"url"`
	Type    string `json:"type"`
	Codecs  string `json:"codecs"`
	Bitrate int    `json:"bitrate" doc:"Bits per second."`
	Bytes   int64  `json:"bytes"`
}

// Counts are what a clip has gathered.
type Counts struct {
	Views    int64 `json:"views"`
	Likes    int64 `json:"likes"`
	Comments int64 `json:"comments"`
	Shares   int64 `json:"shares"`
}

// mediaLife is how long a signed address of media is good.
const mediaLife = time.Hour

// wireClips shows clips to a visitor, in order.
func wireClips(ctx context.Context, v *visit.Visit, clips []*reelm.Clip) ([]Clip, error) {
	p, err := v.DB.PersonalTo(ctx, v.AccountID(), clips)
	if err != nil {
		return nil, err
	}
	if err := v.DB.FillSubtitles(ctx, clips); err != nil {
		return nil, err
	}
	out := make([]Clip, len(clips))
	for i, c := range clips {
		if out[i], err = wireClip(v, c, p); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func wireClip(v *visit.Visit, c *reelm.Clip, p store.Personal) (Clip, error) {
	mine := c.Author == v.AccountID()
	out := Clip{
		ID: c.ID.String(), URL: "/c/" + c.ID.String(), State: string(c.State), Progress: c.Progress, Caption: c.Caption, Tags: c.Tags,
		Author:     wireAuthor(c.Handle, c.AuthorName, c.Avatar, p.Following[c.Author]),
		DurationMS: c.Duration.Milliseconds(), Width: c.Width, Height: c.Height, Liked: p.Liked[c.ID],
		Visibility: string(c.Visibility), Language: c.Language, Created: c.Created, Renditions: []Rendition{}, Subtitles: []Subtitle{},
		ThumbHash: base64.StdEncoding.EncodeToString(c.ThumbHash), Waveform: base64.StdEncoding.EncodeToString(c.Waveform),
	}
	if out.Tags == nil {
		out.Tags = []string{}
	}
	if !c.Published.IsZero() {
		out.Published = &c.Published
	}
	if c.Sound != 0 {
		out.Sound = &Sound{ID: c.Sound.String(), Name: c.SoundName, URL: "/sound/" + c.Sound.String()}
	}
	out.Counts.Views, out.Counts.Shares = v.Feed.Counts(c.ID)
	out.Counts.Likes, out.Counts.Comments = c.Counts.Likes-p.HiddenLikes[c.ID], c.Counts.Comments-p.HiddenComments[c.ID]
	if c.Fault != nil && mine {
		what, _ := v.Lang.Fault(c.Fault)
		out.Error = &Fault{Code: c.Fault.Code, Title: what, Detail: c.Fault.Detail, Retry: c.Fault.Retry}
	}
	m := Media{v.Place, c, v.Now(), v.AccountID()}
	var err error
	if c.Preview != "" && mine && c.State != reelm.ClipReady {
		if out.Preview, err = m.private(c.Preview); err != nil {
			return out, err
		}
	}
	if c.State != reelm.ClipReady && c.State != reelm.ClipHeld {
		return out, nil
	}
	if out.Poster, err = m.URL(c.Poster); err != nil {
		return out, err
	}
	for _, sub := range c.Subtitles {
		url, err := m.URL(sub.File)
		if err != nil {
			return out, err
		}
		out.Subtitles = append(out.Subtitles, Subtitle{sub.Language, languageName(sub.Language), url})
	}
	for _, r := range c.Renditions {
		url, err := m.URL(r.File)
		if err != nil {
			return out, err
		}
		out.Renditions = append(out.Renditions, Rendition{Height: r.Height, Width: r.W, Lines: r.H, URL: url, Type: "video/mp4", Codecs: r.Codecs, Bitrate: r.Bitrate, Bytes: r.Bytes})
	}
	return out, nil
}

func wireAuthor(handle, name, avatar string, following bool) Author {
	a := Author{Handle: handle, Name: name, URL: "/@" + handle, Following: following}
	if avatar != "" {
		a.Avatar = AvatarURL(avatar)
	}
	return a
}

// Account is an account as the API shows it.
type Account struct {
	Author
	ID        string    `json:"id"`
	Bio       string    `json:"bio"`
	Private   bool      `json:"private"`
	Followers int64     `json:"followers"`
	Follows   int64     `json:"follows"`
	Clips     int64     `json:"clips"`
	Created   time.Time `json:"created"`
	Me        *Me       `json:"me,omitempty" doc:"What only the account itself gets to see."`
}

// Me is what only the account itself gets to see.
type Me struct {
	Role     string `json:"role"`
	Email    string `json:"email"`
	Language string `json:"language"`
	Birthday string `json:"birthday"`
	Learn    bool   `json:"learn" doc:"May Reelm learn from what this account watches."`
}

func wireAccount(v *visit.Visit, a *reelm.Account, following bool) Account {
	out := Account{
		Author: wireAuthor(a.Handle, a.Name, a.Avatar, following), ID: a.ID.String(), Bio: a.Bio, Private: a.Private,
		Followers: a.Followers, Follows: a.Following, Clips: a.Clips, Created: a.Created,
	}
	if a.ID == v.AccountID() {
		out.Me = wireMe(a)
	}
	return out
}

func wireMe(a *reelm.Account) *Me {
	return &Me{Role: string(a.Role), Email: a.Email, Language: a.Language, Birthday: a.Birthday, Learn: a.Learn}
}

// Comment is a comment as the API shows it.
type Comment struct {
	ID      string    `json:"id"`
	Author  Author    `json:"author"`
	Text    string    `json:"text"`
	Parent  *string   `json:"parent"`
	Likes   int64     `json:"likes"`
	Replies int64     `json:"replies"`
	Created time.Time `json:"created"`
	Edited  bool      `json:"edited"`
	Liked   bool      `json:"liked"`
	Pinned  bool      `json:"pinned" doc:"By the clip's author."`
	Waiting bool      `json:"waiting" doc:"It has a word that the clip's author filters; only they and its author see it."`
	May     []string  `json:"may" doc:"What whoever asks may do about it: edit, delete, pin, approve."`
}

// May lists what a visitor may do about a comment under a clip of an author.
func May(v *visit.Visit, author reelm.AccountID, c *reelm.Comment) []string {
	may, me := []string{}, v.AccountID()
	if me == 0 {
		return may
	}
	if c.Author == me && v.Now().Sub(c.Created) <= store.EditWindow {
		may = append(may, "edit")
	}
	if c.Author == me || author == me || v.Is(reelm.RoleModerator) {
		may = append(may, "delete")
	}
	if author == me && c.Held {
		may = append(may, "approve")
	} else if author == me && c.Parent == 0 {
		may = append(may, "pin")
	}
	return may
}

func wireComment(v *visit.Visit, author reelm.AccountID, c *reelm.Comment) Comment {
	out := Comment{ID: c.ID.String(), Author: wireAuthor(c.Handle, c.Name, c.Avatar, false), Text: c.Text, Likes: c.Likes, Replies: c.Replies, Created: c.Created,
		Edited: !c.Edited.IsZero(), Liked: c.Liked, Pinned: c.Pinned, Waiting: c.Held,
		May: May(v, author, c)}
	if c.Parent != 0 {
		p := c.Parent.String()
		out.Parent = &p
	}
	return out
}

// next is the cursor of a list as JSON has it: null at the end.
func next(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// page reads a list's parameters.
func page(after string, limit int) (store.Page, error) {
	c, err := store.ParseCursor(after)
	return store.Page{After: c, Limit: limit}, err
}
