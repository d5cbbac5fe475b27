// Bundle builds the player: TypeScript and styles of player/ become the files
// in internal/web/static, which are committed, so that building Reelm needs no
// Node and no network. Run it in tools/ after every change in player/:
//
//	go run ./bundle
//
// The test of this package builds again and fails when the committed files are
// not what the sources give.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	root := flag.String("root", "..", "the checkout")
	flag.Parse()
	if err := run(*root); err != nil {
		fmt.Fprintln(os.Stderr, "bundle:", err)
		os.Exit(1)
	}
}

func run(root string) error {
	files, err := Build(root)
	if err != nil {
		return err
	}
	dir := filepath.Join(root, OutDir)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	old, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, f := range old {
		if _, ok := files[f.Name()]; !ok {
			if err := os.Remove(filepath.Join(dir, f.Name())); err != nil {
				return err
			}
		}
	}
	for name, body := range files {
		if err := os.WriteFile(filepath.Join(dir, name), body, 0o644); err != nil {
			return err
		}
		fmt.Printf("%7d  %s\n", len(body), name)
	}
	return nil
}
