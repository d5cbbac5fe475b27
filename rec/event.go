package rec

// ID names an item, a viewer, an author, a tag, a sound, a language or a
// region, each in a space of its own. Zero is nobody, or none.
type ID uint64

// Kind is what happened.
type Kind uint8

// The kinds of events, with the fields of [Event] that they read beside Kind
// and Time. Numbers are fixed.
const (
	Born      Kind = 1 // Item, Facts: may be recommended from now on
	Changed   Kind = 2 // Item, Facts: all of them anew
	Died      Kind = 3 // Item: leaves everything at once, for good
	Limited   Kind = 4 // Item: leaves every source, stays known
	Unlimited Kind = 5 // Item

	Impression    Kind = 10 // User, Item, Slot, Source, Propensity, Context, CountOnly
	Watch         Kind = 11 // User, Item, Before, Watched, CountOnly
	Skip          Kind = 12 // User, Item, CountOnly: left within two seconds
	Complete      Kind = 13 // User, Item, CountOnly: seen to the end
	Rewatch       Kind = 14 // User, Item, CountOnly: begun again
	Like          Kind = 15 // User, Item, CountOnly
	Unlike        Kind = 16 // User, Item, CountOnly
	Comment       Kind = 17 // User, Item, CountOnly
	Share         Kind = 18 // User, Item, CountOnly
	NotInterested Kind = 19 // User, Item, CountOnly
	Report        Kind = 20 // User, Item, CountOnly

	Follow   Kind = 30 // User, Author, and Item where it came from one
	Unfollow Kind = 31 // User, Author
	Block    Kind = 32 // User, Author: never shown, and not an interest
	Unblock  Kind = 33 // User, Author
	Interest Kind = 34 // User, Subject, Want
	Describe Kind = 35 // User, Viewer: all of it anew
	Reset    Kind = 36 // User: taste begins anew; what was seen and declared stays
	Merge    Kind = 37 // User (an account), From (a viewer whose taste moves there)
	Forget   Kind = 38 // User: everything of this viewer goes, now

	Constitute Kind = 40 // Constitution: the whole document
)

// Event is one entry of the log. Which fields an event has to carry is said
// at its [Kind]; the others are ignored.
//
// A User of zero is a visitor of whom nothing is known. Together with
// CountOnly (a viewer who did not allow learning) it means: the item's counts
// move, nothing is kept of the person, and nothing is learned from it.
type Event struct {
	Kind Kind
	Time int64 // Unix milliseconds
	User ID
	Item ID

	CountOnly bool

	// Watch: milliseconds that this serve was watched before this event and
	// including it. A first event of a serve has Before 0; a longer second
	// one counts for what it adds.
	Before, Watched int64

	// Impression: where and why the item was shown. Context is the row that
	// the [Pick] carried, nil where there was none.
	Slot       int
	Source     Source
	Propensity float64
	Context    []byte

	Author  ID
	Subject Subject
	Want    Want
	Viewer  Viewer
	From    ID

	Facts        *Facts
	Constitution *Constitution
}

// Facts are what is known of an item from its first moment.
type Facts struct {
	Author, Sound, Language, Region ID
	Tags                            []ID  // at most MaxTags, in the order of their weight
	Duration                        int64 // milliseconds; 0 where unknown
}

// MaxTags is how many tags of an item the engine reads.
const MaxTags = 16

// MaxContext is how many bytes a [Pick.Context] has at most.
const MaxContext = 200

// Viewer is what viewers tell of themselves. Zero fields say nothing.
type Viewer struct {
	Language, Region ID
	AgeBand          uint8 // ascending with age; the caller decides the bounds
}

// Space says what sort of thing a [Subject] is.
type Space uint8

// The spaces of subjects.
const (
	Tag    Space = 1
	Author Space = 2
	Sound  Space = 3
)

// Subject is something that a viewer can want more or less of.
type Subject struct {
	Space Space
	ID    ID
}

// Want is how much of a subject a viewer asks for.
type Want int8

// The wants. Never is a filter; the others move scores.
const (
	Neutral Want = 0
	More    Want = 1
	Less    Want = -1
	Never   Want = -2
)

// String gives the want as a word.
func (w Want) String() string {
	switch w {
	case More:
		return "more"
	case Less:
		return "less"
	case Never:
		return "never"
	}
	return "neutral"
}
