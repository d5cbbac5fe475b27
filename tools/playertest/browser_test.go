package playertest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/evanw/esbuild/pkg/api"
)

const player = "../../player"

func TestPlayer(t *testing.T) {
	files, err := filepath.Glob(player + "/test/*.test.ts")
	if err != nil || len(files) == 0 {
		t.Fatal("there are no tests of the player", err)
	}
	browser := open(t)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".test.ts"), func(t *testing.T) { run(t, browser, file) })
	}
}

// open starts Chromium once for all tests.
func open(t *testing.T) context.Context {
	if _, err := exec.LookPath("chromium"); err != nil {
		t.Fatal("chromium is not installed (make test says how)")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU, chromedp.ExecPath("chromium"))
	alloc, cancel := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	return ctx
}

func run(t *testing.T, browser context.Context, file string) {
	script := bundle(t, file)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<!doctype html><meta charset="utf-8"><body></body><script type="module" src="/test.js"></script>`)
	})
	mux.HandleFunc("GET /test.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		w.Write(script)
	})
	newTus().routes(mux)
	server := httptest.NewServer(mux)
	defer server.Close()

	ctx, cancel := chromedp.NewContext(browser)
	defer cancel()
	ctx, stop := context.WithTimeout(ctx, time.Minute)
	defer stop()
	if err := chromedp.Do(ctx, chromedp.Navigate(server.URL)); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool]("!!window.results", chromedp.WithPollingInterval(50*time.Millisecond), chromedp.WithPollingTimeout(50*time.Second))); err != nil {
		t.Fatalf("the tests did not come to an end: %v", err)
	}
	found, err := chromedp.Run(ctx, chromedp.Evaluate[string]("JSON.stringify(window.results)"))
	if err != nil {
		t.Fatal(err)
	}
	var results []struct{ Name, Error string }
	if err := json.Unmarshal([]byte(found), &results); err != nil || len(results) == 0 {
		t.Fatalf("no results: %s %v", found, err)
	}
	for _, r := range results {
		t.Run(r.Name, func(t *testing.T) {
			if r.Error != "" {
				t.Error(r.Error)
			}
		})
	}
}

func bundle(t *testing.T, file string) []byte {
	r := api.Build(api.BuildOptions{EntryPoints: []string{file}, Bundle: true, Write: false, Outdir: "out", Format: api.FormatESModule, Target: api.ES2022,
		TsconfigRaw: `{"compilerOptions":{"target":"ES2022","useDefineForClassFields":true}}`})
	if len(r.Errors) > 0 {
		t.Fatal(strings.Join(api.FormatMessages(r.Errors, api.FormatMessagesOptions{}), "\n"))
	}
	return r.OutputFiles[0].Contents
}
