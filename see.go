package reelm

// Relation is how somebody who looks stands to somebody who is looked at.
type Relation struct {
	Self      bool // is the same account
	Follows   bool // follows, accepted
	Followed  bool // is followed back
	Blocked   bool // either blocks the other
	Moderator bool // may look at everything for a reason
}

// MaySee decides whether a clip may be seen: nil, or the error to answer
// with. Every page, feed, count and media request asks this one rule.
func MaySee(c *Clip, rel Relation) error {
	if !mightSee(c, rel) {
		return ErrNotFound
	}
	if c.State == ClipRemoved {
		return ErrGone
	}
	return nil
}

// mightSee decides without regard to whether the clip was removed: that there
// was one is for those only who might have seen it.
func mightSee(c *Clip, rel Relation) bool {
	switch {
	case rel.Self || rel.Moderator:
		return true
	case rel.Blocked, c.State != ClipReady && c.State != ClipRemoved:
		return false
	}
	v := c.Visibility
	if c.Private && (v == Public || v == Unlisted) {
		v = Followers
	}
	switch v {
	case Public, Unlisted:
		return true
	case Followers:
		return rel.Follows
	case Mutuals:
		return rel.Follows && rel.Followed
	}
	return false
}

// Recommendable says whether the engine may show a clip to people who did not
// ask for it.
func Recommendable(c *Clip) bool { return MayCache(c) && !c.Limited }

// MayCache says whether a clip's media may lie in shared caches: only what
// everybody may see does.
func MayCache(c *Clip) bool {
	return c.State == ClipReady && c.Visibility == Public && !c.Private
}

// MaySeeCircle decides who may see whom an account follows and who follows it:
// of a private account only those whom it has accepted.
func MaySeeCircle(a *Account, rel Relation) error {
	if rel.Self || rel.Moderator || !rel.Blocked && (!a.Private || rel.Follows) {
		return nil
	}
	return ErrNotFound
}
