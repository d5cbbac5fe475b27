package reelm

// MuteKind is what sort of thing somebody mutes.
type MuteKind string

// The kinds of mutes.
const (
	MuteWord    MuteKind = "word"    // one folded word
	MuteTag     MuteKind = "tag"     // a folded tag
	MuteAccount MuteKind = "account" // an account's id
	MuteSound   MuteKind = "sound"   // a sound's id
)

// Mute is one thing that a viewer does not want to meet: in feeds, lists,
// searches, comments, messages, notifications and counts. The other side
// learns nothing of it, and who goes to an address on purpose sees what is
// there.
type Mute struct {
	Kind MuteKind `json:"kind"`
	Key  string   `json:"key"`
}

// MaxMutes is how many things one viewer mutes at most.
const MaxMutes = 500

// ParseMute reads a mute of a word, a tag, an account's id or a sound's id,
// and folds it to the one form in which it is kept.
func ParseMute(kind, key string) (Mute, error) {
	bad := Wrong("key", "bad-mute", "one word, a tag, an account or a sound")
	m := Mute{Kind: MuteKind(kind)}
	switch m.Kind {
	case MuteWord:
		words := Words(key)
		if len(words) != 1 || len(words[0]) > 200 {
			return m, Wrong("key", "one-word", "one word at a time")
		}
		m.Key = words[0]
	case MuteTag:
		tag, ok := FoldTag(key)
		if !ok {
			return m, bad
		}
		m.Key = tag
	case MuteAccount:
		id, err := ParseID[AccountID](key)
		if err != nil {
			return m, bad
		}
		m.Key = id.String()
	case MuteSound:
		id, err := ParseID[SoundID](key)
		if err != nil {
			return m, bad
		}
		m.Key = id.String()
	default:
		return m, bad
	}
	return m, nil
}

// Subject gives what is muted as a number: the word's hash, or the id.
func (m Mute) Subject() int64 {
	switch m.Kind {
	case MuteWord:
		if h := WordHashes(m.Key, 1); len(h) == 1 {
			return int64(h[0])
		}
	case MuteAccount:
		if id, err := ParseID[AccountID](m.Key); err == nil {
			return int64(id)
		}
	case MuteSound:
		if id, err := ParseID[SoundID](m.Key); err == nil {
			return int64(id)
		}
	}
	return 0
}

// Mutes are all things that one viewer mutes. The zero value hides nothing.
type Mutes struct {
	Viewer ViewerID
	words  map[uint32]bool
	tags   map[string]bool
	ids    map[MuteKind]map[int64]bool
}

// NewMutes prepares a list for asking.
func NewMutes(viewer ViewerID, list []Mute) Mutes {
	m := Mutes{Viewer: viewer, words: map[uint32]bool{}, tags: map[string]bool{}, ids: map[MuteKind]map[int64]bool{MuteAccount: {}, MuteSound: {}}}
	for _, x := range list {
		switch x.Kind {
		case MuteWord:
			m.words[uint32(x.Subject())] = true
		case MuteTag:
			m.tags[x.Key] = true
		default:
			m.ids[x.Kind][x.Subject()] = true
		}
	}
	return m
}

// HidesText says whether a text has a muted word or tag.
func (m Mutes) HidesText(text string) bool {
	if len(m.words) > 0 {
		for _, h := range WordHashes(text, MaxCaption) {
			if m.words[h] {
				return true
			}
		}
	}
	if len(m.tags) > 0 {
		for _, p := range Pieces(text) {
			if p.Kind == PieceTag && m.tags[p.Target] {
				return true
			}
		}
	}
	return false
}

// HidesAccount says whether what an account says and shows is muted. Nobody
// mutes themselves.
func (m Mutes) HidesAccount(id AccountID) bool {
	return id.Viewer() != m.Viewer && m.ids[MuteAccount][int64(id)]
}

// HidesClip says whether a clip stays out of lists and feeds.
func (m Mutes) HidesClip(c *Clip) bool {
	if c.Author.Viewer() == m.Viewer {
		return false
	}
	if m.HidesAccount(c.Author) || c.Sound != 0 && m.ids[MuteSound][int64(c.Sound)] || m.HidesText(c.Caption) {
		return true
	}
	for _, t := range c.Tags {
		if m.tags[t] {
			return true
		}
	}
	return false
}

// HidesComment says whether a comment stays out of a thread.
func (m Mutes) HidesComment(c *Comment) bool {
	return c.Author.Viewer() != m.Viewer && (m.HidesAccount(c.Author) || m.HidesText(c.Text))
}
