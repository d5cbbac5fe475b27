package web_test

import (
	"encoding/xml"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"reelm"
)

type feedDoc struct {
	Title string   `xml:"channel>title"`
	Link  []string `xml:"channel>link"` // atom:link too
	Items []struct {
		Title     string   `xml:"title"`
		Link      string   `xml:"link"`
		GUID      string   `xml:"guid"`
		Date      string   `xml:"pubDate"`
		Text      string   `xml:"description"`
		HTML      string   `xml:"http://purl.org/rss/1.0/modules/content/ encoded"`
		Tags      []string `xml:"category"`
		Enclosure struct {
			URL    string `xml:"url,attr"`
			Length int64  `xml:"length,attr"`
			Type   string `xml:"type,attr"`
		} `xml:"enclosure"`
		Media []struct {
			URL    string `xml:"url,attr"`
			Size   int64  `xml:"fileSize,attr"`
			Width  int    `xml:"width,attr"`
			Medium string `xml:"medium,attr"`
		} `xml:"http://search.yahoo.com/mrss/ content"`
	} `xml:"channel>item"`
}

func (b *browser) feed(path string) feedDoc {
	b.Helper()
	p := b.get(path)
	if p.status != http.StatusOK || p.header.Get("Content-Type") != "application/rss+xml; charset=utf-8" {
		b.Fatalf("%s answers %d %s", path, p.status, p.header.Get("Content-Type"))
	}
	var d feedDoc
	if err := xml.Unmarshal([]byte(p.body), &d); err != nil {
		b.Fatalf("%s: %v\n%s", path, err, p.body)
	}
	return d
}

func TestEveryListHasAFeed(t *testing.T) {
	h := newHouse(t)
	moor := h.Account(h.r, "nordlicht")
	long := "Hello <b>world</b> & \"friends\" #sun\n" + strings.Repeat("and on it goes ", 60) + "to the very end."
	c := h.publish(moor, long)
	h.publish(h.Account(h.r, "okan"), "other #moon")
	b := h.browser()
	for path, want := range map[string]int{"/.rss": 2, "/@nordlicht.rss": 1, "/tag/sun.rss": 1, "/search.rss?q=sun": 1, "/search.rss?q=none": 0} {
		d := b.feed(path)
		if len(d.Items) != want || !strings.HasPrefix(d.Link[0], h.base+"/") {
			t.Errorf("%s has %d clips, not %d, and leads to %s", path, len(d.Items), want, d.Link)
		}
	}
	it := b.feed("/@nordlicht.rss").Items[0]
	if it.Text != long || !strings.Contains(it.HTML, "to the very end.") {
		t.Error("the text is not complete")
	}
	if strings.Contains(it.HTML, "<b>") || !strings.Contains(it.HTML, "&lt;b&gt;world") || !strings.Contains(it.HTML, `<a href="`+h.base+`/tag/sun">#sun</a>`) {
		t.Errorf("its HTML is %s", it.HTML)
	}
	if it.Link != h.base+"/c/"+c.ID.String() || it.GUID != it.Link || len(it.Tags) != 1 {
		t.Errorf("it leads to %s (%s), tags %v", it.Link, it.GUID, it.Tags)
	}
	if _, err := time.Parse(time.RFC1123Z, it.Date); err != nil {
		t.Error(err)
	}
	e := it.Enclosure
	if !strings.HasPrefix(e.URL, h.base+"/media/") || e.Length != 1000 || e.Type != "video/mp4" {
		t.Errorf("its enclosure is %+v", e)
	}
	if len(it.Media) != 1 || it.Media[0].Size != 1000 || it.Media[0].Width != 540 || it.Media[0].Medium != "video" {
		t.Errorf("its media are %+v", it.Media)
	}
}

// TestWhatIsSaidAboutAClipIsAFeed: its comments, answers among them, newest
// first, then the clip itself; nothing that waits for its author.
func TestWhatIsSaidAboutAClipIsAFeed(t *testing.T) {
	h := newHouse(t)
	moor, okan := h.Account(h.r, "nordlicht"), h.Account(h.r, "okan")
	c := h.publish(moor, "Fog over the moor #moor")
	b := h.browser()
	if d := b.feed("/c/" + c.ID.String() + ".rss"); len(d.Items) != 1 || d.Items[0].Enclosure.Length != 1000 {
		t.Fatalf("without comments: %+v", d.Items)
	}
	first, err := h.r.DB.AddComment(t.Context(), okan.ID, c.ID, "Where\nis <that>? #moor", 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.r.DB.AddComment(t.Context(), moor.ID, c.ID, "Behind the mill, @okan", first.ID); err != nil {
		t.Fatal(err)
	}
	filter := "mud"
	if err := h.r.DB.SetTalk(t.Context(), moor.ID, &filter, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := h.r.DB.AddComment(t.Context(), okan.ID, c.ID, "Nothing but mud", 0); err != nil {
		t.Fatal(err)
	}
	d := b.feed("/c/" + c.ID.String() + ".rss")
	if len(d.Items) != 3 || d.Items[0].Text != "Behind the mill, @okan" || d.Items[1].Text != "Where\nis <that>? #moor" {
		t.Fatalf("%+v", d.Items)
	}
	said := d.Items[1]
	if said.Link != h.base+"/c/"+c.ID.String()+"#comment-"+first.ID.String() || said.GUID != said.Link || said.Title != "okan: Where is <that>? #moor" {
		t.Errorf("%q leads to %s (%s)", said.Title, said.Link, said.GUID)
	}
	if !strings.Contains(said.HTML, "&lt;that&gt;") || !strings.Contains(said.HTML, h.base+"/tag/moor") {
		t.Errorf("its HTML is %s", said.HTML)
	}
}

func TestPagesNameTheirFeeds(t *testing.T) {
	h, c, _ := town(t)
	b := h.browser()
	clip := "/c/" + c.ID.String()
	for path, feeds := range map[string][]string{"/": {"/.rss"}, "/@nordlicht": {"/@nordlicht.rss"}, clip: {"/@nordlicht.rss", clip + ".rss"}, "/tag/sun": {"/tag/sun.rss"}, "/search?q=sun": {"/search.rss?q=sun"}} {
		var got []string
		for _, n := range b.get(path).all("link[type=application/rss+xml]") {
			got = append(got, attr(n, "href"))
		}
		if !slices.Equal(got, feeds) {
			t.Errorf("%s names the feeds %q, not %q", path, got, feeds)
		}
		for _, feed := range feeds {
			b.feed(feed)
		}
	}
}

func TestFeedsKeepWhatIsNotPublic(t *testing.T) {
	h := newHouse(t)
	moor := h.Account(h.r, "nordlicht")
	unlisted := h.publish(moor, "unlisted #sun")
	v := reelm.Unlisted
	if _, err := h.r.DB.EditClip(t.Context(), unlisted.ID, storeEdit(v)); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/.rss", "/@nordlicht.rss", "/tag/sun.rss", "/search.rss?q=sun"} {
		if d := h.browser().feed(path); len(d.Items) != 0 {
			t.Errorf("%s tells of an unlisted clip", path)
		}
	}
	if p := h.browser().get("/c/" + unlisted.ID.String()); p.status != http.StatusOK || !p.has("meta[name=robots]") {
		t.Errorf("whoever has the address gets %d", p.status)
	}
}
