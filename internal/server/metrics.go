package server

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// metrics gathers the numbers of this process and of every realm. No label
// names a person or a clip.
func (s *Server) metrics() *prometheus.Registry {
	reg := prometheus.NewRegistry()
	reg.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), &realmNumbers{s})
	return reg
}

// realmNumbers reads the realms' numbers when they are asked for.
type realmNumbers struct{ s *Server }

var (
	descPosition = prometheus.NewDesc("reelm_model_position", "Position of the log that the model has learned.", []string{"realm"}, nil)
	descDoubt    = prometheus.NewDesc("reelm_guarantee_doubtful_clips", "Clips whose guaranteed exposures are late, or will hardly be in time.", []string{"realm"}, nil)
	descDebt     = prometheus.NewDesc("reelm_guarantee_owed_exposures", "Exposures that new clips are still owed.", []string{"realm"}, nil)
)

// Describe implements prometheus.Collector.
func (n *realmNumbers) Describe(c chan<- *prometheus.Desc) {
	c <- descPosition
	c <- descDebt
	c <- descDoubt
}

// Collect implements prometheus.Collector.
func (n *realmNumbers) Collect(c chan<- prometheus.Metric) {
	n.s.mu.RLock()
	defer n.s.mu.RUnlock()
	for name, a := range n.s.open {
		debt := a.Feed.Debt()
		c <- prometheus.MustNewConstMetric(descPosition, prometheus.GaugeValue, float64(a.Feed.Position()), name)
		c <- prometheus.MustNewConstMetric(descDebt, prometheus.GaugeValue, float64(debt.Exposures), name)
		c <- prometheus.MustNewConstMetric(descDoubt, prometheus.GaugeValue, float64(debt.Doubtful), name)
	}
}
