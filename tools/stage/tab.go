package stage

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
)

// Chromium starts the browser without a window; the function stops it.
func Chromium(ctx context.Context) (context.Context, func(), error) {
	path, err := exec.LookPath("chromium")
	if err != nil {
		return nil, nil, errors.New("chromium is not installed: apt-get install chromium")
	}
	alloc, stop := chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.ExecPath(path), chromedp.Flag("hide-scrollbars", true))...)
	browser, cancel := chromedp.NewContext(alloc)
	if err := chromedp.Do(browser); err != nil {
		cancel()
		stop()
		return nil, nil, fmt.Errorf("starting chromium: %w", err)
	}
	return browser, func() { cancel(); stop() }, nil
}

// Tab is a person at a page, with cookies of their own.
type Tab struct {
	context.Context
	Base string
}

// NewTab opens a tab; the function closes it.
func NewTab(browser context.Context, base string) (*Tab, func()) {
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	ctx, stop := context.WithTimeout(ctx, 5*time.Minute)
	return &Tab{ctx, base}, func() { stop(); cancel() }
}

// Visit opens a page of the realm.
func (t *Tab) Visit(path string) error {
	return chromedp.Do(t, chromedp.Navigate(t.Base+path))
}

// Ask evaluates an expression in the page, and waits for its promise.
func Ask[T any](t *Tab, expression string) (T, error) {
	v, err := chromedp.Run(t, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		return v, fmt.Errorf("%.120s: %w", expression, err)
	}
	return v, nil
}

// Tell is a command of the DevTools protocol whose answer does not matter.
func Tell[P, R any](t *Tab, c cdp.Command[P, R], params P) error {
	_, err := chromedp.Call(t, c, params)
	return err
}

// Until waits, at most a minute, for an expression to hold, also across pages.
func (t *Tab) Until(expression string) error {
	tick := time.NewTicker(30 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(time.Minute); ; {
		is, err := Ask[bool](t, "!!("+expression+")")
		if err == nil && is {
			return nil
		}
		if time.Now().After(deadline) || t.Err() != nil {
			return errors.Join(fmt.Errorf("never true: %s", expression), err)
		}
		select {
		case <-tick.C:
		case <-t.Done():
		}
	}
}

// SignIn signs somebody in by the form.
func (t *Tab) SignIn(handle, password string) error {
	if err := t.Visit("/sign-in"); err != nil {
		return err
	}
	_, err := Ask[bool](t, `(document.querySelector("#f-handle").value = `+strconv.Quote(handle)+`,
		document.querySelector("#f-password").value = `+strconv.Quote(password)+`,
		document.querySelector("main form").requestSubmit(), true)`)
	return errors.Join(err, t.Until(`location.pathname !== "/sign-in" && document.readyState === "complete"`))
}
