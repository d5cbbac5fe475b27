// Lighthouse measures pages of a demo realm with Google's Lighthouse, as a phone
// loads them, and prints the four figures of each. Run it in tools/:
//
//	go run ./lighthouse
//
// It needs npm, which fetches Lighthouse once, and chromium. Nothing of it becomes
// a part of Reelm.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"

	"reelm/tools/stage"
)

const version = "lighthouse@12.8.2"

// kinds are what Lighthouse judges, in the order of the columns.
var kinds = []string{"performance", "accessibility", "best-practices", "seo"}

func main() {
	o := options{}
	flag.StringVar(&o.root, "root", "..", "the checkout")
	flag.StringVar(&o.data, "data", "", "the demo's folder, kept; without it one that is removed")
	flag.IntVar(&o.clips, "clips", 40, "wait for so many clips")
	flag.BoolVar(&o.why, "why", false, "say what cost points")
	flag.Float64Var(&o.least, "least", 0, "fail when a figure is below")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := o.run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "lighthouse:", err)
		os.Exit(1)
	}
}

type options struct {
	root, data string
	clips      int
	why        bool
	least      float64
}

func (o options) run(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "reelm-lighthouse-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	npm := exec.CommandContext(ctx, "npm", "install", "--prefix", dir, "--no-save", "--no-audit", "--no-fund", version)
	if out, err := npm.CombinedOutput(); err != nil {
		return fmt.Errorf("npm could not fetch %s: %w\n%s", version, err, out)
	}
	demo, err := stage.Open(ctx, o.root, o.data, o.clips)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, demo.Close()) }()
	clip, err := aClip(ctx, demo.Base)
	if err != nil {
		return err
	}
	fmt.Printf("%-24s %12s %14s %15s %5s\n", "page", "performance", "accessibility", "best practices", "SEO")
	var low error
	for _, p := range []struct{ name, path string }{{"/", "/"}, {"/c/ID", "/c/" + clip}, {"/@HANDLE", "/@nordlicht"}} {
		r, err := measure(ctx, dir, demo.Base+p.path)
		if err != nil {
			return err
		}
		fmt.Printf("%-24s", p.name)
		for i, k := range kinds {
			score := 100 * r.Categories[k].Score
			fmt.Printf(" %*.0f", []int{12, 14, 15, 5}[i], score)
			if score < o.least {
				low = errors.Join(low, fmt.Errorf("%s: %s is %.0f", p.name, k, score))
			}
		}
		fmt.Println()
		if o.why {
			r.explain()
		}
	}
	return low
}

// report is what of Lighthouse's JSON is used.
type report struct {
	Categories map[string]struct {
		Score     float64 // 0 to 1
		AuditRefs []struct {
			ID     string
			Weight float64
		}
	}
	Audits map[string]struct {
		Title, DisplayValue string
		Score               *float64
		Details             json.RawMessage
	}
}

func (r report) explain() {
	for _, id := range []string{"long-tasks", "bootup-time"} {
		fmt.Printf("    %-15s %.1500s\n", id, r.Audits[id].Details)
	}
	for _, k := range kinds {
		for _, ref := range r.Categories[k].AuditRefs {
			if a := r.Audits[ref.ID]; ref.Weight > 0 && a.Score != nil && *a.Score < 0.95 {
				fmt.Printf("    %-15s %.2f %s (%s) %s %.900s\n", k, *a.Score, a.Title, ref.ID, a.DisplayValue, a.Details)
			}
		}
	}
}

func measure(ctx context.Context, dir, url string) (r report, err error) {
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		return r, errors.New("chromium is not installed: apt-get install chromium")
	}
	cmd := exec.CommandContext(ctx, filepath.Join(dir, "node_modules", ".bin", "lighthouse"), url, "--output=json", "--quiet",
		"--output-path="+filepath.Join(dir, "report.json"), "--chrome-flags=--headless=new --no-sandbox --disable-gpu")
	cmd.Env = append(os.Environ(), "CHROME_PATH="+chromium)
	if out, err := cmd.CombinedOutput(); err != nil {
		return r, fmt.Errorf("lighthouse %s: %w\n%s", url, err, out)
	}
	b, err := os.ReadFile(filepath.Join(dir, "report.json"))
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal(b, &r)
}

// aClip is one of the demonstration that is public.
func aClip(ctx context.Context, base string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, "GET", base+"/api/v1/search?kind=clips&q=himmel", nil)
	if err != nil {
		return "", err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	var page struct{ Items []struct{ ID string } }
	if err := json.NewDecoder(res.Body).Decode(&page); err != nil {
		return "", err
	}
	if len(page.Items) == 0 {
		return "", errors.New("the demonstration has no clip of the sky")
	}
	return page.Items[0].ID, nil
}
