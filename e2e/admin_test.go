package e2e

import (
	"os/exec"
	"strings"
	"testing"

	"reelm/internal/server/servertest"
)

// An operator closes a service by its pages: looks at what would happen, does
// it, schedules the rest, and takes it back. Somebody who watches sees what it
// means for them at each step.
func TestAnOperatorWindsDownInABrowser(t *testing.T) {
	h := servertest.Spawn(t, servertest.Build(t), t.TempDir())
	cmd := exec.Command(h.Program(), "account", "create", "--data", h.Config.Data, "--handle", "boss", "--role", "admin", "--password-stdin")
	cmd.Stdin = strings.NewReader(servertest.Password + "\n")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	h.Account("anna")
	browser := chromium(t)
	boss, anna := open(t, browser, h.Base, desk), open(t, browser, h.Base, phone)
	for who, b := range map[string]*tab{"boss": boss, "anna": anna} {
		b.visit("/sign-in")
		b.fill("#f-handle", who, "#f-password", servertest.Password)
		b.leads("main form .button")
	}
	says := func(b *tab, path, text string) {
		t.Helper()
		b.visit(path)
		b.until(`document.body.innerText.includes(` + quote(text) + `)`)
	}
	now := `[aria-current="step"] `

	boss.visit("/settings")
	boss.leads(`a[href="/admin"]`)
	boss.fill("#f-farewell", "Thank you for eleven good years.")
	boss.leads(`form[action="/admin/words"] button`)
	boss.leads(`a[href="/admin/close"]`)
	boss.fill("#note-announced", "we close in spring")
	boss.leads(now + "button")
	boss.until(`document.querySelector("main").innerText.includes("From now on: farewell announced.")`)
	says(anna, "/settings", "Settings")
	if ask[bool](anna, `!!document.querySelector(".banner")`) {
		t.Error("looking at it did it")
	}
	boss.leads(`button[value="confirm"]`)
	says(anna, "/", "going to wind down")
	says(anna, "/inbox", "we close in spring")

	boss.until(`document.querySelector('` + now + `h2').innerText.includes("Nothing new")`)
	boss.fill("#at-read-only", "2099-03-01")
	boss.leads(now + "button")
	boss.leads(`button[value="confirm"]`)
	boss.until(`document.querySelector('[data-state="planned"]').innerText.includes("1 March 2099")`)
	says(anna, "/", "From 1 March 2099")

	boss.press(`[data-state="later"] + .guide-step summary, [data-state="now"] + .guide-step summary`)
	boss.leads(`form:has(input[value="closed"]) button`)
	boss.leads(`button[value="confirm"]`)
	says(anna, "/", "Thank you for eleven good years.")
	anna.leads(`a[href="/transparency"]`)
	anna.until(`document.querySelector("#changes").innerText.includes("closed")`)

	boss.leads(`form:has(> input[value="open"]) button`)
	boss.leads(`button[value="confirm"]`)
	anna.visit("/inbox")
	anna.until(`!document.querySelector(".banner")`)

	boss.visit("/admin/sell")
	boss.until(`document.querySelectorAll(".guide-step").length === 10 && document.querySelector(".guide-step code").innerText.startsWith("reelm handover keygen")`)
}
