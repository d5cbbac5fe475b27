package web

import (
	"net/url"
	"time"

	"reelm"
)

// ClipPage is one clip with its comments.
type ClipPage struct {
	Layout
	Clip         Clip
	Comments     []Comment
	NextComments string
	CanComment   bool
	ReplyTo      *reelm.Comment
	CommentError string
	More         []Clip // others of the same author
}

// Comment is a comment with its answers.
type Comment struct {
	reelm.Comment
	By      Person
	Answers []Comment
}

// ReplyURL is where one answers without scripts.
func (c Comment) ReplyURL() string {
	return "/c/" + c.Clip.String() + "?reply_to=" + c.ID.String() + "#comment-text"
}

func (ClipPage) template() string { return "clip" }

// OEmbedURL is where other sites ask how to embed the clip.
func (p ClipPage) OEmbedURL() string {
	return p.Origin + "/oembed?format=json&url=" + url.QueryEscape(p.Origin+p.Clip.URL())
}

// VideoObject is the clip in the words of schema.org, as a data block.
func (p ClipPage) VideoObject() map[string]any {
	c := p.Clip
	o := map[string]any{
		"@context": "https://schema.org", "@type": "VideoObject",
		"name": c.Heading(), "description": p.Description,
		"url": p.Origin + c.URL(), "embedUrl": p.Origin + "/embed/" + c.ID.String(),
		"uploadDate": c.When().UTC().Format(time.RFC3339),
		"author":     map[string]any{"@type": "Person", "name": c.By.Shown(), "url": p.Origin + c.By.URL()},
		"interactionStatistic": []any{
			counter("WatchAction", c.Counts.Views), counter("LikeAction", c.Counts.Likes), counter("CommentAction", c.Counts.Comments),
		},
	}
	if c.Duration > 0 {
		o["duration"] = isoDuration(c.Duration)
	}
	if c.PosterURL() != "" {
		o["thumbnailUrl"] = p.Origin + c.PosterURL()
	}
	if first := c.First(); first.URL != "" {
		o["contentUrl"] = p.Origin + first.URL
		o["encodingFormat"] = "video/mp4"
	}
	if c.Language != "" {
		o["inLanguage"] = c.Language
	}
	return o
}

func counter(action string, n int64) map[string]any {
	return map[string]any{"@type": "InteractionCounter", "interactionType": "https://schema.org/" + action, "userInteractionCount": n}
}
