package sim

import "math"

// neighbours is item-kNN on what was observed to be worth watching: the cosine
// of items over the viewers who liked both, summed over a viewer's latest
// likes; without likes, what is popular.
type neighbours struct {
	popular
	likes [][]int     // by user, latest last
	fans  []float64   // by item
	both  [][]float32 // by pair of items
}

const (
	knnLiked = .6 // observed value from which a viewer counts as a fan
	knnLast  = 20 // likes of a viewer that are looked at
)

func newNeighbours(p *place) *neighbours {
	n := p.Items + p.Rounds
	k := &neighbours{popular: popular{p: p}, likes: make([][]int, p.Past+p.Newcomers), fans: values(n), both: make([][]float32, n)}
	for i := range k.both {
		k.both[i] = make([]float32, n)
	}
	return k
}

func (k *neighbours) learn(user, item int, seen float64) {
	k.popular.learn(user, item, seen)
	if seen < knnLiked {
		return
	}
	for _, other := range k.likes[user] {
		k.both[item][other]++
		k.both[other][item]++
	}
	k.likes[user] = append(k.likes[user], item)
	k.fans[item]++
}

func (k *neighbours) pick(user int, who *person) int {
	likes := k.likes[user]
	likes = likes[max(0, len(likes)-knnLast):]
	best, at := 0.0, -1
	for i := range k.sum {
		if who.seen[i] {
			continue
		}
		v := 0.0
		for _, l := range likes {
			v += float64(k.both[l][i]) / math.Sqrt((k.fans[l]+5)*(k.fans[i]+5))
		}
		if v > best {
			best, at = v, i
		}
	}
	if at < 0 {
		return k.popular.pick(user, who)
	}
	return at
}
