package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"reelm"
	"reelm/internal/visit"
)

// routes is the whole list.
func (a *API) routes() {
	add(a, "POST", "/accounts", 201, "Sign up", reelm.ActMake, open, a.createAccount)
	add(a, "GET", "/accounts/{handle}", 200, "An account", reelm.ActLook, open, a.getAccount)
	add(a, "GET", "/accounts/{handle}/clips", 200, "The clips of an account", reelm.ActLook, open, a.accountClips)
	add(a, "PUT", "/accounts/{handle}/follow", 200, "Follow an account", reelm.ActMake, account, a.follow)
	add(a, "DELETE", "/accounts/{handle}/follow", 204, "Stop following", reelm.ActMake, account, a.unfollow)
	add(a, "GET", "/accounts/{handle}/followers", 200, "Who follows an account", reelm.ActLook, open, a.followers)
	add(a, "GET", "/accounts/{handle}/following", 200, "Whom an account follows", reelm.ActLook, open, a.followed)
	add(a, "PUT", "/accounts/{handle}/block", 204, "Block an account: neither meets the other", reelm.ActMake, account, a.block)
	add(a, "DELETE", "/accounts/{handle}/block", 204, "Lift a block", reelm.ActMake, account, a.unblock)
	add(a, "POST", "/sessions", 201, "Sign in", reelm.ActSignIn, open, a.createSession)
	add(a, "DELETE", "/sessions/current", 204, "Sign out", reelm.ActSignIn, account, a.endSession)
	add(a, "POST", "/viewers", 201, "A token for a browser that said yes to learning", reelm.ActMake, open, a.createViewer)

	add(a, "GET", "/clips/{id}", 200, "A clip", reelm.ActLook, open, a.getClip)
	add(a, "PATCH", "/clips/{id}", 200, "Change a clip of one's own", reelm.ActMake, account, a.editClip)
	add(a, "DELETE", "/clips/{id}", 204, "Delete a clip of one's own", reelm.ActMake, account, a.deleteClip)
	add(a, "POST", "/clips/{id}/retry", 202, "Try again to make a failed clip playable", reelm.ActMake, account, a.retryClip)
	add(a, "PUT", "/clips/{id}/like", 200, "Like a clip", reelm.ActMake, account, a.like)
	add(a, "DELETE", "/clips/{id}/like", 200, "Take a like back", reelm.ActMake, account, a.unlike)
	add(a, "GET", "/clips/{id}/similar", 200, "Clips that go with a clip", reelm.ActLook, open, a.similar)
	add(a, "GET", "/clips/{id}/comments", 200, "The comments of a clip", reelm.ActLook, open, a.comments_)
	add(a, "POST", "/clips/{id}/comments", 201, "Comment on a clip", reelm.ActMake, account, a.addComment)
	add(a, "PATCH", "/comments/{id}", 200, "Change one's own comment, within minutes", reelm.ActMake, account, a.editComment)
	add(a, "DELETE", "/comments/{id}", 204, "Delete a comment", reelm.ActMake, account, a.deleteComment)
	add(a, "PUT", "/comments/{id}/like", 200, "Like a comment", reelm.ActMake, account, a.likeComment)
	add(a, "DELETE", "/comments/{id}/like", 200, "Take a like of a comment back", reelm.ActMake, account, a.unlikeComment)
	add(a, "PUT", "/comments/{id}/pin", 204, "Put a comment under one's own clip first", reelm.ActMake, account, a.pinComment)
	add(a, "DELETE", "/comments/{id}/pin", 204, "Let it down again", reelm.ActMake, account, a.unpinComment)
	add(a, "PUT", "/comments/{id}/approve", 204, "Show a comment that waits", reelm.ActMake, account, a.approveComment)
	add(a, "GET", "/tags/{tag}/clips", 200, "The clips with a tag", reelm.ActLook, open, a.tagClips)
	add(a, "GET", "/sounds/{id}", 200, "A sound", reelm.ActLook, open, a.getSound)
	add(a, "GET", "/sounds/{id}/clips", 200, "The clips with a sound", reelm.ActLook, open, a.soundClips)

	add(a, "GET", "/search", 200, "Clips, accounts, tags or sounds", reelm.ActLook, open, a.search)
	add(a, "GET", "/search/suggestions", 200, "What a query may become", reelm.ActLook, open, a.suggest)

	add(a, "GET", "/feed/for-you", 200, "What to watch next", reelm.ActLook, open, a.forYou)
	add(a, "GET", "/feed/for-you/ids", 200, "What to watch next, as ids", reelm.ActLook, open, a.forYouIDs)
	add(a, "GET", "/feed/following", 200, "The newest of whom one follows", reelm.ActLook, account, a.following)
	add(a, "POST", "/events", 202, "What was done with serves", reelm.ActTell, open, a.postEvents)
	add(a, "GET", "/serves/{serve}/why", 200, "Why a clip was shown", reelm.ActLook, open, a.why)

	add(a, "GET", "/me", 200, "One's own account", reelm.ActLook, account, a.me)
	add(a, "PATCH", "/me", 200, "Change one's own account", reelm.ActMake, account, a.editMe)
	add(a, "GET", "/me/clips", 200, "One's own clips in every state", reelm.ActLook, account, a.myClips)
	add(a, "GET", "/me/suggestions", 200, "Whom one may want to follow, by what the engine would show first", reelm.ActLook, account, a.suggested)
	add(a, "GET", "/me/interests", 200, "What the engine believes, and what one told it", reelm.ActLook, viewer, a.interests)
	add(a, "PUT", "/me/interests", 200, "Tell the engine: more, less, never", reelm.ActMake, viewer, a.setInterests)
	add(a, "DELETE", "/me/interests", 204, "Begin anew", reelm.ActMake, viewer, a.resetInterests)
	add(a, "DELETE", "/me", 202, "Delete one's account: out of sight at once, erased after the grace", reelm.ActTakeOut, viewer, a.deleteMe)
	add(a, "DELETE", "/me/history", 202, "Delete what one watched, and what was learned from it", reelm.ActTakeOut, viewer, a.deleteHistory)
	add(a, "GET", "/me/objection", 200, "Whether one objects to the change of hands", reelm.ActTakeOut, account, a.objection)
	add(a, "PUT", "/me/objection", 200, "Object: one's archive is made, and one is erased before the change of hands", reelm.ActTakeOut, account, a.object)
	add(a, "DELETE", "/me/objection", 204, "Take the objection back", reelm.ActTakeOut, account, a.unobject)
	add(a, "GET", "/me/inbox", 200, "What happened, the newest first", reelm.ActLook, account, a.inbox)
	add(a, "POST", "/me/inbox/seen", 204, "All of it was seen", reelm.ActLook, account, a.seeInbox)
	add(a, "GET", "/me/inbox/settings", 200, "What one wants to hear of", reelm.ActLook, account, a.noticeSettings)
	add(a, "PUT", "/me/inbox/settings", 200, "Choose what one wants to hear of", reelm.ActMake, account, a.setNoticeSettings)
	add(a, "GET", "/me/push", 200, "The key by which a browser subscribes to Web Push", reelm.ActMake, account, a.pushKey)
	add(a, "PUT", "/me/push", 204, "Tell a browser, by Web Push: its subscription as the browser gives it", reelm.ActMake, account, a.addPush)
	add(a, "POST", "/me/push/remove", 204, "Tell it no longer", reelm.ActMake, account, a.dropPush)
	add(a, "GET", "/me/watching", 200, "How one wants to watch", reelm.ActLook, account, a.watching)
	add(a, "PUT", "/me/watching", 200, "Choose how one wants to watch", reelm.ActMake, account, a.setWatching)
	add(a, "GET", "/me/talk", 200, "Who may talk to one, and how", reelm.ActLook, account, a.talk)
	add(a, "PATCH", "/me/talk", 200, "Choose who may talk to one", reelm.ActMake, account, a.setTalk)
	add(a, "GET", "/me/messages", 200, "Conversations", reelm.ActLook, account, a.talks)
	add(a, "GET", "/me/messages/{handle}", 200, "What one and somebody wrote", reelm.ActLook, account, a.messages)
	add(a, "POST", "/me/messages/{handle}", 201, "Write to somebody", reelm.ActMake, account, a.sendMessage)
	add(a, "PUT", "/me/messages/{handle}", 204, "Take up a stranger's conversation", reelm.ActMake, account, a.takeUp)
	add(a, "DELETE", "/me/messages/{handle}", 204, "Clear a conversation on one's own side", reelm.ActMake, account, a.clearTalk)
	add(a, "GET", "/me/feeds", 200, "Addresses of one's private RSS feeds", reelm.ActLook, account, a.privateFeeds)
	add(a, "PUT", "/me/feeds", 200, "Make new addresses for them; the old ones end", reelm.ActMake, account, a.renewFeeds)
	add(a, "DELETE", "/me/feeds", 204, "Have none", reelm.ActMake, account, a.endFeeds)
	add(a, "GET", "/me/history", 200, "What one watched", reelm.ActLook, viewer, a.history)
	add(a, "PUT", "/me/history/paused", 204, "Note nothing of what one watches", reelm.ActMake, viewer, a.pauseHistory)
	add(a, "DELETE", "/me/history/paused", 204, "Go on with it", reelm.ActMake, viewer, a.resumeHistory)
	add(a, "GET", "/me/folders", 200, "One's own collections", reelm.ActLook, account, a.folders)
	add(a, "POST", "/me/folders", 201, "A new collection", reelm.ActMake, account, a.addFolder)
	add(a, "DELETE", "/me/folders/{id}", 204, "Delete a collection; the clips stay", reelm.ActMake, account, a.dropFolder)
	add(a, "GET", "/me/folders/{id}/clips", 200, "What is in a collection: of one's own, favourites, or later", reelm.ActLook, account, a.folderClips)
	add(a, "PUT", "/me/folders/{id}/clips/{clip}", 204, "Keep a clip", reelm.ActMake, account, a.keep)
	add(a, "DELETE", "/me/folders/{id}/clips/{clip}", 204, "Keep it no longer", reelm.ActMake, account, a.unkeep)
	add(a, "GET", "/me/mutes", 200, "What one does not want to meet", reelm.ActLook, viewer, a.mutes)
	add(a, "PUT", "/me/mutes", 200, "Mute these words, tags, accounts and sounds, and nothing else", reelm.ActMake, viewer, a.setMutes)
	add(a, "POST", "/me/mutes", 200, "Mute more", reelm.ActMake, viewer, a.addMutes)
	add(a, "POST", "/me/mutes/remove", 200, "Unmute", reelm.ActMake, viewer, a.removeMutes)
	add(a, "GET", "/me/blocks", 200, "Whom one blocks", reelm.ActLook, account, a.blocks)
	add(a, "GET", "/me/follow-requests", 200, "Who wants to follow one's private account", reelm.ActLook, account, a.followRequests)
	add(a, "PUT", "/me/follow-requests/{handle}", 204, "Accept a request to follow", reelm.ActMake, account, a.acceptFollow)
	add(a, "DELETE", "/me/follow-requests/{handle}", 204, "Refuse a request to follow", reelm.ActMake, account, a.refuseFollow)
	add(a, "DELETE", "/me/followers/{handle}", 204, "Take a follower away", reelm.ActMake, account, a.removeFollower)
	add(a, "POST", "/reports", 201, "Say that something is wrong", reelm.ActLook, open, a.report)
	add(a, "GET", "/realm", 200, "The realm, its phase and its limits", reelm.ActAsk, open, a.realm)

	add(a, "GET", "/admin/phase", 200, "The phase, and what is to come", reelm.ActOperate, admin, a.getPhase)
	add(a, "PUT", "/admin/phase", 200, "Change the phase, at once or at a time", reelm.ActOperate, admin, a.setPhase)
	add(a, "GET", "/admin/objections", 200, "How many object to the change of hands", reelm.ActOperate, admin, a.objections)
	add(a, "GET", "/admin/blocks", 200, "What countries do not see, by order", reelm.ActOperate, admin, a.countryBlocks)
	add(a, "POST", "/admin/blocks", 201, "Keep the realm, a clip or an account from a country", reelm.ActOperate, admin, a.blockCountry)
	add(a, "POST", "/admin/blocks/lift", 200, "Lift a block", reelm.ActOperate, admin, a.unblockCountry)
	add(a, "POST", "/admin/requests", 201, "Note what an authority asked for", reelm.ActOperate, admin, a.noteRequest)
	add(a, "PATCH", "/admin/realm", 204, "Who runs the realm, and its words of farewell", reelm.ActOperate, admin, a.setRealmWords)

	a.stream("POST", "/clips", "Upload a clip as multipart/form-data, or make one of a finished resumable upload", a.postClips)
	a.stream("GET", "/clips/{id}/comments/live", "Server-sent events: the newest comments, then those that come, change and go", a.liveComments)
	a.stream("GET", "/me/inbox/live", "Server-sent events: what waits to be looked at", a.liveInbox)
	a.stream("PUT", "/clips/{id}/subtitles/{language}", "Subtitles of one's own clip in a language: the body is WebVTT or SRT", a.putSubtitle)
	a.stream("DELETE", "/clips/{id}/subtitles/{language}", "Take subtitles away", a.deleteSubtitle)
	a.stream("PUT", "/me/avatar", "One's own picture: the body is a JPEG, PNG, WebP or GIF of at most 16 MB", a.putAvatar)
	a.stream("DELETE", "/me/avatar", "Take one's own picture away", a.deleteAvatar)
	a.stream("GET", "/me/export", "The archive of everything of one's own: 202 with its state while it is made", a.getExport)
	a.stream("GET", "/receipts/{token}", "The signed receipt of an erasure", a.getReceipt)
	a.stream("GET", "/clips/{id}/live", "Server-sent events: the clip each time that it changes", a.liveClip)
	a.handle("/api/v1/uploads", a.resumableUploads)
	a.handle("/api/v1/uploads/{id}", a.resumableUploads)
	a.document("OPTIONS", "/uploads", "Abilities of resumable uploads (tus 1.0)")
	a.document("POST", "/uploads", "Begin a resumable upload (tus 1.0, creation)")
	a.document("HEAD", "/uploads/{id}", "How much of an upload has arrived")
	a.document("PATCH", "/uploads/{id}", "Go on with an upload (tus 1.0, checksum)")
	a.document("DELETE", "/uploads/{id}", "Give an upload up (tus 1.0, termination)")
	a.handle("GET /media/{folder}/{file}", a.serveMedia)
	a.handle("GET /ledger/{path...}", a.serveLedger)
}

// need is who may call a route.
type need int

const (
	open    need = iota // anybody; what they see depends on who they are
	viewer              // an account or a browser with a viewer token
	account             // somebody signed in
	admin               // an administrator; for everybody else the route is not there
)

// maxBody bounds the body of every JSON route, in bytes.
const maxBody = 256 << 10

// bodyTime bounds how long a body may take to arrive.
const bodyTime = 10 * time.Second

// add adds a JSON route: it checks the phase and who asks, then calls fn with
// the visit.
func add[I, O any](a *API, method, path string, status int, summary string, act reelm.Act, who need, fn func(context.Context, *visit.Visit, *I) (*O, error)) {
	op := huma.Operation{Method: method, Path: path, DefaultStatus: status, Summary: summary, OperationID: operationID(method, path),
		MaxBodyBytes: maxBody, BodyReadTimeout: bodyTime, Errors: []int{}}
	if who != open {
		op.Security = []map[string][]string{{"bearer": {}}}
	}
	a.routed = append(a.routed, method+" "+path)
	huma.Register(a.huma, op, func(ctx context.Context, in *I) (*O, error) {
		v := visit.From(ctx)
		if err := v.Allow(ctx, act); err != nil {
			return nil, err
		}
		if who == admin && v.Account != nil && !v.Is(reelm.RoleAdmin) {
			return nil, reelm.ErrNotFound
		}
		if who >= account && v.Account == nil || who == viewer && v.Viewer == 0 {
			return nil, reelm.ErrUnauthenticated
		}
		if act == reelm.ActMake && v.Account != nil && method != http.MethodGet && !a.acts.Allow(v.Name+" "+v.Account.Handle, 1, a.now()) {
			return nil, reelm.ErrLimited
		}
		out, err := fn(ctx, v, in)
		return out, headed(err)
	})
}

// stream adds a route that huma only documents.
func (a *API) stream(method, path, summary string, h func(http.ResponseWriter, *http.Request) error) {
	a.document(method, path, summary)
	a.handle(method+" /api/v1"+path, func(w http.ResponseWriter, r *http.Request) error {
		if method != http.MethodGet {
			if err := Hurry(w); err != nil {
				return err
			}
		}
		return h(w, r)
	})
}

// Hurry bounds how long the body of a request may take to arrive.
func Hurry(w http.ResponseWriter) error {
	err := http.NewResponseController(w).SetReadDeadline(time.Now().Add(uploadSilence))
	if errors.Is(err, http.ErrNotSupported) {
		return nil
	}
	return err
}

// document puts a route into the OpenAPI document.
func (a *API) document(method, path, summary string) {
	a.huma.OpenAPI().AddOperation(&huma.Operation{Method: method, Path: path, Summary: summary, OperationID: operationID(method, path),
		Responses: map[string]*huma.Response{"default": {Description: "See the summary."}}})
	a.routed = append(a.routed, method+" "+path)
}

// Routes lists the routes below /api/v1, as "GET /clips/{id}".
func (a *API) Routes() []string { return a.routed }

func operationID(method, path string) string {
	b := []byte(method)
	for i := range b {
		b[i] |= 0x20
	}
	for _, c := range []byte(path) {
		switch {
		case c == '{' || c == '}':
		case c == '/':
			b = append(b, '-')
		default:
			b = append(b, c)
		}
	}
	return string(b)
}
