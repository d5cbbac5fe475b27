package e2e

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// chromium starts the browser once for a test; each tab of it is a person of
// its own, with cookies of their own.
func chromium(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("chromium is not installed (make test says how)")
	}
	alloc, cancel := chromedp.NewExecAllocator(context.Background(),
		append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU, chromedp.ExecPath(path))...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// tab is a person at a page.
type tab struct {
	*testing.T
	ctx  context.Context
	base string
}

// device is what somebody holds.
type device struct {
	width, height int64
	touch         bool
	noScripts     bool
}

var (
	phone  = device{390, 844, true, false}
	desk   = device{1280, 800, false, false}
	simple = device{390, 844, false, true}
)

// open gives somebody a tab. What goes wrong in the page's scripts fails the
// test.
func open(t *testing.T, browser context.Context, base string, d device) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	ctx, stop := context.WithTimeout(ctx, 3*time.Minute)
	t.Cleanup(stop)
	b := &tab{T: t, ctx: ctx, base: base}
	var mu sync.Mutex
	var wrong []string
	b.must(chromedp.Listen(ctx, func(ev any) {
		if e, ok := ev.(*runtime.EventExceptionThrown); ok {
			mu.Lock()
			defer mu.Unlock()
			wrong = append(wrong, whatWentWrong(e.ExceptionDetails))
		}
	}))
	t.Cleanup(func() {
		mu.Lock()
		defer mu.Unlock()
		if len(wrong) > 0 {
			t.Error("the page's scripts failed:", strings.Join(wrong, "; "))
		}
	})
	command(b, runtime.Enable, cdp.Empty{})
	command(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: d.width, Height: d.height, DeviceScaleFactor: 1, Mobile: d.touch})
	command(b, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: d.touch})
	command(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: d.noScripts})
	return b
}

// whatWentWrong says which error it was, and the calls that led to it.
func whatWentWrong(d *runtime.ExceptionDetails) string {
	s := fmt.Sprintf("%s %s:%d", d.Text, d.URL, d.LineNumber)
	if d.Exception != nil {
		s += " " + d.Exception.Description
	}
	if d.StackTrace != nil {
		for _, f := range d.StackTrace.CallFrames {
			s += fmt.Sprintf("\n\tat %s %s:%d:%d", f.FunctionName, f.URL, f.LineNumber, f.ColumnNumber)
		}
	}
	return s
}

func command[P, R any](b *tab, c cdp.Command[P, R], params P) R {
	b.Helper()
	r, err := chromedp.Call(b.ctx, c, params)
	b.must(err)
	return r
}

func (b *tab) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatalf("%v\n%s", err, b.where())
	}
}

// where says where somebody is when something went wrong.
func (b *tab) where() string {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(b.ctx), 2*time.Second)
	defer cancel()
	at, err := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + "\n" + (document.querySelector("main")?.innerText ?? "").slice(0, 600)`))
	if err != nil {
		return err.Error()
	}
	return at
}

// visit opens a page.
func (b *tab) visit(path string) {
	b.Helper()
	b.must(chromedp.Do(b.ctx, chromedp.Navigate(b.base+path)))
}

// ask evaluates an expression in the page.
func ask[T any](b *tab, expression string) T {
	b.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.Fatalf("%s: %v\n%s", expression, err, b.where())
	}
	return v
}

// until waits for an expression to hold, also across pages. It asks from
// outside, because pages without scripts have no clock of their own.
func (b *tab) until(expression string) {
	b.Helper()
	tick := time.NewTicker(30 * time.Millisecond)
	defer tick.Stop()
	deadline := time.Now().Add(time.Minute)
	for {
		is, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool]("!!("+expression+")"))
		if err == nil && is {
			return
		}
		if b.ctx.Err() != nil || time.Now().After(deadline) {
			b.Fatalf("this never came true: %s (%v)\n%s", expression, err, b.where())
		}
		<-tick.C
	}
}

// press uses what somebody points at, once it has come to rest in sight.
func (b *tab) press(selector string) {
	b.Helper()
	b.until(`(() => {
		const e = document.querySelector(` + quote(selector) + `);
		if (!e) return false;
		e.scrollIntoView({ block: e.closest("dialog") ? "nearest" : "center" });
		const r = e.getBoundingClientRect(), at = [r.x, r.y, scrollY].join(), rests = at === window.restsAt;
		window.restsAt = at;
		return rests && e.contains(document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2));
	})()`)
	b.must(chromedp.Do(b.ctx, chromedp.Click(selector, chromedp.NodeVisible)))
}

// leads presses what leads to another page, and waits for that page.
func (b *tab) leads(selector string) {
	b.Helper()
	old := ask[float64](b, "performance.timeOrigin")
	b.press(selector)
	b.until(fmt.Sprintf("performance.timeOrigin !== %v && document.readyState === 'complete'", old))
}

// fill types into fields: selector and text in turn.
func (b *tab) fill(fields ...string) {
	b.Helper()
	for i := 0; i+1 < len(fields); i += 2 {
		b.must(chromedp.Do(b.ctx, chromedp.SetValue(fields[i], fields[i+1])))
	}
}

// touch puts a finger down, moves it, or lifts it (no point).
func (b *tab) touch(kind input.DispatchTouchEventType, points ...*input.TouchPoint) {
	b.Helper()
	command(b, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: kind, TouchPoints: points})
}

// swipe moves a finger up (to the next clip) or down.
func (b *tab) swipe(up bool) {
	b.Helper()
	from, step := 620., -32.
	if !up {
		from, step = 220., 32.
	}
	b.touch(input.DispatchTouchEventTypeTouchStart, &input.TouchPoint{X: 160, Y: from})
	for i := 1.; i <= 12; i++ {
		b.touch(input.DispatchTouchEventTypeTouchMove, &input.TouchPoint{X: 160, Y: from + i*step})
	}
	b.touch(input.DispatchTouchEventTypeTouchEnd)
}

// tap touches a place, so many times in a row.
func (b *tab) tap(x, y float64, times int) {
	b.Helper()
	for range times {
		b.touch(input.DispatchTouchEventTypeTouchStart, &input.TouchPoint{X: x, Y: y})
		b.touch(input.DispatchTouchEventTypeTouchEnd)
	}
}

func (b *tab) key(keys string) {
	b.Helper()
	b.must(chromedp.Do(b.ctx, chromedp.KeyEvent(keys)))
}

// atEveryPage runs a script before those of every page to come.
func (b *tab) atEveryPage(script string) {
	b.Helper()
	command(b, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
}
