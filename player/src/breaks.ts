// Breaks that somebody set for themselves: so many minutes a day, and at
// night. A break ends when one writes down how long to go on: an act that no
// thumb does by itself. What is counted stays in this browser, and only while
// there is a limit.

import { el } from "./dom.ts";
import { settings, type Settings } from "./settings.ts";
import { Sheet } from "./sheet.ts";
import { t } from "./words.ts";

// Today is what was watched on a day, in seconds, and until when one went on
// in spite of a break, in milliseconds since 1970.
export interface Today {
  day: string;
  seconds: number;
  until: number;
}

const key = "reelm.today";
const tick = 5_000;
const most = 60; // minutes that one can go on at once

// dayOf is the day of the device's own calendar.
export function dayOf(at: Date): string {
  return `${at.getFullYear()}-${at.getMonth() + 1}-${at.getDate()}`;
}

// isNight says whether a moment lies between two times of day.
export function isNight(s: Pick<Settings, "nightFrom" | "nightUntil">, at: Date): boolean {
  const from = clock(s.nightFrom), until = clock(s.nightUntil), now = at.getHours() * 60 + at.getMinutes();
  if (from === null || until === null || from === until) return false;
  return from < until ? now >= from && now < until : now >= from || now < until;
}

function clock(s: string): number | null {
  const m = /^(\d{1,2}):(\d{2})$/.exec(s);
  return m ? Number(m[1]) * 60 + Number(m[2]) : null;
}

// due says which break it is time for.
export function due(s: Pick<Settings, "daily" | "nightFrom" | "nightUntil">, today: Today, at: Date): "day" | "night" | null {
  if (at.getTime() < today.until) return null;
  if (isNight(s, at)) return "night";
  return s.daily > 0 && today.day === dayOf(at) && today.seconds >= s.daily * 60 ? "day" : null;
}

// Breaks watches the clock of a feed. hold stops what plays, and lets it go on.
export class Breaks {
  open = false;
  private last = 0; // the moment of the last look, 0 before the first

  constructor(private readonly hold: (on: boolean) => void) {
    this.look();
    setInterval(() => this.look(), tick);
    document.addEventListener("visibilitychange", () => this.look());
  }

  private look(): void {
    const s = settings(), at = new Date();
    if (this.open || document.hidden || (!s.daily && !s.nightFrom)) return;
    const today = recall(at);
    if (s.daily) {
      if (this.last) today.seconds += Math.min(tick, at.getTime() - this.last) / 1000;
      keep(today);
    }
    this.last = at.getTime();
    const which = due(s, today, at);
    if (which) this.begin(which, s);
  }

  private begin(which: "day" | "night", s: Settings): void {
    this.open = true;
    this.hold(true);
    const minutes = el("input", { name: "minutes", inputmode: "numeric", autocomplete: "off", required: true, maxlength: 2, pattern: "[1-9]|[1-5][0-9]|60", "aria-describedby": "break-hint" });
    const form = el("form", { class: "form" },
      el("label", { class: "field" }, el("span", {}, t("break.minutes")), minutes, el("span", { class: "hint", id: "break-hint" }, t("break.hint", { n: most }))),
      el("p", { class: "row" }, el("button", { class: "button quiet" }, t("break.go_on")), el("a", { class: "button quiet", href: "/settings#watching" }, t("break.change"))));
    const dialog = el("dialog", { class: "break", "aria-labelledby": "break-title", "data-swipe": "no" },
      el("h2", { id: "break-title" }, which === "day" ? t("break.day", { n: s.daily }) : t("break.night", { time: s.nightFrom })),
      el("p", { class: "soft" }, t("break.what")), form);
    dialog.addEventListener("cancel", (e) => e.preventDefault());
    dialog.addEventListener("close", () => this.open && dialog.isConnected && dialog.showModal()); // the phone's back
    dialog.addEventListener("keydown", (e) => {
      if (e.key === "Escape") e.preventDefault(); // a second one would close it all the same
      e.stopPropagation();
    });
    form.addEventListener("submit", (e) => {
      e.preventDefault();
      const n = Number(minutes.value);
      if (!(n >= 1 && n <= most)) return;
      const at = new Date();
      keep({ ...recall(at), until: at.getTime() + n * 60_000 });
      dialog.close();
      dialog.remove();
      this.open = false;
      this.last = 0;
      this.hold(false);
    });
    document.body.append(dialog);
    dialog.showModal();
    minutes.focus();
  }
}

function recall(at: Date): Today {
  const today: Today = { day: dayOf(at), seconds: 0, until: 0 };
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? "{}") as Partial<Today>;
    if (typeof kept.until === "number" && kept.until < at.getTime() + most * 60_000) today.until = kept.until;
    if (kept.day === today.day && typeof kept.seconds === "number" && kept.seconds >= 0) today.seconds = kept.seconds;
  } catch {
    // nothing is kept, or something else
  }
  return today;
}

function keep(today: Today): void {
  try {
    localStorage.setItem(key, JSON.stringify(today));
  } catch {
    // forbidden: it counts until the page is left
  }
}

// openPageEnd stands at the end of a page for who watches one at a time.
export function openPageEnd(next: () => Promise<void>): void {
  if (document.querySelector("dialog[open]")) return;
  const sheet = new Sheet({ title: t("page.end"), seeThrough: true });
  const button = el("button", { type: "button", class: "button" }, t("page.next"));
  button.addEventListener("click", () => {
    sheet.close();
    void next();
  });
  sheet.body.append(el("p", { class: "soft" }, t("page.end.what")), el("p", {}, button));
  sheet.open();
  button.focus();
}
