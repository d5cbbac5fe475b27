package server_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"reelm/internal/server/servertest"
)

// listen opens a stream of events as somebody.
func listen(h *servertest.House, path, token string) func() map[string]any {
	h.Helper()
	req, err := http.NewRequestWithContext(h.Context(), "GET", h.Base+path, nil)
	if err != nil {
		h.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		h.Fatal(err)
	}
	h.Cleanup(func() { _ = res.Body.Close() })
	if res.StatusCode != 200 {
		h.Fatalf("%s: %d", path, res.StatusCode)
	}
	events := servertest.NewEvents(res.Body)
	return func() map[string]any {
		h.Helper()
		b, err := events.Next()
		if err != nil {
			h.Fatal(err)
		}
		var v map[string]any
		if err := json.Unmarshal(b, &v); err != nil {
			h.Fatal(err)
		}
		return v
	}
}

func items(t *testing.T, a servertest.Answer) []map[string]any {
	t.Helper()
	var out []map[string]any
	for _, i := range a.JSON(t)["items"].([]any) {
		out = append(out, i.(map[string]any))
	}
	return out
}

func TestCommentsAreTalkedAbout(t *testing.T) {
	h := servertest.Start(t)
	anna, berta, carl := h.Account("anna"), h.Account("berta"), h.Account("carl")
	clip := h.Publish(anna, 1, "schaut mal @carl")
	api := "/api/v1/clips/" + clip
	live := listen(h, api+"/comments/live", "")
	inbox := listen(h, "/api/v1/me/inbox/live", anna)
	if n := len(live()["items"].([]any)); n != 0 {
		t.Errorf("%d comments before the first", n)
	}
	inbox()
	say := func(want int, token, text, to string) map[string]any {
		t.Helper()
		body := map[string]any{"text": text}
		if to != "" {
			body["reply_to"] = to
		}
		a := h.Must(want, "POST", api+"/comments", token, body)
		if want != 201 {
			return nil
		}
		return a.JSON(t)["comment"].(map[string]any)
	}
	c := say(201, berta, "schön, @carl", "")
	id := c["id"].(string)
	if got := live()["items"].([]any)[0].(map[string]any)["text"]; got != "schön, @carl" {
		t.Errorf("live: %v", got)
	}
	if u := inbox(); u["notices"].(float64) != 1 {
		t.Errorf("anna's inbox: %v", u)
	}
	answer := say(201, carl, "danke", id)["id"].(string)
	if got := live()["items"].([]any)[0].(map[string]any); got["id"] != answer || got["parent"] != id {
		t.Errorf("the answer comes live as %v", got)
	}
	h.Must(200, "PUT", "/api/v1/comments/"+id+"/like", carl, nil)
	h.Must(403, "PUT", "/api/v1/comments/"+id+"/pin", carl, nil)
	h.Must(204, "PUT", "/api/v1/comments/"+id+"/pin", anna, nil)
	say(201, carl, "noch einer", "")
	got := items(t, h.Must(200, "GET", api+"/comments", carl, nil))
	if len(got) != 2 || got[0]["id"] != id || got[0]["pinned"] != true || got[0]["liked"] != true || got[0]["likes"].(float64) != 1 || got[0]["replies"].(float64) != 1 {
		t.Errorf("comments: %v", got)
	}
	h.Must(403, "PATCH", "/api/v1/comments/"+id, carl, map[string]any{"text": "meins"})
	if e := h.Must(200, "PATCH", "/api/v1/comments/"+id, berta, map[string]any{"text": "sehr schön"}).JSON(t)["comment"].(map[string]any); e["edited"] != true || e["text"] != "sehr schön" {
		t.Errorf("%v", e)
	}
	for live()["items"].([]any)[0].(map[string]any)["text"] != "sehr schön" { // after the others
	}
	h.Must(204, "DELETE", "/api/v1/comments/"+answer, carl, nil)
	if got := live()["gone"].([]any); len(got) != 1 || got[0] != answer {
		t.Errorf("the deleted answer is told as %v", got)
	}
	kinds := func(token string) (out []string) {
		for _, n := range items(t, h.Must(200, "GET", "/api/v1/me/inbox", token, nil)) {
			out = append(out, n["kind"].(string))
		}
		return out
	}
	if got := strings.Join(kinds(carl), " "); got != "mention mention" {
		t.Errorf("carl hears of %s", got)
	}
	if got := strings.Join(kinds(berta), " "); got != "comment_like" { // the answer left, and its notice with it
		t.Errorf("berta hears of %s", got)
	}

	h.Must(200, "PATCH", "/api/v1/me/talk", anna, map[string]any{"comment_filter": []string{"Doof"}})
	waiting := say(201, carl, "ganz DOOF!", "")
	if waiting["waiting"] != true {
		t.Errorf("%v", waiting)
	}
	for token, want := range map[string]int{berta: 2, anna: 3, carl: 3, "": 2} {
		if n := len(items(t, h.Must(200, "GET", api+"/comments", token, nil))); n != want {
			t.Errorf("%d comments, want %d", n, want)
		}
	}
	h.Must(404, "PUT", "/api/v1/comments/"+waiting["id"].(string)+"/like", berta, nil)
	h.Must(204, "PUT", "/api/v1/comments/"+waiting["id"].(string)+"/approve", anna, nil)
	h.Must(200, "PUT", "/api/v1/comments/"+waiting["id"].(string)+"/like", berta, nil)

	h.Must(200, "PATCH", api, anna, map[string]any{"comments": "followers"})
	say(403, berta, "darf ich", "")
	h.Must(200, "PUT", "/api/v1/accounts/anna/follow", berta, nil)
	say(201, berta, "jetzt schon", "")
	h.Must(200, "PATCH", api, anna, map[string]any{"comments": "off"})
	say(403, berta, "nicht mehr", "")
	say(201, anna, "ich schon", "")
	h.Must(204, "DELETE", "/api/v1/comments/"+id, anna, nil)
	if clip := h.Must(200, "GET", api, "", nil).JSON(t)["counts"].(map[string]any)["comments"]; clip.(float64) != 4 {
		t.Errorf("%v comments are counted", clip)
	}
}

func TestNotificationsAreGroupedAndChosen(t *testing.T) {
	h := servertest.Start(t)
	anna := h.Account("anna")
	clip := h.Publish(anna, 1, "x")
	for _, who := range []string{"berta", "carl", "dora", "emil"} {
		token := h.Account(who)
		h.Must(200, "PUT", "/api/v1/clips/"+clip+"/like", token, nil)
		h.Must(200, "DELETE", "/api/v1/clips/"+clip+"/like", token, nil)
		h.Must(200, "PUT", "/api/v1/clips/"+clip+"/like", token, nil) // twice is once
	}
	got := items(t, h.Must(200, "GET", "/api/v1/me/inbox", anna, nil))
	if len(got) != 1 || len(got[0]["actors"].([]any)) != 3 || got[0]["others"].(float64) != 1 || got[0]["seen"] != false {
		t.Fatalf("%v", got)
	}
	h.Must(204, "POST", "/api/v1/me/inbox/seen", anna, nil)
	if got := items(t, h.Must(200, "GET", "/api/v1/me/inbox", anna, nil)); got[0]["seen"] != true {
		t.Errorf("%v", got)
	}
	h.Must(200, "PUT", "/api/v1/me/inbox/settings", anna, map[string]any{"off": []string{"follow"}, "no_push": []string{}, "quiet_from": "22:00", "quiet_until": "07:00", "zone": "Europe/Berlin"})
	h.Must(422, "PUT", "/api/v1/me/inbox/settings", anna, map[string]any{"off": []string{"x"}, "no_push": []string{}, "quiet_from": nil, "quiet_until": nil})
	h.Must(200, "PUT", "/api/v1/accounts/anna/follow", h.Account("fritz"), nil)
	if got := items(t, h.Must(200, "GET", "/api/v1/me/inbox", anna, nil)); len(got) != 1 {
		t.Errorf("what was switched off is told: %v", got)
	}
}

func TestMessagesOfStrangersWaitApart(t *testing.T) {
	h := servertest.Start(t)
	anna, berta := h.Account("anna"), h.Account("berta")
	secret := h.Publish(berta, 1, "nur ich", "visibility", "only-me")
	open := h.Publish(berta, 2, "alle")
	inbox := listen(h, "/api/v1/me/inbox/live", anna)
	inbox()
	send := func(want int, token, to string, body map[string]any) servertest.Answer {
		t.Helper()
		return h.Must(want, "POST", "/api/v1/me/messages/"+to, token, body)
	}
	send(422, berta, "anna", map[string]any{"text": " "})
	send(404, anna, "berta", map[string]any{"clip": secret})
	send(401, "", "anna", map[string]any{"text": "x"})
	send(201, berta, "anna", map[string]any{"text": "hallo", "clip": open})
	if n := len(items(t, h.Must(200, "GET", "/api/v1/me/messages", anna, nil))); n != 0 {
		t.Errorf("a stranger's message is among the others: %d", n)
	}
	requests := items(t, h.Must(200, "GET", "/api/v1/me/messages?requests=true", anna, nil))
	if len(requests) != 1 || requests[0]["new"] != true {
		t.Fatalf("%v", requests)
	}
	h.Must(204, "PUT", "/api/v1/me/messages/berta", anna, nil)
	send(201, berta, "anna", map[string]any{"text": "noch was"})
	if u := inbox(); u["messages"].(float64) != 1 {
		t.Errorf("%v", u)
	}
	got := items(t, h.Must(200, "GET", "/api/v1/me/messages/berta", anna, nil))
	if len(got) != 2 || got[0]["text"] != "noch was" || got[1]["clip"].(map[string]any)["id"] != open {
		t.Errorf("%v", got)
	}
	h.Must(201, "POST", "/api/v1/reports", anna, map[string]any{"message": got[0]["id"], "reason": "spam"})
	h.Must(404, "POST", "/api/v1/reports", h.Account("carl"), map[string]any{"message": got[0]["id"], "reason": "spam"})
	h.Must(204, "PUT", "/api/v1/accounts/berta/block", anna, nil)
	send(404, berta, "anna", map[string]any{"text": "geht nicht"})
	if n := len(items(t, h.Must(200, "GET", "/api/v1/me/messages", anna, nil))); n != 0 {
		t.Error("whom one blocks is still in the list")
	}
	h.Must(200, "PATCH", "/api/v1/me/talk", anna, map[string]any{"messages_from": "followed"})
	send(403, h.Account("dora"), "anna", map[string]any{"text": "x"})
}
