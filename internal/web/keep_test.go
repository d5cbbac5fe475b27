package web_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestKeepingByForm(t *testing.T) {
	h := newHouse(t)
	c := h.publish(h.Account(h.r, "nordlicht"), "a clip")
	at := "/c/" + c.ID.String()
	if p := h.browser().get(at + "/keep"); !strings.HasPrefix(p.path, "/sign-in") {
		t.Errorf("nobody keeps a clip at %s", p.path)
	}
	b := h.browser()
	b.signUp("okan")
	if p := b.get(at); p.attr("a[data-keep]", "href") != at+"/keep" {
		t.Error("the clip's page does not lead there")
	}
	for _, fields := range [][]string{{"folder", "favourites"}, {"folder", "later"}, {"name", "Küche & <b>Bad</b>"}} {
		if p := b.post(at+"/keep", append(fields, "back", "/")...); p.path != "/?said=saved" {
			t.Errorf("keeping leads to %d %s", p.status, p.path)
		}
	}
	p := b.get(at + "/keep")
	if n := len(p.all("button[value=drop]")); n != 3 || !strings.Contains(p.text(".lines"), "Küche & <b>Bad</b>") {
		t.Errorf("%d folders hold the clip: %s", n, p.text(".lines"))
	}
	if p := b.post(at+"/keep", "name", strings.Repeat("x", 51)); p.status != http.StatusUnprocessableEntity || p.text(".wrong") == "" {
		t.Errorf("a name that is too long: %d", p.status)
	}
	b.post(at+"/keep", "folder", "later", "do", "drop")
	if b.get("/saved/later").has(".tile") || !b.get("/saved").has(".tile") {
		t.Error("the clip is in the wrong folders")
	}
}

func TestCommentsByForm(t *testing.T) {
	h := newHouse(t)
	author, b, c := h.browser(), h.browser(), h.browser()
	author.signUp("autorin")
	b.signUp("berta")
	c.signUp("carl")
	a, err := h.r.DB.AccountByHandle(t.Context(), "autorin")
	if err != nil {
		t.Fatal(err)
	}
	clip := "/c/" + h.publish(a, "a clip").ID.String()
	p := b.post(clip+"/comments", "text", "first words")
	act := p.attr("form.comment-acts", "action")
	if !p.has(".comment-edit") || !p.has("button[value=delete]") || p.has("button[value=pin]") {
		t.Error("berta may not do what she may")
	}
	if p := c.get(clip); p.has(".comment-edit") || p.has("button[value=delete]") || p.has("button[value=pin]") {
		t.Error("carl may do what he may not")
	}
	if p := b.post(act, "do", "edit", "text", "other <b>words</b>", "back", clip); p.text(".comment-text") != "other <b>words</b>" {
		t.Errorf("edited: %q", p.text(".comment-text"))
	}
	if p := c.post(act, "do", "edit", "text", "mine", "back", clip); p.status != http.StatusForbidden {
		t.Errorf("carl changes berta's words: %d", p.status)
	}
	if p := c.post(act, "do", "like", "back", clip); p.attr("form.comment-acts button", "aria-pressed") != "true" {
		t.Error("the like is not there")
	}
	if p := author.post(act, "do", "pin", "back", clip); !strings.Contains(p.text(".comment-foot"), "Pinned") {
		t.Errorf("pinned: %q", p.text(".comment-foot"))
	}
	if p := author.post(act, "do", "delete", "back", clip); p.has(".comment") {
		t.Error("the author of the clip cannot delete a comment")
	}
	author.post(clip+"/edit", "comments", "off")
	if p := c.get(clip); p.has("textarea") || !strings.Contains(p.text(".comments"), "not open to you") {
		t.Errorf("closed comments: %q", p.text(".comments"))
	}
}
