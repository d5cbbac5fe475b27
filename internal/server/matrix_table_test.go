package server_test

import "slices"

type obj = map[string]any

// Objects of routes that take away: somebody whom nobody else needs, and
// whoever was blocked asks for whom it was.
var otto, ottoAndAnna = []string{"otto"}, []string{"otto", "anna"}

// toward is for acts on people: whoever is not otto does them to otto, and
// whom anna blocked tries with anna.
func toward(who, handle string) answered {
	if who == handle || members(who, handle) != yes && handle == "anna" {
		return unasked
	}
	if handle == "anna" {
		return blocked(who, handle)
	}
	return members(who, handle)
}

// openly is for what is the same for everybody.
func openly(_, visibility string) answered { return allowed(visibility == "public", missing) }

// withoutStaff leaves out those who may do what authors may.
func withoutStaff(r rule) rule {
	return func(who, object string) answered {
		if who == "maud" || who == "boss" {
			return unasked
		}
		return r(who, object)
	}
}

// withoutBrowser leaves out the browser, which leaves without a password.
func withoutBrowser(who, object string) answered {
	if who == "browser" {
		return unasked
	}
	return members(who, object)
}

// matrix is every route that one may ask, those that take away last.
var matrix = slices.Concat(apiRoutes, pageRoutes, takingRoutes)

var apiRoutes = []row{
	{route: "POST /api/v1/accounts", rule: everybody, body: obj{"handle": "new_WHO", "password": "vT7 plume orbit 42 quay", "birthday": "1990-05-17"}},
	{route: "GET /api/v1/accounts/{handle}", rule: meets},
	{route: "GET /api/v1/accounts/{handle}/clips", rule: meets},
	{route: "GET /api/v1/accounts/{handle}/followers", rule: circle},
	{route: "GET /api/v1/accounts/{handle}/following", rule: circle},
	{route: "PUT /api/v1/accounts/{handle}/follow", rule: toward, of: ottoAndAnna},
	{route: "DELETE /api/v1/accounts/{handle}/follow", rule: toward, of: otto},
	{route: "POST /api/v1/sessions", rule: everybody, body: obj{"handle": "otto", "password": "vT7 plume orbit 42 quay"}},
	{route: "POST /api/v1/viewers", rule: everybody, body: obj{}},

	{route: "GET /api/v1/clips/{id}", rule: seers},
	{route: "GET /api/v1/clips/{id}/live", rule: seers},
	{route: "GET /api/v1/clips/{id}/similar", rule: seers},
	{route: "GET /api/v1/clips/{id}/comments", rule: seers},
	{route: "GET /api/v1/clips/{id}/comments/live", rule: seers},
	{route: "PATCH /api/v1/clips/{id}", rule: authors, body: obj{"language": "en"}},
	{route: "POST /api/v1/clips/{id}/retry", rule: authors, status: 409},
	{route: "PUT /api/v1/clips/{id}/like", rule: both(members, seers)},
	{route: "DELETE /api/v1/clips/{id}/like", rule: both(members, seers)},
	{route: "POST /api/v1/clips/{id}/comments", rule: both(members, seers), body: obj{"text": "hello from WHO"}},
	{route: "PUT /api/v1/clips/{id}/subtitles/{language}", rule: authors, status: 422},
	{route: "DELETE /api/v1/clips/{id}/subtitles/{language}", rule: authors},
	{route: "PATCH /api/v1/comments/{id}", rule: authors, body: obj{"text": "said again"}},
	{route: "PUT /api/v1/comments/{id}/like", rule: both(members, seers)},
	{route: "DELETE /api/v1/comments/{id}/like", rule: both(members, seers)},
	{route: "PUT /api/v1/comments/{id}/pin", rule: authors},
	{route: "DELETE /api/v1/comments/{id}/pin", rule: authors},
	{route: "PUT /api/v1/comments/{id}/approve", rule: authors},
	{route: "GET /api/v1/tags/{tag}/clips", rule: everybody},
	{route: "GET /api/v1/sounds/{id}", rule: seers},
	{route: "GET /api/v1/sounds/{id}/clips", rule: everybody},
	{route: "GET /api/v1/search", query: "?q=secretword", rule: everybody},
	{route: "GET /api/v1/search", query: "?kind=accounts&q=an", rule: everybody},
	{route: "GET /api/v1/search", query: "?kind=accounts&q=petra", rule: everybody},
	{route: "GET /api/v1/search", query: "?kind=tags&q=ma", rule: everybody},
	{route: "GET /api/v1/search", query: "?kind=sounds&q=an", rule: everybody},
	{route: "GET /api/v1/search", query: "?q=heardword", rule: everybody},
	{route: "GET /api/v1/search/suggestions", query: "?q=an", rule: everybody},
	{route: "GET /api/v1/search/suggestions", query: "?q=hid", rule: everybody},
	{route: "GET /api/v1/feed/for-you", query: "?limit=50", rule: everybody},
	{route: "GET /api/v1/feed/for-you", query: "?limit=50&profile=off", rule: everybody},
	{route: "GET /api/v1/feed/for-you/ids", query: "?limit=50", rule: everybody},
	{route: "GET /api/v1/feed/following", query: "?limit=50", rule: members},
	{route: "POST /api/v1/events", rule: everybody, body: obj{"events": []any{obj{"serve": "SERVE", "kind": "watch", "watched_ms": 10}}}},
	{route: "GET /api/v1/serves/{serve}/why", rule: only("mia")},
	{route: "POST /api/v1/reports", rule: seers, of: visibilities, body: obj{"clip": "CLIP", "reason": "other", "text": "reportnote"}},
	{route: "POST /api/v1/reports", rule: meets, of: []string{"anna", "petra"}, body: obj{"account": "HANDLE", "reason": "other", "text": "reportnote"}},
	{route: "GET /api/v1/realm", rule: everybody},

	{route: "GET /api/v1/me", rule: members},
	{route: "PATCH /api/v1/me", rule: members, body: obj{}},
	{route: "GET /api/v1/me/clips", rule: members},
	{route: "GET /api/v1/me/suggestions", rule: members},
	{route: "GET /api/v1/me/interests", rule: viewers},
	{route: "PUT /api/v1/me/interests", rule: viewers, body: obj{"items": []any{}}},
	{route: "GET /api/v1/me/objection", rule: members},
	{route: "PUT /api/v1/me/objection", rule: members, status: 409},
	{route: "DELETE /api/v1/me/objection", rule: members},
	{route: "GET /api/v1/me/inbox", rule: members},
	{route: "GET /api/v1/me/inbox/live", rule: members},
	{route: "GET /api/v1/me/inbox/settings", rule: members},
	{route: "PUT /api/v1/me/inbox/settings", rule: members, body: obj{"off": []any{}, "no_push": []any{}, "quiet_from": nil, "quiet_until": nil}},
	{route: "POST /api/v1/me/inbox/seen", rule: members},
	{route: "GET /api/v1/me/push", rule: members},
	{route: "PUT /api/v1/me/push", rule: members, body: obj{"endpoint": "http://nowhere", "keys": obj{"p256dh": "x", "auth": "x"}}, status: 422},
	{route: "POST /api/v1/me/push/remove", rule: members, body: obj{"endpoint": "https://nowhere.test/"}},
	{route: "GET /api/v1/me/watching", rule: members},
	{route: "PUT /api/v1/me/watching", rule: members, body: obj{"daily_minutes": 0, "night_from": nil, "night_until": nil, "paged": false, "autoplay": true, "saver": false, "captions": false}},
	{route: "GET /api/v1/me/talk", rule: members},
	{route: "PATCH /api/v1/me/talk", rule: members, body: obj{}},
	{route: "GET /api/v1/me/messages", rule: members},
	{route: "GET /api/v1/me/messages/{handle}", rule: toward, of: ottoAndAnna},
	{route: "POST /api/v1/me/messages/{handle}", rule: toward, of: ottoAndAnna, body: obj{"text": "good day"}},
	{route: "POST /api/v1/me/messages/{handle}", rule: func(who, _ string) answered {
		return map[string]answered{"nobody": sign, "browser": sign, "petra": unasked, "mia": unasked, "fiona": unasked}[who]
	}, of: []string{"otto"}, body: obj{"clip": "none"}},
	{route: "PUT /api/v1/me/messages/{handle}", rule: toward, of: otto},
	{route: "GET /api/v1/me/feeds", rule: members},
	{route: "GET /api/v1/me/history", rule: viewers},
	{route: "PUT /api/v1/me/history/paused", rule: viewers},
	{route: "DELETE /api/v1/me/history/paused", rule: viewers},
	{route: "GET /api/v1/me/folders", rule: members},
	{route: "POST /api/v1/me/folders", rule: members, body: obj{"name": "of WHO"}},
	{route: "GET /api/v1/me/folders/{id}/clips", rule: both(members, only("mia"))},
	{route: "PUT /api/v1/me/folders/{id}/clips/{clip}", rule: both(members, only("mia")), of: []string{"public"}},
	{route: "PUT /api/v1/me/folders/{id}/clips/{clip}", rule: both(members, seers, only("mia")), of: visibilities},
	{route: "GET /api/v1/me/mutes", rule: viewers},
	{route: "POST /api/v1/me/mutes", rule: viewers, body: obj{"items": []any{obj{"kind": "word", "key": "mutedbywho"}}}},
	{route: "POST /api/v1/me/mutes/remove", rule: viewers, body: obj{"items": []any{obj{"kind": "word", "key": "mutedbywho"}}}},
	{route: "GET /api/v1/me/blocks", rule: members},
	{route: "GET /api/v1/me/follow-requests", rule: members},
	{route: "PUT /api/v1/me/follow-requests/{handle}", rule: both(members, only()), of: []string{"sven"}},
	{route: "DELETE /api/v1/me/follow-requests/{handle}", rule: both(members, only()), of: []string{"sven"}},
	{route: "DELETE /api/v1/me/followers/{handle}", rule: members, of: []string{"sven"}},
	{route: "GET /api/v1/me/export", rule: viewers},
	{route: "GET /api/v1/receipts/{token}", rule: only()},

	{route: "POST /api/v1/clips", rule: members, status: 422},
	{route: "OPTIONS /api/v1/uploads", rule: everybody},
	{route: "POST /api/v1/uploads", rule: members},
	{route: "HEAD /api/v1/uploads/{id}", rule: both(members, only("mia"))},
	{route: "PATCH /api/v1/uploads/{id}", rule: both(members, only("mia"))},
	{route: "PUT /api/v1/me/avatar", rule: members, status: 422},

	{route: "GET /api/v1/admin/phase", rule: admins},
	{route: "PUT /api/v1/admin/phase", rule: admins, body: obj{"phase": "open", "dry_run": true}},
	{route: "GET /api/v1/admin/objections", rule: admins},
	{route: "GET /api/v1/admin/blocks", rule: admins},
	{route: "POST /api/v1/admin/blocks", rule: admins, body: obj{"country": "??"}, status: 422},
	{route: "POST /api/v1/admin/blocks/lift", rule: admins, body: obj{"country": "??"}, status: 422},
	{route: "POST /api/v1/admin/requests", rule: admins, body: obj{"from": "court", "country": "??", "act": "removal", "outcome": "refused", "who": "x", "what": "x", "basis": "x", "done": "x"}, status: 422},
	{route: "PATCH /api/v1/admin/realm", rule: admins, body: obj{}},
}

var pageRoutes = []row{
	{route: "GET /{$}", rule: everybody},
	{route: "GET /following", rule: everybody},
	{route: "GET /search", query: "?q=secretword", rule: everybody},
	{route: "GET /search", query: "?q=heardword", rule: everybody},
	{route: "GET /search", rule: everybody},
	{route: "GET /suggested", rule: members},
	{route: "GET /tag/{tag}", rule: everybody},
	{route: "GET /sound/{id}", rule: seers},
	{route: "GET /{name}", rule: meets},
	{route: "GET /{name}", query: ".rss", rule: meets},
	{route: "GET /tag/{tag}", query: ".rss", rule: everybody},
	{route: "GET /sound/{id}", query: ".rss", rule: seers},
	{route: "GET /{name}/{list}", rule: circle},
	{route: "POST /{name}/follow", rule: toward, of: ottoAndAnna, body: "do=follow"},
	{route: "POST /{name}/follow", rule: toward, of: otto, body: "do=unfollow"},
	{route: "POST /{name}/follow-request", rule: both(members, only()), of: []string{"sven"}, body: "do=accept"},
	{route: "GET /c/{id}", rule: seers},
	{route: "GET /c/{id}", query: ".rss", rule: both(seers, openly)},
	{route: "GET /embed/{id}", rule: strangers},
	{route: "GET /oembed", query: "?url=/c/CLIP", rule: strangers, of: visibilities},
	{route: "POST /c/{id}/like", rule: both(members, seers), body: "do=like"},
	{route: "POST /c/{id}/like", rule: both(members, seers), body: "do=unlike"},
	{route: "POST /c/{id}/comments", rule: both(seers, members), body: "text=by+hand"},
	{route: "GET /c/{id}/edit", rule: authors},
	{route: "POST /c/{id}/edit", rule: authors, body: "language=en"},
	{route: "GET /c/{id}/subtitles", rule: authors},
	{route: "POST /c/{id}/subtitles", rule: authors, body: "language=en", status: 422},
	{route: "POST /c/{id}/retry", rule: authors, status: 409},
	{route: "GET /why", query: "?serve=SERVE", rule: only("mia")},
	{route: "GET /report", query: "?clip=CLIP", rule: everybody, of: visibilities},
	{route: "POST /report", rule: seers, of: visibilities, body: "clip=CLIP&reason=other&text=reportnote"},
	{route: "GET /c/{id}/keep", rule: both(seers, members)},
	{route: "POST /c/{id}/keep", rule: both(members, seers), body: "folder=later"},
	{route: "POST /comments/{id}/act", rule: both(members, seers), body: "do=like"},
	{route: "POST /comments/{id}/act", rule: authors, body: "do=edit&text=said+again"},
	{route: "POST /comments/{id}/act", rule: authors, body: "do=pin"},
	{route: "GET /sign-up", rule: everybody},
	{route: "POST /sign-up", rule: everybody, body: "handle=page_WHO&password=vT7+plume+orbit+42+quay&birthday=1990-05-17&learn=false"},
	{route: "GET /sign-in", rule: everybody},
	{route: "POST /sign-in", rule: everybody, body: "handle=otto&password=vT7+plume+orbit+42+quay"},
	{route: "POST /learn", rule: everybody, body: "learn=no"},
	{route: "GET /upload", rule: members},
	{route: "POST /upload", rule: members, body: "x=y", status: 422},
	{route: "POST /share", rule: members, body: "text=x", status: 422},
	{route: "GET /messages", rule: members},
	{route: "GET /messages/{name}", rule: toward, of: ottoAndAnna},
	{route: "POST /messages/{name}/send", rule: toward, of: ottoAndAnna, body: "text=good+evening"},
	{route: "GET /saved", rule: members},
	{route: "GET /saved/{folder}", rule: both(members, only("mia"))},
	{route: "POST /saved", rule: members, body: "do=folder&name=another+of+WHO"},
	{route: "GET /rss/{key}/{list}", rule: only()}, // there is no such list; TestAReaderFetchesWhatAPrivateFeedNames
	{route: "GET /inbox", rule: members},
	{route: "GET /settings", rule: everybody},
	{route: "POST /settings", rule: members, body: "name=&bio="},
	{route: "POST /settings/avatar", rule: members, body: "x=y", status: 422},
	{route: "POST /settings/watching", rule: members, body: "autoplay=on"},
	{route: "POST /settings/look", rule: everybody, body: "theme=dark"},
	{route: "GET /settings/data", rule: viewers},
	{route: "POST /settings/data/export", rule: viewers},
	{route: "GET /settings/privacy", rule: viewers},
	{route: "POST /settings/talk", rule: members, body: "comment_filter=&messages_from=everybody"},
	{route: "GET /settings/inbox", rule: members},
	{route: "POST /settings/inbox", rule: members, body: "tell=like"},
	{route: "POST /settings/mutes", rule: viewers, body: "kind=word&key=x"},
	{route: "GET /settings/interests", rule: everybody},
	{route: "POST /settings/interests", rule: viewers, body: "x=y"},
	{route: "POST /settings/feeds", rule: members, body: "do=new"},
	{route: "GET /handover", rule: only()},
	{route: "POST /handover/object", rule: both(members, only())},
	{route: "POST /handover/stay", rule: members},
	{route: "GET /admin", rule: admins},
	{route: "POST /admin/words", rule: only("boss"), body: "operator=x&contact=&farewell="},
	{route: "GET /admin/close", rule: admins},
	{route: "GET /admin/sell", rule: admins},
	{route: "POST /admin/phase", rule: only("boss"), body: "phase=none", status: 422},
	{route: "GET /admin/orders", rule: admins},
	{route: "POST /admin/blocks", rule: only("boss"), body: "country=??", status: 422},
	{route: "POST /admin/blocks/lift", rule: only("boss"), body: "country=??", status: 422},
	{route: "POST /admin/requests", rule: only("boss"), body: "country=??", status: 422},
	{route: "GET /transparency", rule: everybody},
	{route: "GET /transparency/ledger", rule: everybody},
	{route: "GET /manifest.webmanifest", rule: everybody},
	{route: "GET /sw.js", rule: everybody},
	{route: "GET /offline", rule: everybody},
	{route: "GET /sitemap.xml", rule: everybody},
	{route: "GET /robots.txt", rule: everybody},
}

// takingRoutes end something that rows above need.
var takingRoutes = []row{
	{route: "POST /{name}/block", rule: toward, of: otto, body: "do=block"},
	{route: "POST /{name}/block", rule: toward, of: otto, body: "do=unblock"},
	{route: "PUT /api/v1/accounts/{handle}/block", rule: toward, of: otto},
	{route: "DELETE /api/v1/accounts/{handle}/block", rule: toward, of: otto},
	{route: "DELETE /api/v1/me/messages/{handle}", rule: toward, of: otto},
	{route: "PUT /api/v1/me/mutes", rule: viewers, body: obj{"items": []any{}}},
	{route: "DELETE /api/v1/me/folders/{id}/clips/{clip}", rule: both(members, only("mia")), of: []string{"public"}},
	{route: "DELETE /api/v1/me/folders/{id}", rule: both(members, only("mia"))},
	{route: "PUT /api/v1/me/feeds", rule: members},
	{route: "DELETE /api/v1/me/feeds", rule: members},
	{route: "DELETE /api/v1/uploads/{id}", rule: both(members, only("mia"))},
	{route: "DELETE /api/v1/me/avatar", rule: members},
	{route: "POST /settings/interests/reset", rule: viewers},
	{route: "DELETE /api/v1/me/interests", rule: viewers},
	{route: "POST /settings/data/history", rule: viewers},
	{route: "DELETE /api/v1/me/history", rule: viewers},
	{route: "DELETE /api/v1/comments/{id}", rule: withoutStaff(authors)},
	{route: "POST /c/{id}/delete", rule: authors, of: []string{"unlisted", "only-me"}},
	{route: "DELETE /api/v1/clips/{id}", rule: authors, of: []string{"public", "followers", "mutuals", "private"}},
	// That there was one is for those only who might have seen it.
	{route: "GET /c/{id}", rule: seers, of: visibilities, status: 410},
	{route: "GET /api/v1/clips/{id}", rule: seers, of: visibilities, status: 410},
	{route: "POST /settings/data/leave", rule: withoutBrowser, body: "password=wrong", status: 422},
	{route: "DELETE /api/v1/me", rule: withoutBrowser, body: obj{"password": "wrong"}, status: 422},
	{route: "POST /settings/privacy", rule: members, body: "private=on"},
	{route: "DELETE /api/v1/sessions/current", rule: members},
	{route: "POST /sign-out", rule: everybody},
}
