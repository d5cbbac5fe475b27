package web

import (
	"fmt"
	"html/template"
)

// OEmbed is the answer to who wants to embed a clip (oembed.com, version 1.0).
type OEmbed struct {
	Type         string `json:"type"`
	Version      string `json:"version"`
	Title        string `json:"title"`
	AuthorName   string `json:"author_name"`
	AuthorURL    string `json:"author_url"`
	ProviderName string `json:"provider_name"`
	ProviderURL  string `json:"provider_url"`
	HTML         string `json:"html"`
	Width        int    `json:"width"`
	Height       int    `json:"height"`
	Thumbnail    string `json:"thumbnail_url,omitempty"`
}

// embedHeight is what a player has by default, in CSS pixels.
const embedHeight = 640

// NewOEmbed describes a clip of a realm whose pages are at origin, at most
// maxWidth and maxHeight pixels large where they are above zero.
func NewOEmbed(c Clip, origin, realm string, maxWidth, maxHeight int) OEmbed {
	width, height := c.Width, c.Height
	if width <= 0 || height <= 0 {
		width, height = 9, 16
	}
	w, h := embedHeight*width/height, embedHeight
	if maxHeight > 0 && h > maxHeight {
		w, h = max(1, w*maxHeight/h), maxHeight
	}
	if maxWidth > 0 && w > maxWidth {
		w, h = maxWidth, max(1, h*maxWidth/w)
	}
	o := OEmbed{
		Type: "video", Version: "1.0", Title: c.Heading(), AuthorName: c.By().Shown(), AuthorURL: origin + c.Author.URL,
		ProviderName: realm, ProviderURL: origin, Width: w, Height: h,
		HTML: fmt.Sprintf(`<iframe src="%s" width="%d" height="%d" title="%s" allow="fullscreen; picture-in-picture" loading="lazy"></iframe>`,
			template.HTMLEscapeString(origin+"/embed/"+c.ID), w, h, template.HTMLEscapeString(c.Heading())),
	}
	if c.Poster != "" {
		o.Thumbnail = origin + c.Poster
	}
	return o
}
