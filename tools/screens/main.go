// Screens takes the pictures of docs/screens: the main pages of a demo realm, in
// phone and desktop size, light and dark. Run it in tools/:
//
//	go run ./screens
//
// With --every it takes all pages, --whole shows them to their end, and --language
// asks for another language: for looking through them before a release.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	"reelm/tools/stage"
)

func main() {
	o := options{}
	flag.StringVar(&o.root, "root", "..", "the checkout")
	flag.StringVar(&o.out, "out", "../docs/screens", "where the pictures go")
	flag.StringVar(&o.data, "data", "", "the demo's folder, kept; without it one that is removed")
	flag.StringVar(&o.only, "only", "", "a pattern of names: take these pictures only")
	flag.IntVar(&o.clips, "clips", 40, "wait for so many clips")
	flag.BoolVar(&o.every, "every", false, "all pages")
	flag.BoolVar(&o.whole, "whole", false, "down to the end of a page")
	flag.StringVar(&o.language, "language", "en", "of the browser")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := o.run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "screens:", err)
		os.Exit(1)
	}
}

type options struct {
	root, out, data, only, language string
	clips                           int
	every, whole                    bool
}

func (o options) run(ctx context.Context) (err error) {
	only, err := regexp.Compile(o.only)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(o.out, 0o755); err != nil {
		return err
	}
	demo, err := stage.Open(ctx, o.root, o.data, o.clips)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, demo.Close()) }()
	browser, stop, err := stage.Chromium(ctx)
	if err != nil {
		return err
	}
	defer stop()
	scenes := screens
	if o.every {
		scenes = append(scenes, further...)
	}
	film, err := filmFor(ctx, demo)
	if err != nil {
		return err
	}
	defer os.RemoveAll(filepath.Dir(film))
	who := visitor{handle: "kino" + strconv.FormatInt(time.Now().Unix()%1e6, 10)}
	if who.password, err = demo.Join(ctx, who.handle); err != nil {
		return err
	}
	var failed error
	for _, s := range scenes {
		for _, size := range sizes {
			for _, light := range []string{"dark", "light"} {
				name := s.name + "-" + size.name + "-" + light + ".png"
				if !only.MatchString(name) {
					continue
				}
				shot, err := o.take(browser, demo, s, size, light, film, who)
				if err != nil {
					failed = errors.Join(failed, fmt.Errorf("%s: %w", name, err))
					continue
				}
				if err := os.WriteFile(filepath.Join(o.out, name), shot, 0o644); err != nil {
					return err
				}
				fmt.Printf("%7d  %s\n", len(shot), name)
			}
		}
	}
	return failed
}
