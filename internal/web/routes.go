package web

import "reelm"

// routes is the whole list.
func (s *Site) routes() {
	s.on("GET /{$}", reelm.ActLook, s.forYou)
	s.on("GET /following", reelm.ActLook, s.following)
	s.on("GET /search", reelm.ActLook, s.search)
	s.on("GET /tag/{tag}", reelm.ActLook, s.tag)
	s.on("GET /sound/{id}", reelm.ActLook, s.sound)
	s.on("GET /{name}", reelm.ActLook, s.account) // /@HANDLE, and what ends in .rss
	s.on("POST /{name}/follow", reelm.ActMake, s.follow)
	s.on("GET /{name}/{list}", reelm.ActLook, s.circle) // followers, following
	s.on("POST /{name}/block", reelm.ActMake, s.block)
	s.on("POST /{name}/follow-request", reelm.ActMake, s.answerFollow)

	s.on("GET /c/{id}", reelm.ActLook, s.clip)
	s.on("GET /embed/{id}", reelm.ActLook, s.embed)
	s.on("GET /oembed", reelm.ActLook, s.oembed)
	s.on("POST /c/{id}/like", reelm.ActMake, s.like)
	s.on("POST /c/{id}/comments", reelm.ActMake, s.comment)
	s.on("POST /c/{id}/delete", reelm.ActMake, s.deleteClip)
	s.on("POST /c/{id}/retry", reelm.ActMake, s.retryClip)
	s.on("GET /why", reelm.ActLook, s.why)
	s.on("GET /report", reelm.ActLook, s.reportForm)
	s.on("POST /report", reelm.ActLook, s.report)

	s.on("GET /sign-up", reelm.ActMake, s.signUpForm)
	s.on("POST /sign-up", reelm.ActMake, s.signUp)
	s.on("GET /sign-in", reelm.ActSignIn, s.signInForm)
	s.on("POST /sign-in", reelm.ActSignIn, s.signIn)
	s.on("POST /sign-out", reelm.ActSignIn, s.signOut)
	s.on("POST /learn", reelm.ActLook, s.learn)

	s.on("GET /upload", reelm.ActMake, s.uploadForm)
	s.on("POST /upload", reelm.ActMake, s.upload)
	s.on("GET /inbox", reelm.ActLook, s.inbox)
	s.on("GET /settings", reelm.ActLook, s.settings)
	s.on("POST /settings", reelm.ActMake, s.editSettings)
	s.on("POST /settings/look", reelm.ActLook, s.setLook)
	s.on("GET /settings/data", reelm.ActTakeOut, s.own)
	s.on("POST /settings/data/export", reelm.ActTakeOut, s.export)
	s.on("POST /settings/data/history", reelm.ActTakeOut, s.deleteHistory)
	s.on("POST /settings/data/leave", reelm.ActTakeOut, s.leave)
	s.on("GET /settings/privacy", reelm.ActLook, s.privacy)
	s.on("POST /settings/privacy", reelm.ActMake, s.editPrivacy)
	s.on("POST /settings/mutes", reelm.ActMake, s.mute)
	s.on("GET /settings/interests", reelm.ActLook, s.interests)
	s.on("POST /settings/interests", reelm.ActMake, s.setInterests)
	s.on("POST /settings/interests/reset", reelm.ActMake, s.resetInterests)

	s.on("GET /admin", reelm.ActOperate, staffOnly(s.admin))
	s.on("POST /admin/words", reelm.ActOperate, staffOnly(s.adminWords))
	s.on("GET /admin/close", reelm.ActOperate, staffOnly(s.guideClose))
	s.on("GET /admin/sell", reelm.ActOperate, staffOnly(s.guideSell))
	s.on("POST /admin/phase", reelm.ActOperate, staffOnly(s.adminPhase))
	s.on("GET /admin/orders", reelm.ActOperate, staffOnly(s.orders))
	s.on("POST /admin/blocks", reelm.ActOperate, staffOnly(s.sendOrder("/admin/blocks", "block", "country", "clip", "account", "by", "order", "appeal")))
	s.on("POST /admin/blocks/lift", reelm.ActOperate, staffOnly(s.sendOrder("/admin/blocks/lift", "lift", "country", "clip", "account", "order")))
	s.on("POST /admin/requests", reelm.ActOperate, staffOnly(s.sendOrder("/admin/requests", "request", "from", "country", "act", "outcome", "who", "what", "basis", "done")))
	s.on("GET /transparency", reelm.ActOversee, s.transparency)
	s.on("GET /transparency/ledger", reelm.ActOversee, s.ledger)
	s.on("GET /manifest.webmanifest", reelm.ActRetrieve, s.manifest)
	s.on("GET /robots.txt", reelm.ActRetrieve, s.robots)
	s.mux.Handle("GET "+StaticPrefix+"{file}", s.static)
	s.mux.Handle("GET /favicon.ico", s.static.File("favicon.ico"))
	s.mux.Handle("GET /apple-touch-icon.png", s.static.File("icon-180.png"))
}
