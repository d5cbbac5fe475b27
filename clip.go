package reelm

import "time"

// ClipState is where a clip is in its life.
type ClipState string

// The states of a clip.
const (
	ClipUploading  ClipState = "uploading"
	ClipProcessing ClipState = "processing"
	ClipHeld       ClipState = "held" // waits for a moderator
	ClipReady      ClipState = "ready"
	ClipFailed     ClipState = "failed"
	ClipRemoved    ClipState = "removed"
)

// Visibility is whom the author lets see a clip.
type Visibility string

// The visibilities.
const (
	Public    Visibility = "public"
	Unlisted  Visibility = "unlisted" // whoever has the address
	Followers Visibility = "followers"
	Mutuals   Visibility = "mutuals" // people who follow each other
	OnlyMe    Visibility = "only-me"
)

// ParseVisibility reads a visibility; empty is Public.
func ParseVisibility(s string) (Visibility, error) {
	switch v := Visibility(s); v {
	case "":
		return Public, nil
	case Public, Unlisted, Followers, Mutuals, OnlyMe:
		return v, nil
	}
	return "", Wrong("visibility", "bad-visibility", "%q is none of public, unlisted, followers, mutuals, only-me", s)
}

// Clip is a short video with what belongs to it.
type Clip struct {
	ID         ClipID
	Author     AccountID
	Handle     string // of the author
	AuthorName string
	Avatar     string // of the author
	Private    bool   // the author's account is: public means followers
	Limited    bool   // by a moderator: seen, not recommended
	Born       bool   // the engine knows it
	State      ClipState
	Visibility Visibility
	Caption    string
	Tags       []string
	Language   string // BCP 47
	Sound      SoundID
	SoundName  string

	Media       string // the unguessable folder of its media
	Raw         string // blob key of the upload as it came, until the original is kept
	Original    string // file name of the original without its metadata, empty once it is gone
	CoverMS     int64  // cover frame that the author chose, -1 for ours
	Preview     string // file name of the author's preview, empty for none
	Progress    int    // 0..100 while processing
	Fault       *Fault // why it failed, nil otherwise
	Duration    time.Duration
	Width       int // pixels as shown, of the original
	Height      int
	Poster      string  // file name in the media folder
	ThumbHash   []byte  // placeholder, evanw's ThumbHash
	Waveform    []byte  // 64 peaks, 0..255, empty without audio
	Gain        float64 // dB that bring its sound to that of all clips
	Renditions  []Rendition
	Subtitles   []Subtitle
	Counts      Counts
	Created     time.Time // uploaded
	Published   time.Time // first ready; zero before
	RemovedCode string    // why it was removed, for those who may know
}

// Rendition is one encoded form of a clip.
type Rendition struct {
	Height  int    // the shorter side: 540 for "540p"
	W, H    int    // pixels as encoded
	Codec   string // "h264" or "av1"
	Codecs  string // RFC 6381, for the type attribute
	Bitrate int    // bits per second, audio included
	Bytes   int64
	File    string // file name in the media folder
}

// Subtitle is the words of a clip in one language.
type Subtitle struct {
	Language string `json:"language"` // BCP 47
	Label    string `json:"label"`    // what the author calls it, empty for the language's name
	File     string `json:"file"`     // WebVTT in the media folder
}

// Counts are what a clip has gathered: views and shares as the event log
// counts them, the rest from SQL.
type Counts struct {
	Views, Likes, Comments, Shares int64
}

// Fault says why an upload could not become a clip, in a code that the
// catalogues turn into words (`fault.CODE`).
type Fault struct {
	Code   string
	Detail string // what the tools said, cleaned; for the curious author
	Retry  bool   // may trying again help: our fault rather than the file's
}

// Error implements error, so that the pipeline can return a fault.
func (f *Fault) Error() string { return f.Code + ": " + f.Detail }

// The faults of an upload. Those of the file are final; the last two are ours
// and worth another try.
const (
	FaultEmptyFile         = "empty_file"
	FaultUnsupportedFormat = "unsupported_format"
	FaultUnreadableVideo   = "unreadable_video"
	FaultUnsupportedCodec  = "unsupported_codec"
	FaultNoVideo           = "no_video_stream"
	FaultTooManyPixels     = "resolution_too_large"
	FaultTooLong           = "too_long"
	FaultTooLarge          = "too_large"
	FaultTruncated         = "truncated"
	FaultCorrupt           = "corrupt"
	FaultUndecodable       = "undecodable"
	FaultTimeout           = "took_too_long"
	FaultInternal          = "internal"
)

// Limits of a video that no setting may exceed: they protect the machine.
const (
	MaxPixels = 8_847_360 // 4096 x 2160, per frame
)

// Sound is the audio of a clip as a thing of its own.
type Sound struct {
	ID     SoundID
	Clip   ClipID // the first clip that has it
	Author AccountID
	Handle string
	Name   string
	Uses   int64
}

// Comment is what somebody said under a clip.
type Comment struct {
	ID      CommentID
	Clip    ClipID
	Parent  CommentID // zero for a comment on the clip itself
	Author  AccountID
	Handle  string
	Name    string
	Avatar  string
	Text    string
	Created time.Time
	Edited  time.Time // zero: never
	Likes   int64
	Replies int64
	Pinned  bool // by the clip's author
	Held    bool // waits for the clip's author
	Liked   bool // by whoever looks
}
