package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What is placed by left and right stands on the wrong side where one reads
// from right to left.
var sided = regexp.MustCompile(`(?:^|[{; ])((?:margin|padding|border)-(?:left|right)\b|(?:left|right)\s*:|text-align:\s*(?:left|right)\b|float:\s*(?:left|right)\b)`)

// Styles follow the reading direction, but for what is centred and for the
// scrub bar: a film runs from left to right everywhere.
func TestStylesFollowTheReadingDirection(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "player", "style", "*.css"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(b), "\n") {
			if strings.HasPrefix(strings.TrimSpace(line), ".scrub") {
				continue
			}
			rest := strings.ReplaceAll(line, "left: 50%", "")
			if m := sided.FindStringSubmatch(rest); m != nil {
				t.Errorf("%s:%d is placed by %q: use the property of the reading direction (inline-start, inline-end)", filepath.Base(name), i+1, m[1])
			}
		}
	}
}
