package rec

// halves are the half-lives, in milliseconds, of the bank of decayed counters
// that every item keeps; 0 stands for ever. A bank instead of one tuned
// half-life lets the weights that are learned over it say how fast this world
// turns.
var halves = [nHalves]int64{hour, 3 * hour, 12 * hour, day, 7 * day, 60 * day, 0}

const (
	nHalves = 7

	second = 1000
	minute = 60 * second
	hour   = 60 * minute
	day    = 24 * hour
)

// fadings gives what is left of each counter of the bank after dt. Half-lives
// that divide another are powers of it, which is faster and exact enough.
func fadings(dt int64) (f [nHalves]float32) {
	f[3], f[4], f[5], f[6] = halving(dt, day), halving(dt, 7*day), halving(dt, 60*day), 1
	f[2] = float32(f[3] * f[3])
	f[1] = float32(f[2] * f[2])
	f[1] = float32(f[1] * f[1])
	f[0] = float32(float32(f[1]*f[1]) * f[1])
	return f
}

// What is counted of an item.
const (
	cImpression = iota
	cWatch
	cSkip
	cComplete
	cRewatch
	cLike
	cComment
	cShare
	cNotInterested
	cReport
	nCounts
)

// The states of an item.
const (
	isLive     = 1 << iota // may be recommended
	isLimited              // by a decision
	isDead                 // gone for good
	owes                   // is in the queue of guaranteed exposure
	isPromised             // and can get it in time, see debts
	inDoubt                // or will hardly
	isLate                 // or did not
)

// item is what the engine keeps of one item, apart from what grows with its
// use (neighbours, recent viewers) and lies in the arena.
type item struct {
	author, sound, lang, region uint32 // numbers in their spaces
	duration                    uint32 // ms
	state                       uint32
	tags                        list // numbers of tags
	near                        near // what goes with it and follows it

	born, last int64            // last: of the bank
	pop        [nHalves]float32 // decayed numbers of positives
	acts       [2]float32       // decayed numbers of public acts, see halvesActs
	lastAct    int64            //
	sum, n     float32          // of watch values: their sum and number
	counts     [nCounts]uint32  // by viewers of whom something is known
	open       [nCounts]uint32  // by all others
	owed       uint32           // exposures still owed
	watched    uint32           // observations of its taste vector
	cov        uint32           // row of its covariance + 1, see tastes
	doubt      float32          // mean variance of its taste vector
	shelf      uint32           // where it stands + 1, see shelves
	among      uint32           // of the latest positives, see match
	marked     uint32           // the mark that then stands for
	then       [nHalves]float32 // pop as it was at that mark, decayed to thenLast
	thenLast   int64
	raters     list // viewers who watched it and the value, see tastes
	fans       list // viewers who liked it, latest last
}

// halvesActs are the half-lives of public acts (likes, comments, shares), of
// which alone the ranking without profiling is made.
var halvesActs = [2]int64{day, 14 * day}

// bump adds a positive at time t to the bank. A late one counts what would be
// left of it by now.
func (it *item) bump(t int64, weight float32, mark uint32) {
	if it.marked != mark {
		it.marked, it.then, it.thenLast = mark, it.pop, it.last
	}
	late := it.decay(t)
	for h := range it.pop {
		it.pop[h] += float32(weight * halving(late, halves[h]))
	}
}

// bank gives the counters and their time: now, or as they were at a mark.
func (it *item) bank(stale bool, mark uint32) (*[nHalves]float32, int64) {
	if stale && it.marked == mark {
		return &it.then, it.thenLast
	}
	return &it.pop, it.last
}

// decay brings the bank to time t and says by how much t lies before it.
func (it *item) decay(t int64) (late int64) {
	dt := t - it.last
	if dt <= 0 {
		return -dt
	}
	for h := range it.pop {
		it.pop[h] = float32(it.pop[h] * halving(dt, halves[h]))
	}
	it.last = t
	return 0
}

// act adds a public act at time t.
func (it *item) act(t int64) {
	late := it.lastAct - t
	for h := range it.acts {
		if late < 0 {
			it.acts[h] = float32(it.acts[h]*halving(-late, halvesActs[h])) + 1
		} else {
			it.acts[h] += halving(late, halvesActs[h])
		}
	}
	it.lastAct = max(it.lastAct, t)
}

// showable says whether the item may be in an answer at all.
func (it *item) showable() bool { return it.state&(isLive|isLimited|isDead) == isLive }

// audience is how many impressions count towards the guaranteed first
// audience: those of known viewers, and one for every ten of the others,
// which anybody can make in any number.
func (it *item) audience() uint32 { return it.counts[cImpression] + it.open[cImpression]/10 }

// heat orders items by decayed popularity in a way that stays true while time
// passes: log2 of a count with half-life h grows by t/h less than it decays.
func heat(pop float32, t, half int64) float32 {
	return float32(ln(pop+.05)*log2e) + float32(float64(t-epoch)/float64(half))
}

// epoch is 2020-01-01, from which small numbers of days and minutes count.
const epoch = 1577836800000
