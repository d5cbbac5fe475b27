// Why this clip? The three strongest reasons in words, with bars for what each
// weighs, and what one can do about each.

import { get, put } from "./api.ts";
import { el } from "./dom.ts";
import { decimal, percent } from "./numbers.ts";
import { Sheet } from "./sheet.ts";
import { toast } from "./toast.ts";
import type { Level, Subject, Why } from "./types.ts";
import { t } from "./words.ts";

const strongest = 3;

export interface Reason {
  words: string;
  share: number; // of all that was weighed, below zero if it spoke against; without signs they sum to 1
  subject?: Subject;
}

// reasons picks the strongest parts, those for the clip before those against
// it; what is left is one more for each side, so that nothing is hidden.
// Shares are of the sum without signs: a score near zero, where much speaks for
// and much against, has no use for shares of itself.
export function reasons(why: Why): Reason[] {
  const total = why.parts.reduce((sum, p) => sum + Math.abs(p.contribution), 0);
  if (!total) return why.parts.slice(0, strongest).map((p) => ({ words: p.words, share: 0 }));
  const sorted = [...why.parts].sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
  const out: Reason[] = sorted.slice(0, strongest).map((p) => ({ words: p.words, share: p.contribution / total, ...(p.subject && { subject: p.subject }) }));
  const rest = sorted.slice(strongest).map((p) => p.contribution / total);
  for (const side of [1, -1]) {
    const share = rest.filter((s) => s * side > 0).reduce((sum, s) => sum + s, 0);
    if (Math.abs(share) >= 0.005) out.push({ words: t("why.rest"), share });
  }
  return out.sort((a, b) => Math.sign(b.share) - Math.sign(a.share));
}

// openWhy shows the sheet; changed is called when somebody wants more or less
// of something.
export function openWhy(serve: string, learns: boolean, changed: (s: Subject, level: Level) => void): Sheet {
  const sheet = new Sheet({ title: t("why.title") }).open();
  void get<Why>(`/serves/${encodeURIComponent(serve)}/why`).then(
    (why) => sheet.body.replaceChildren(...content(why, learns, changed)),
    () => sheet.body.replaceChildren(el("p", { class: "soft" }, t("player.failed"))),
  );
  return sheet;
}

function content(why: Why, learns: boolean, changed: (s: Subject, level: Level) => void): Node[] {
  const list = el("ol", { class: "reasons" }, ...reasons(why).map((r) => reason(r, learns, changed)));
  const sum = el("p", { class: "soft small" }, t("why.sum", { score: decimal(why.score, 3) }));
  if (!learns) return [list, sum, el("p", { class: "soft small" }, t("player.why_none"))];
  return [list, sum, el("p", {}, el("a", { href: "/settings/interests" }, t("interests.title")))];
}

function reason(r: Reason, learns: boolean, changed: (s: Subject, level: Level) => void): HTMLElement {
  const fill = el("i");
  fill.style.transform = `scaleX(${Math.min(1, Math.abs(r.share)).toFixed(3)})`;
  return el("li", { class: "reason" },
    el("p", { class: "reason-words" }, el("span", {}, r.words), el("b", { class: "figures" }, percent(r.share))),
    el("div", { class: r.share < 0 ? "bar against" : "bar", "aria-hidden": "true" }, fill),
    r.subject && learns && levels(r.subject, changed));
}

function levels(s: Subject, changed: (s: Subject, level: Level) => void): HTMLElement {
  const row = el("div", { class: "levels", role: "group", "aria-label": s.label });
  for (const level of ["more", "less", "never"] as const) {
    const button = el("button", { type: "button", "aria-pressed": "false" }, t(`level.${level}`));
    button.addEventListener("click", () => {
      void put("/me/interests", { items: [{ kind: s.kind, key: s.key, level }] }).then(
        () => {
          for (const b of row.children) b.setAttribute("aria-pressed", String(b === button));
          toast(t("player.level_said"));
          changed(s, level);
        },
        () => toast(t("player.failed")),
      );
    });
    row.append(button);
  }
  return row;
}
