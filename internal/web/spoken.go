package web

import (
	"encoding/json"
	"fmt"
	"html/template"

	"reelm/internal/words"
)

// scriptWords gives the texts that each script speaks, as JSON for a data
// block. Which they are, the bundler found in the scripts' sources.
func scriptWords(lang *words.Lang) (map[string]template.JS, error) {
	b, err := staticFiles.ReadFile("static/words.json")
	if err != nil {
		return nil, err
	}
	var keys map[string][]string
	if err := json.Unmarshal(b, &keys); err != nil {
		return nil, fmt.Errorf("words.json: %w", err)
	}
	spoken := map[string]template.JS{}
	for script, wanted := range keys {
		b, err := json.Marshal(lang.Pick(wanted))
		if err != nil {
			return nil, err
		}
		spoken[script] = template.JS(b) // ours, and Marshal escapes < and >
	}
	return spoken, nil
}
