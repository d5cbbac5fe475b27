// Package web is everything that people see: the pages, their forms, the RSS
// feeds and the built player.
//
// Pages are html/template over view structs (FeedPage, ClipPage, ...), one file
// per page, named for what it does: clip_show.go, account_show.go. Each works
// without JavaScript; the player (folder player/, built into static/) enhances
// the same markup. No page asks another host for anything, and none carries
// inline script or style, so that the Content-Security-Policy can forbid both.
package web
