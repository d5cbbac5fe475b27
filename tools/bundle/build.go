package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// OutDir is where the built files lie in the checkout.
const OutDir = "internal/web/static"

// entries are the scripts of pages, named as their template set names them.
var entries = []string{"feed", "page", "upload"}

// browsers that the built files run on without translation.
var engines = []api.Engine{
	{Name: api.EngineChrome, Version: "123"}, {Name: api.EngineFirefox, Version: "121"}, {Name: api.EngineSafari, Version: "17.5"},
}

// Build gives all files of OutDir by name. The same sources give the same
// bytes, on every machine.
func Build(root string) (map[string][]byte, error) {
	player, err := filepath.Abs(filepath.Join(root, "player"))
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	keys := map[string][]string{}
	for _, entry := range entries {
		out, inputs, err := bundle(player, "src/"+entry+".ts")
		if err != nil {
			return nil, err
		}
		files[entry+".js"] = out
		if keys[entry], err = wordKeys(player, inputs); err != nil {
			return nil, err
		}
	}
	if files["style.css"], _, err = bundle(player, "style/style.css"); err != nil {
		return nil, err
	}
	if files["words.json"], err = json.MarshalIndent(keys, "", " "); err != nil {
		return nil, err
	}
	for _, name := range []string{"icons.svg", "mark.svg"} {
		b, err := os.ReadFile(filepath.Join(player, name))
		if err != nil {
			return nil, err
		}
		files[name] = squeeze(b)
	}
	return files, pictures(files["mark.svg"], files)
}

// bundle gives one file made of an entry and all it imports, and their names.
func bundle(player, entry string) (out []byte, inputs []string, err error) {
	r := api.Build(api.BuildOptions{
		EntryPoints: []string{entry}, AbsWorkingDir: player, Outdir: "out", Bundle: true, Write: false, Metafile: true,
		Format: api.FormatESModule, Platform: api.PlatformBrowser, Target: api.ES2022, Engines: engines, Charset: api.CharsetUTF8,
		MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true, LegalComments: api.LegalCommentsNone,
		TsconfigRaw: `{"compilerOptions":{"target":"ES2022","useDefineForClassFields":true,"verbatimModuleSyntax":true}}`,
	})
	if len(r.Errors) > 0 {
		return nil, nil, errors.New(strings.Join(api.FormatMessages(r.Errors, api.FormatMessagesOptions{}), "\n"))
	}
	if len(r.OutputFiles) != 1 {
		return nil, nil, fmt.Errorf("%s gives %d files, not one", entry, len(r.OutputFiles))
	}
	var meta struct {
		Inputs map[string]json.RawMessage `json:"inputs"`
	}
	if err := json.Unmarshal([]byte(r.Metafile), &meta); err != nil {
		return nil, nil, err
	}
	for name := range meta.Inputs {
		inputs = append(inputs, name)
	}
	sort.Strings(inputs)
	return r.OutputFiles[0].Contents, inputs, nil
}

var (
	wordKey    = regexp.MustCompile(`"([a-z_]+(?:\.[a-z_]+)+)"`)
	wordFamily = regexp.MustCompile("`([a-z_]+(?:\\.[a-z_]+)*\\.)\\$\\{[^`]*`")
)

// wordKeys finds the texts that a script may need: literals that look like a
// key of the catalogues, and families such as `level.${x}`, written "level.*".
// The server sends those that exist.
func wordKeys(player string, inputs []string) ([]string, error) {
	found := map[string]bool{}
	for _, name := range inputs {
		b, err := os.ReadFile(filepath.Join(player, name))
		if err != nil {
			return nil, err
		}
		for _, m := range wordKey.FindAllSubmatch(b, -1) {
			found[string(m[1])] = true
		}
		for _, m := range wordFamily.FindAllSubmatch(b, -1) {
			found[string(m[1])+"*"] = true
		}
	}
	var keys []string
	for k := range found {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys, nil
}

var (
	comments = regexp.MustCompile(`(?s)<!--.*?-->`)
	between  = regexp.MustCompile(`>\s+<`)
)

// squeeze drops comments and space between elements.
func squeeze(svg []byte) []byte {
	svg = comments.ReplaceAll(svg, nil)
	return []byte(strings.TrimSpace(string(between.ReplaceAll(svg, []byte("><")))))
}
