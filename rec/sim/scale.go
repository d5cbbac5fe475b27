package sim

// Cost is what a number of daily viewers needs.
type Cost struct {
	PeakEvents float64 // per second, in an hour that has a tenth of the day
	PeakFeeds  float64 // of ten clips
	FoldCores  float64 // on every node
	FeedCores  float64 // in all
	LogGB      float64 // a day, before compression
}

// What a swipe makes: an impression, a watch, and now and then a reaction.
const (
	eventsPerSwipe = 2.07
	bytesPerEvent  = 60
	clipsPerFeed   = 10
	peakShare      = .1 / 3600
)

// CostOf computes the cost of daily viewers who swipe so many clips each, at
// the measured speed of one core.
func CostOf(viewers, swipes int, r *BenchReport) Cost {
	s := float64(viewers) * float64(swipes)
	c := Cost{PeakEvents: s * eventsPerSwipe * peakShare, PeakFeeds: s / clipsPerFeed * peakShare, LogGB: s * eventsPerSwipe * bytesPerEvent / 1e9}
	c.FoldCores, c.FeedCores = c.PeakEvents/r.Fold, c.PeakFeeds/r.Feeds
	return c
}
