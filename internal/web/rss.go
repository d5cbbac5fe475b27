package web

import (
	"encoding/xml"
	"fmt"
	"html/template"
	"io"
	"strconv"
	"strings"
	"time"
)

// RSS is a list of clips as a feed: complete text, the video as enclosure with
// its length and type, and the same in the words of Media RSS.
type RSS struct {
	Title, Description, Language string
	Origin                       string // scheme and host
	Page                         string // root-relative address of the list
	Self                         string // of the feed
	Clips                        []Clip
	Comments                     []Comment // of the one clip, newest first
	Private                      bool      // for one person
}

// RSSType is the media type of a feed.
const RSSType = "application/rss+xml; charset=utf-8"

type rssDocument struct {
	XMLName xml.Name   `xml:"rss"`
	Version string     `xml:"version,attr"`
	Media   string     `xml:"xmlns:media,attr"`
	Atom    string     `xml:"xmlns:atom,attr"`
	Content string     `xml:"xmlns:content,attr"`
	DC      string     `xml:"xmlns:dc,attr"`
	Channel rssChannel `xml:"channel"`
}

type rssChannel struct {
	Title       string    `xml:"title"`
	Link        string    `xml:"link"`
	Description string    `xml:"description"`
	Language    string    `xml:"language,omitempty"`
	Self        rssSelf   `xml:"atom:link"`
	Built       string    `xml:"lastBuildDate,omitempty"`
	Items       []rssItem `xml:"item"`
}

type rssSelf struct {
	Href string `xml:"href,attr"`
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
}

type rssItem struct {
	Title       string        `xml:"title"`
	Link        string        `xml:"link"`
	GUID        string        `xml:"guid"`
	Date        string        `xml:"pubDate"`
	Creator     string        `xml:"dc:creator"`
	Categories  []string      `xml:"category"`
	Description string        `xml:"description"`
	Content     string        `xml:"content:encoded"`
	Enclosure   *rssEnclosure `xml:"enclosure"`
	Media       []rssMedia    `xml:"media:content"`
	Thumbnail   *rssThumbnail `xml:"media:thumbnail"`
}

type rssEnclosure struct {
	URL    string `xml:"url,attr"`
	Length int64  `xml:"length,attr"`
	Type   string `xml:"type,attr"`
}

type rssMedia struct {
	URL      string `xml:"url,attr"`
	Size     int64  `xml:"fileSize,attr"`
	Type     string `xml:"type,attr"`
	Medium   string `xml:"medium,attr"`
	Bitrate  int    `xml:"bitrate,attr,omitempty"` // kbit/s
	Width    int    `xml:"width,attr"`
	Height   int    `xml:"height,attr"`
	Duration string `xml:"duration,attr"` // seconds
	Default  bool   `xml:"isDefault,attr"`
}

type rssThumbnail struct {
	URL string `xml:"url,attr"`
}

// WriteTo writes the feed.
func (f RSS) WriteTo(w io.Writer) (int64, error) {
	doc := rssDocument{
		Version: "2.0", Media: "http://search.yahoo.com/mrss/", Atom: "http://www.w3.org/2005/Atom",
		Content: "http://purl.org/rss/1.0/modules/content/", DC: "http://purl.org/dc/elements/1.1/",
		Channel: rssChannel{
			Title: printable(f.Title), Link: f.Origin + f.Page, Description: printable(f.Description), Language: f.Language,
			Self: rssSelf{f.Origin + f.Self, "self", "application/rss+xml"},
		},
	}
	var newest time.Time
	for _, c := range f.Comments {
		doc.Channel.Items = append(doc.Channel.Items, f.comment(c))
		if c.Created.After(newest) {
			newest = c.Created
		}
	}
	for _, c := range f.Clips {
		doc.Channel.Items = append(doc.Channel.Items, f.item(c))
		if c.When().After(newest) {
			newest = c.When()
		}
	}
	if !newest.IsZero() {
		doc.Channel.Built = rssDate(newest)
	}
	b, err := xml.MarshalIndent(doc, "", " ")
	if err != nil {
		return 0, fmt.Errorf("writing the feed %s: %w", f.Self, err)
	}
	n, err := w.Write(append([]byte(xml.Header), b...))
	return int64(n), err
}

// comment is one comment as an entry.
func (f RSS) comment(c Comment) rssItem {
	link := f.Origin + "/c/" + c.Clip.String() + "#comment-" + c.ID.String()
	text := printable(c.Text)
	return rssItem{
		Title: printable(c.By.Shown()) + ": " + shorten(strings.Join(strings.Fields(text), " "), 80), Link: link, GUID: link, Date: rssDate(c.Created),
		Creator: printable(c.By.Shown()) + " (@" + c.By.Handle + ")", Description: text, Content: f.linked(text),
	}
}

func (f RSS) item(c Clip) rssItem {
	link := f.Origin + c.URL
	i := rssItem{
		Title: printable(c.Heading()), Link: link, GUID: link, Date: rssDate(c.When()),
		Creator: printable(c.By().Shown()) + " (@" + c.Author.Handle + ")", Categories: c.Tags,
		Description: printable(c.Caption), Content: f.content(c),
	}
	first := c.First()
	if first.URL != "" {
		i.Enclosure = &rssEnclosure{f.Origin + first.URL, first.Bytes, "video/mp4"}
	}
	for _, r := range c.Renditions {
		i.Media = append(i.Media, rssMedia{
			URL: f.Origin + r.URL, Size: r.Bytes, Type: "video/mp4", Medium: "video", Bitrate: r.Bitrate / 1000,
			Width: r.Width, Height: r.Lines, Duration: strconv.FormatFloat(c.Duration().Seconds(), 'f', 1, 64), Default: r.URL == first.URL,
		})
	}
	if c.Poster != "" {
		i.Thumbnail = &rssThumbnail{f.Origin + c.Poster}
	}
	return i
}

// content is the caption as HTML, its tags and mentions as links, under the
// poster.
func (f RSS) content(c Clip) string {
	var b strings.Builder
	if p := c.Poster; p != "" {
		fmt.Fprintf(&b, `<p><a href="%s"><img src="%s" alt="" width="270"></a></p>`,
			template.HTMLEscapeString(f.Origin+c.URL), template.HTMLEscapeString(f.Origin+p))
	}
	return b.String() + f.linked(c.Caption)
}

// linked is a text as HTML, its tags and mentions as links.
func (f RSS) linked(text string) string {
	var b strings.Builder
	b.WriteString("<p>")
	for _, p := range linkPieces(printable(text)) {
		text := strings.ReplaceAll(template.HTMLEscapeString(p.Text), "\n", "<br>")
		if p.Link == "" {
			b.WriteString(text)
			continue
		}
		fmt.Fprintf(&b, `<a href="%s">%s</a>`, template.HTMLEscapeString(f.Origin+p.Link), text)
	}
	b.WriteString("</p>")
	return b.String()
}

func rssDate(t time.Time) string { return t.UTC().Format(time.RFC1123Z) }

// printable drops what XML 1.0 cannot carry.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || r >= 0x20 && r != 0xFFFE && r != 0xFFFF {
			return r
		}
		return -1
	}, s)
}
