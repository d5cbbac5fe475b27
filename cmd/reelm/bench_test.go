package main

import (
	"strings"
	"testing"
)

func TestBenchWorldsSaysWhichWorldsThereAre(t *testing.T) {
	c := benchWorldsCmd{World: []string{"thin"}, Newcomers: 1, Swipes: 20, Seeds: []uint64{1}}
	if err := c.Run(streams{}); err == nil || !strings.Contains(err.Error(), `"thin"`) || !strings.Contains(err.Error(), "thin history") {
		t.Errorf("a world that does not exist: %v", err)
	}
}
