package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"reelm/internal/server/servertest"
)

// axeCore is the version of axe-core that pages are checked with. It is no part
// of the build.
const axeCore = "axe-core@4.14.1"

// axe is axe-core's script, or "" where npm cannot fetch it.
func axe(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	out, err := exec.Command("npm", "install", "--prefix", dir, "--no-save", "--no-audit", "--no-fund", axeCore).CombinedOutput()
	if err != nil {
		t.Logf("npm could not fetch %s: the pages are checked without it\n%s", axeCore, out)
		return ""
	}
	b, err := os.ReadFile(filepath.Join(dir, "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// place is a page, who looks at it, and the status that it answers with.
type place struct {
	path, as string
	status   int
}

// settled is a realm in which every page has something to show.
func settled(t *testing.T) (h *servertest.House, places []place) {
	h = servertest.Spawn(t, servertest.Build(t), t.TempDir())
	verb := func(in string, args ...string) {
		t.Helper()
		cmd := exec.Command(h.Program(), append(args, "--data", h.Config.Data)...)
		cmd.Stdin = strings.NewReader(in)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
	}
	verb(servertest.Password+"\n", "account", "create", "--handle", "boss", "--role", "admin", "--password-stdin")
	verb("", "realm", "set", "main", "handover.terms=Everything stays as it is.", "contact=hello@example.org")
	anna, ben := h.Account("anna"), h.Account("ben")
	id := h.Publish(anna, 1, "The sea before the storm. #sea #storm @ben")
	other := h.Publish(ben, 2, "Nothing but frost this morning #frost #sea")
	gone := h.Publish(anna, 3, "Soon deleted #sea")
	h.Must(204, "DELETE", "/api/v1/clips/"+gone, anna, nil)
	clip := h.Do("GET", "/api/v1/clips/"+id, "", nil).JSON(t)
	for token, text := range map[string]string{anna: "Where was that?", ben: "By the old lighthouse, @anna"} {
		h.Must(201, "POST", "/api/v1/clips/"+id+"/comments", token, map[string]any{"text": text})
	}
	for path, token := range map[string]string{"/accounts/anna/follow": ben, "/accounts/ben/follow": anna, "/clips/" + id + "/like": ben, "/clips/" + other + "/like": anna} {
		h.Must(200, "PUT", "/api/v1"+path, token, nil)
	}
	sound := "/sound/" + clip["sound"].(map[string]any)["id"].(string)
	for as, paths := range map[string]string{
		"":     "/ /following /search /search?q=sea /search?q=an&kind=accounts /search?q=sea&kind=tags /search?q=xyzzy /tag/sea /@anna /@anna/followers /sign-in /sign-up /inbox /settings /settings/interests /transparency /transparency/ledger /offline /upload /report?clip=" + id + " /c/" + id + " /embed/" + id + " " + sound,
		"anna": "/ /following /c/" + id + " /c/" + id + "/edit /c/" + id + "/subtitles /c/" + other + "/keep /@anna /@anna/following /upload /messages /messages/@ben /saved /inbox /settings /settings/data /settings/privacy /settings/inbox /settings/interests /suggested /handover",
		"boss": "/admin /admin/close /admin/sell /admin/orders",
	} {
		for path := range strings.FieldsSeq(paths) {
			places = append(places, place{path, as, 200})
		}
	}
	return h, append(places, place{"/nothing-here", "", 404}, place{"/c/" + gone, "", 410})
}

// found is what axe-core says of a rule.
type found struct {
	ID, Impact, Help string
	Nodes            []struct {
		HTML           string
		FailureSummary string
	}
}

// faults gives what is serious on the page as it is shown now.
func (b *tab) faults(rules string) (all []found) {
	b.Helper()
	said := ask[string](b, `axe.run(document, { resultTypes: ["violations"], `+rules+` }).then((r) => JSON.stringify(r.violations.filter((v) => v.impact === "serious" || v.impact === "critical")))`)
	b.must(json.Unmarshal([]byte(said), &all))
	return all
}

// shown sets size and theme.
func (b *tab) shown(d device, theme string) {
	b.Helper()
	command(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: d.width, Height: d.height, DeviceScaleFactor: 1, Mobile: d.touch})
	command(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: theme}, {Name: "prefers-reduced-motion", Value: "reduce"}}})
}

// tooWide names what sticks out of the screen at the sides.
const tooWide = `(() => {
	const root = document.scrollingElement, wide = root.scrollWidth - root.clientWidth;
	if (wide <= 0) return "";
	const out = [...document.querySelectorAll("body *")].filter((e) => { const r = e.getBoundingClientRect(); return r.width && (r.right > innerWidth + 1 || r.left < -1); });
	return wide + " px: " + out.slice(-4).map((e) => e.outerHTML.slice(0, 120)).join(" | ");
})()`

// unseen names the controls that look the same with focus as without.
const unseen = `(() => {
	const look = (e) => { const all = [e, e.closest("label"), e.parentElement, e.nextElementSibling].filter(Boolean).map((x) => { const s = getComputedStyle(x); return [s.outlineStyle + s.outlineWidth + s.outlineColor, s.boxShadow, s.backgroundColor, s.borderColor, s.textDecorationLine].join(); }); return all.join(";"); };
	const bad = [];
	for (const e of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0'], video[controls]")) {
		if (e.disabled || e.closest("[inert], dialog:not([open]), details:not([open]) > :not(summary)") || !e.checkVisibility({ visibilityProperty: true })) continue;
		document.activeElement?.blur();
		const before = look(e);
		e.focus({ focusVisible: true, preventScroll: true });
		if (document.activeElement === e && look(e) === before) bad.push(e.outerHTML.slice(0, 160));
	}
	document.activeElement?.blur();
	return bad.join(" | ");
})()`

// Every page, in both themes, on a phone and at a desk: axe-core finds nothing
// serious, nothing has to be scrolled sideways in either direction of writing,
// focus is seen, no other host is asked, and nobody gets a cookie for looking.
func TestEveryPageInABrowser(t *testing.T) {
	script := axe(t)
	h, places := settled(t)
	browser := chromium(t)
	people := map[string]*tab{}
	for _, p := range places {
		b := people[p.as]
		if b == nil {
			b = open(t, browser, h.Base, phone)
			people[p.as] = b
			b.onlyAsks(h.Base)
			if p.as != "" {
				b.visit("/sign-in")
				b.fill("#f-handle", p.as, "#f-password", servertest.Password)
				b.leads("main form .button")
			}
		}
		t.Run(p.as+p.path, func(t *testing.T) { b.survey(t, p, script) })
	}
	if n := len(command(people[""], network.GetCookies, network.GetCookiesParams{}).Cookies); n > 0 {
		t.Errorf("who only looked has %d cookies", n)
	}
}

func (b *tab) survey(t *testing.T, p place, script string) {
	was := b.T
	b.T = t
	defer func() { b.T = was }()
	b.shown(phone, "light")
	b.visit(p.path)
	b.until(`document.readyState === "complete"`)
	if got := ask[int](b, `performance.getEntriesByType("navigation")[0].responseStatus`); got != p.status {
		t.Fatalf("it answers %d, not %d", got, p.status)
	}
	if out := ask[string](b, tooWide); out != "" {
		t.Errorf("it is too wide: %s", out)
	}
	if out := ask[string](b, unseen); out != "" {
		t.Errorf("focus is not seen on: %s", out)
	}
	ask[bool](b, `(document.documentElement.dir = "rtl", true)`)
	if out := ask[string](b, tooWide); out != "" {
		t.Errorf("from right to left it is too wide: %s", out)
	}
	ask[bool](b, `(document.documentElement.dir = "ltr", true)`)
	if script == "" {
		return
	}
	ask[int](b, script+";0")
	for _, d := range []struct {
		device device
		theme  string
		rules  string
	}{
		{phone, "light", ""},
		{phone, "dark", `runOnly: ["color-contrast"]`},
		{desk, "dark", ""},
		{desk, "light", `runOnly: ["color-contrast"]`},
	} {
		b.shown(d.device, d.theme)
		for _, f := range b.faults(d.rules) {
			said := fmt.Sprintf("%d px, %s: %s (%s)", d.device.width, d.theme, f.Help, f.ID)
			for _, n := range f.Nodes[:min(3, len(f.Nodes))] {
				said += "\n\t" + n.HTML[:min(220, len(n.HTML))] + "\n\t\t" + strings.ReplaceAll(n.FailureSummary, "\n", " ")
			}
			t.Error(said)
		}
	}
}

// onlyAsks fails the test when a page asks another host for anything.
func (b *tab) onlyAsks(base string) {
	command(b, network.Enable, network.EnableParams{})
	t := b.T
	b.must(chromedp.Listen(b.ctx, func(ev any) {
		if e, ok := ev.(*network.EventRequestWillBeSent); ok && strings.HasPrefix(e.Request.URL, "http") && !strings.HasPrefix(e.Request.URL, base+"/") {
			t.Errorf("%s asks %s", e.DocumentURL, e.Request.URL)
		}
	}))
}

// The For You page is light: what a browser fetches of it before the first
// picture, compressed as it comes over the line.
func TestTheFeedIsLight(t *testing.T) {
	const most = 120 << 10 // bytes
	h := servertest.Spawn(t, servertest.Build(t), t.TempDir())
	fillRealm(t, h, 12, "moor", "neon")
	b := open(t, chromium(t), h.Base, phone)
	b.atEveryPage(stageJS)
	b.visit("/")
	b.until("window.slide && slide() && video().readyState >= 2")
	paths := ask[[]string](b, `["/", ...performance.getEntriesByType("resource").map((e) => new URL(e.name).pathname).filter((p) => /\.(js|css|svg)$/.test(p))]`)
	sum, kinds := 0, map[string]bool{}
	for _, path := range paths {
		n := transferred(t, h.Base+path)
		t.Logf("%7d %s", n, path)
		sum += n
		kinds[filepath.Ext(path)] = true
	}
	if !kinds[".js"] || !kinds[".css"] || sum > most {
		t.Errorf("HTML, CSS, JS and icons of For You are %d bytes, of %d", sum, most)
	}
}

// transferred is the size of an answer's body as it is sent.
func transferred(t *testing.T, url string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), "GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", "gzip")
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != 200 {
		t.Fatal(url, res.Status, err)
	}
	return len(b)
}
