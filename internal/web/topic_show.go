package web

// TopicPage is the clips of one tag or of one sound.
type TopicPage struct {
	Layout
	Heading string // "#moor", or the sound's name
	Sign    string // icon: "tag" or "wave"
	Count   int64
	By      *Person // whose sound it is
	UseURL  string  // where one makes a clip with the sound
	Clips   []Clip
	Next    string
	Empty   Empty
}

func (TopicPage) template() string { return "topic" }
