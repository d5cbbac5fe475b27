package sim

import (
	"math"

	"reelm/rec"
)

// Loss is what a realm loses that passes without its log and its algorithm,
// over the first swipes of each of its people with the new owner. Values are
// shares of the oracle's; what somebody has seen before is worth nothing.
type Loss struct {
	World   string   `json:"world"`
	Windows []Window `json:"windows"`
}

// Window is some swipes of each person.
type Window struct {
	From    int     `json:"from"` // counted from 1, both included
	To      int     `json:"to"`
	With    float64 `json:"with"`    // log and model passed: the feed goes on
	Without float64 `json:"without"` // births and follows passed: trending, following, and learning anew
	Again   float64 `json:"again"`   // share of the swipes without that show what was seen before
}

// Part measures a handover with and without the algorithm: the people of the
// history go on swiping, all of them once in each round. Nobody else comes,
// so that what differs is what passed.
func Part(w World, seed uint64, c rec.Constitution) (*Loss, error) {
	after := func(with bool) (*Course, error) {
		p := newPlace(w, seed)
		g, err := newEngine(p, c)
		if err != nil {
			return nil, err
		}
		var people []*person
		if with {
			people = history(p, g)
		} else {
			people = history(p, &chance{p: p}) // which learns nothing
			for item := range p.things {
				g.born(item)
			}
			g.now += 200 * 2 * int64(w.Past*w.Swipes) // as late as with the log
		}
		for user, who := range people {
			for _, author := range favourites(p, who) {
				g.apply(rec.Event{Kind: rec.Follow, User: rec.ID(user + 1), Author: rec.ID(author + 1)})
			}
		}
		course := walk(p, g, people, 0)
		return course, g.err
	}
	with, err := after(true)
	if err != nil {
		return nil, err
	}
	without, err := after(false)
	if err != nil {
		return nil, err
	}
	p := newPlace(w, seed)
	best := walk(p, oracle{p}, history(p, oracle{p}), 0)
	out := &Loss{World: w.Name}
	from := 1
	for _, part := range []float64{.1, .2, .4, .7, 1} {
		to := max(from, int(math.Round(part*float64(w.Rounds))))
		x := Window{From: from, To: to, With: with.Mean(from, to) / best.Mean(from, to), Without: without.Mean(from, to) / best.Mean(from, to)}
		for _, n := range without.Again[from-1 : to] {
			x.Again += n / float64(to-from+1)
		}
		out.Windows = append(out.Windows, x)
		if from = to + 1; from > w.Rounds {
			break
		}
	}
	return out, nil
}

// favourites are the authors whom somebody follows: of the clips that were
// worth most, at most five.
func favourites(p *place, who *person) (authors []int) {
	known := map[int]bool{}
	for item := range p.things {
		if a := p.things[item].author; who.seen[item] && !known[a] && len(authors) < 5 && p.value(who, item) > .8 {
			known[a], authors = true, append(authors, a)
		}
	}
	return authors
}
