package rec

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// Constitution is the one document that says what the ranking strives for.
// It is data, not code: readable by whoever is ranked by it, part of the log,
// and in force from the event that carries it.
type Constitution struct {
	Version int64 `json:"version"`

	// Weights turn what the heads foresee into one value: what one certain
	// like, one certain skip, or a watch of full value is worth.
	Weights Weights `json:"weights"`

	// Sources are the shares of the candidates that each source may propose
	// when there are more than can be scored.
	Sources Shares `json:"sources"`

	// Explore is the most of what a viewer is shown that goes to items which
	// still have to find their audience.
	Explore float64 `json:"explore"`

	// Guarantee is the first audience that every item gets, whoever made it.
	Guarantee Guarantee `json:"guarantee"`

	Diversity Diversity `json:"diversity"`
}

// Weights are one factor per head, from -10 to 10.
type Weights struct {
	Watch         float64 `json:"watch"`
	Complete      float64 `json:"complete"`
	Rewatch       float64 `json:"rewatch"`
	Like          float64 `json:"like"`
	Comment       float64 `json:"comment"`
	Share         float64 `json:"share"`
	Follow        float64 `json:"follow"`
	Skip          float64 `json:"skip"`
	NotInterested float64 `json:"not_interested"`
	Report        float64 `json:"report"`
}

// Shares are one number per source, 0 to 1; only their ratios matter.
type Shares struct {
	Similar  float64 `json:"similar"`
	Crowd    float64 `json:"crowd"`
	Factors  float64 `json:"factors"`
	Trending float64 `json:"trending"`
	Followed float64 `json:"followed"`
	Affinity float64 `json:"affinity"`
	Fresh    float64 `json:"fresh"`
}

// Guarantee promises every item a number of exposures.
type Guarantee struct {
	Exposures int     `json:"exposures"` // 0 to 10000
	Hours     float64 `json:"hours"`     // within which they should be given: what an item may cost rises over three quarters of them; 0: any price at once
}

// Diversity says how much of its score an item loses for each thing that it
// has in common with the items before it in the same answer, 0 to 1.
type Diversity struct {
	Author float64 `json:"author"`
	Tag    float64 `json:"tag"`
	Sound  float64 `json:"sound"`
	Taste  float64 `json:"taste"`  // for items that the same people like
	Window int     `json:"window"` // how many items back it looks, 1 to 50
}

// Default is a constitution to start from. Watch carries most of the value,
// what people say in so many words the rest; a quick skip costs.
func Default() Constitution {
	return Constitution{
		Version: 1,
		Weights: Weights{
			Watch: 1, Complete: .2, Rewatch: .2, Like: .6, Comment: .4, Share: .8, Follow: .8,
			Skip: -.3, NotInterested: -2, Report: -4,
		},
		Sources:   Shares{Similar: .3, Crowd: .2, Factors: .15, Trending: .15, Followed: .1, Affinity: .1, Fresh: .1},
		Explore:   .1,
		Guarantee: Guarantee{Exposures: 30, Hours: 24},
		Diversity: Diversity{Author: .3, Tag: .1, Sound: .1, Taste: .1, Window: 8},
	}
}

// ErrConstitution is what every refusal of a constitution wraps.
var ErrConstitution = errors.New("rec: bad constitution")

// ParseConstitution reads the document as JSON. Every field has to be known;
// what is missing keeps the value of [Default].
func ParseConstitution(b []byte) (Constitution, error) {
	c := Default()
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		at := d.InputOffset()
		if e := (*json.SyntaxError)(nil); errors.As(err, &e) {
			at = e.Offset
		} else if e := (*json.UnmarshalTypeError)(nil); errors.As(err, &e) {
			at = e.Offset
		}
		line := 1 + bytes.Count(b[:min(int(at), len(b))], []byte{'\n'})
		return Constitution{}, fmt.Errorf("%w: line %d: %v", ErrConstitution, line, err)
	}
	if d.More() {
		return Constitution{}, fmt.Errorf("%w: something follows the document", ErrConstitution)
	}
	return c, c.Validate()
}

// Validate says which field is out of its bounds.
func (c *Constitution) Validate() error {
	var err error
	within := func(name string, v, lo, hi float64) {
		if err == nil && !(v >= lo && v <= hi) { // also NaN
			err = fmt.Errorf("%w: %s is %v, not between %v and %v", ErrConstitution, name, v, lo, hi)
		}
	}
	for h, w := range c.Weights.list() {
		within("weights."+headNames[h], w, -10, 10)
	}
	within("weights: the sum of what is good", c.Weights.good(), 1e-3, 100)
	var sum float64
	for s, w := range c.Sources.list() {
		within("sources."+Source(s+1).String(), w, 0, 1)
		sum += w
	}
	within("sources: their sum", sum, 1e-3, 10)
	within("explore", c.Explore, 0, .5)
	within("guarantee.exposures", float64(c.Guarantee.Exposures), 0, 10000)
	within("guarantee.hours", c.Guarantee.Hours, 0, 24*365)
	within("diversity.author", c.Diversity.Author, 0, 1)
	within("diversity.tag", c.Diversity.Tag, 0, 1)
	within("diversity.sound", c.Diversity.Sound, 0, 1)
	within("diversity.taste", c.Diversity.Taste, 0, 1)
	within("diversity.window", float64(c.Diversity.Window), 1, 50)
	return err
}

// list gives the weights in the order of the heads.
func (w *Weights) list() [nHeads]float64 {
	return [nHeads]float64{
		headWatch: w.Watch, headComplete: w.Complete, headRewatch: w.Rewatch, headLike: w.Like,
		headComment: w.Comment, headShare: w.Share, headFollow: w.Follow, headSkip: w.Skip,
		headNotInterested: w.NotInterested, headReport: w.Report,
	}
}

// good is the sum of the weights of what viewers do with what they like.
func (w *Weights) good() float64 {
	return max(w.Watch, 0) + max(w.Complete, 0) + max(w.Rewatch, 0) + max(w.Like, 0) +
		max(w.Comment, 0) + max(w.Share, 0) + max(w.Follow, 0)
}

// list gives the shares in the order of the sources.
func (s *Shares) list() [nSources]float64 {
	return [nSources]float64{s.Similar, s.Crowd, s.Factors, s.Trending, s.Followed, s.Affinity, s.Fresh}
}
