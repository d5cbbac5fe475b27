package sim

import "reelm/rec"

// Attack is what bots do to push their items.
type Attack struct {
	Name     string
	Bots     int  // accounts
	Visitors bool // without accounts: counted, never learned from
	Honest   bool // no attack: accounts that watch random items as people do, to see what any change does
	Targets  int  // items that they push: the ones of least quality
	Each     int  // of the targets, how many each bot watches to the end and likes
}

// Harm is what an attack did: the mean true value of honest newcomers' swipes
// with it over that without, and how often they were shown a target.
type Harm struct {
	Attack  string  `json:"attack"`
	Value   float64 `json:"value"`   // 1 is unharmed
	Targets float64 `json:"targets"` // share of their swipes, with it
	Before  float64 `json:"before"`  // and without
}

// attacked is an engine that bots speak to as well, before the newcomers come.
type attacked struct {
	*engine
	a       Attack
	targets map[int]bool
	done    bool
	shown   int
}

func (x *attacked) pick(user int, who *person) int {
	if !x.done {
		x.done = true
		x.strike()
	}
	item := x.engine.pick(user, who)
	if x.targets[item] {
		x.shown++
	}
	return item
}

// strike lets the bots act.
func (x *attacked) strike() {
	for range x.a.Targets { // the worst that are not yet targets
		worst := -1
		for i := range x.p.things[:x.p.Items] {
			if !x.targets[i] && (worst < 0 || x.p.things[i].quality < x.p.things[worst].quality) {
				worst = i
			}
		}
		x.targets[worst] = true
	}
	list := []int{}
	for i := range x.p.things {
		if x.targets[i] {
			list = append(list, i)
		}
	}
	rnd, now := rng(3), x.now
	defer func() { x.now = now }() // so that time is the same with and without them
	if x.a.Honest {
		x.join(&rnd)
		return
	}
	for b := range x.a.Bots {
		user := firstBot + b
		if x.a.Visitors {
			user = -1 // rec.ID 0
		}
		for range x.a.Each {
			item := list[rnd.below(len(list))]
			x.learn(user, item, 2)
			x.like(user, item)
		}
	}
}

// join lets as many people do as much as bots would.
func (x *attacked) join(rnd *rng) {
	for b := range x.a.Bots {
		who := x.p.person(uint64(firstBot + b))
		for range x.a.Each {
			item := rnd.below(x.p.Items)
			_, seen := x.p.swipe(who, item)
			x.learn(firstBot+b, item, seen)
		}
	}
}

// firstBot is a number that no person has.
const firstBot = 10_000_000

// Strike measures what an attack does in a world.
func Strike(w World, seed uint64, c rec.Constitution, a Attack) (*Harm, error) {
	measure := func(a Attack) (*Course, *attacked, error) {
		var x *attacked
		course, err := run(w, seed, func(p *place) (policy, error) {
			g, err := newEngine(p, c)
			x = &attacked{engine: g, a: a, targets: map[int]bool{}}
			return x, err
		})
		if err == nil {
			err = x.err
		}
		return course, x, err
	}
	idle := a
	idle.Each = 0
	calm, before, err := measure(idle)
	if err != nil {
		return nil, err
	}
	struck, after, err := measure(a)
	if err != nil {
		return nil, err
	}
	swipes := float64(w.Newcomers * w.Rounds)
	return &Harm{
		Attack: a.Name, Value: struck.Mean(1, w.Rounds) / calm.Mean(1, w.Rounds),
		Targets: float64(after.shown) / swipes, Before: float64(before.shown) / swipes,
	}, nil
}

// Attacks are the ones whose effect is published, on a world of this size.
func Attacks(w World) []Attack {
	n := (w.Past + w.Newcomers) / 20 // one account in twenty
	return []Attack{
		{Name: "like-bots, 5 % of accounts", Bots: n, Targets: 20, Each: 15},
		{Name: "view-bots without accounts", Bots: 20 * n, Visitors: true, Targets: 20, Each: 15},
		{Name: "as many honest accounts", Bots: n, Honest: true, Targets: 20, Each: 15},
	}
}
