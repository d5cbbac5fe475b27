package media

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestSceneSheet(t *testing.T) {
	dir := os.Getenv("SHEET")
	if dir == "" {
		t.Skip()
	}
	l := lab(t)
	for _, topic := range Topics() {
		if o := os.Getenv("TOPIC"); o != "" && o != topic.Name {
			continue
		}
		for take := range topic.Takes {
			path := filepath.Join(dir, fmt.Sprintf("%s-%d.mp4", topic.Name, take))
			t0 := time.Now()
			if err := l.Render(t.Context(), Scene{Topic: topic.Name, Take: take, Seed: uint64(take), Title: "Wenn der Himmel tanzt", Kicker: topic.Name}, path); err != nil {
				t.Fatal(err)
			}
			t.Log(topic.Name, take, time.Since(t0))
		}
	}
}
