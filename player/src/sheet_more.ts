// What a long press offers: how it plays, and what to do about the clip.

import { el, icon } from "./dom.ts";
import { decimal } from "./numbers.ts";
import { saving, settings, choose } from "./settings.ts";
import { Sheet } from "./sheet.ts";
import type { Clip } from "./types.ts";
import { t } from "./words.ts";

export interface Wishes {
  speed(rate: number): void;
  quality(height: number | null): void;
  captions(on: boolean): void;
  saver(): void;
  keep(): void;
  notInterested(): void;
  hideAuthor(): void;
  hideSound(): void;
  why(): void;
  report(): void;
  keys(): void;
}

const speeds = [0.5, 1, 1.5, 2];

export function openMore(clip: Clip, learns: boolean, wishes: Wishes): void {
  const sheet = new Sheet({ title: `@${clip.author.handle}`, seeThrough: true });
  const s = settings();
  const item = (sign: string, text: string, act: () => void): HTMLElement =>
    el("button", { type: "button", class: "menu-item", onclick: () => { sheet.close(); act(); } }, icon(sign), el("span", {}, text));
  const heights = [...new Set(clip.renditions.map((r) => r.height))].sort((a, b) => a - b);
  const hasSubtitles = (clip.subtitles?.length ?? 0) > 0;
  sheet.body.append(el("div", { class: "menu" },
    item("bookmark", t("saved.keep"), wishes.keep),
    line("speed", t("player.speed"), speeds.map((v) => ({ label: decimal(v, 1) + " ×", on: v === s.speed, act: () => wishes.speed(v) }))),
    line("film", t("player.quality"), [
      { label: t("player.quality_auto"), on: s.quality === null, act: () => wishes.quality(null) },
      ...heights.map((h) => ({ label: `${h}p`, on: h === s.quality, act: () => wishes.quality(h) })),
    ]),
    hasSubtitles && line("captions", t("player.captions"), [
      { label: t("player.captions_off"), on: !s.captions, act: () => wishes.captions(false) },
      { label: clip.subtitles?.[0]?.label ?? "", on: s.captions, act: () => wishes.captions(true) },
    ]),
    toggle("down", t("player.saver"), saving(), (on) => { choose({ saver: on }); wishes.saver(); }),
    item("eye-off", t("player.not_interested"), wishes.notInterested),
    learns && item("person", t("player.hide_author", { name: clip.author.handle }), wishes.hideAuthor),
    learns && clip.sound && item("mute", t("player.hide_sound"), wishes.hideSound),
    item("question", t("why.title"), wishes.why),
    item("flag", t("report.title"), wishes.report),
    matchMedia("(hover: hover)").matches && item("keys", t("player.keys"), wishes.keys)));
  sheet.open();
}

interface Choice {
  label: string;
  on: boolean;
  act: () => void;
}

function line(sign: string, name: string, choices: Choice[]): HTMLElement {
  const group = el("div", { class: "segments", role: "group", "aria-label": name });
  for (const c of choices) {
    const b = el("button", { type: "button", "aria-pressed": String(c.on) }, c.label);
    b.addEventListener("click", () => {
      for (const other of group.children) other.setAttribute("aria-pressed", String(other === b));
      c.act();
    });
    group.append(b);
  }
  return el("div", { class: "menu-line" }, el("span", {}, icon(sign), name), group);
}

function toggle(sign: string, name: string, on: boolean, act: (on: boolean) => void): HTMLElement {
  const box = el("input", { type: "checkbox", checked: on });
  box.addEventListener("change", () => act(box.checked));
  return el("label", { class: "menu-item" }, icon(sign), el("span", {}, name), el("span", { class: "soft" }, box));
}
