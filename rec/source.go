package rec

// Source is what proposed an item.
type Source uint8

// The sources. Numbers are fixed: logs carry them.
const (
	SourceNone     Source = 0 // not by this engine: a link, a profile, a search
	SourceSimilar  Source = 1 // goes with what the viewer liked lately, or follows it
	SourceCrowd    Source = 2 // liked by viewers who like the same
	SourceFactors  Source = 3 // near the viewer's taste
	SourceTrending Source = 4 // liked by many now
	SourceFollowed Source = 5 // by a followed author
	SourceAffinity Source = 6 // author, sound or tag that the viewer likes
	SourceFresh    Source = 7 // owes or gets its guaranteed first audience

	nSources = 7
)

// String gives the source as a word, as constitutions spell it.
func (s Source) String() string {
	switch s {
	case SourceSimilar:
		return "similar"
	case SourceCrowd:
		return "crowd"
	case SourceFactors:
		return "factors"
	case SourceTrending:
		return "trending"
	case SourceFollowed:
		return "followed"
	case SourceAffinity:
		return "affinity"
	case SourceFresh:
		return "fresh"
	}
	return "none"
}

// ParseSource reads what String gave; words that it does not know are
// SourceNone.
func ParseSource(word string) Source {
	for s := SourceSimilar; s <= nSources; s++ {
		if s.String() == word {
			return s
		}
	}
	return SourceNone
}

// The heads: what the engine foresees for a serve, in the order in which they
// are added up.
const (
	headWatch = iota // watched, as a quantile among watches of the same length
	headComplete
	headRewatch
	headLike
	headComment
	headShare
	headFollow
	headSkip
	headNotInterested
	headReport
	nHeads
)

var headNames = [nHeads]string{
	"watch", "complete", "rewatch", "like", "comment", "share", "follow", "skip", "not_interested", "report",
}
