// What ordinary pages gain from scripts: likes and follows without a new page,
// a share sheet, comments that arrive at once, clips followed while they are
// made, and the settings of this device.

import { put, remove } from "./api.ts";
import { Comments } from "./comments.ts";
import { el, part, say } from "./dom.ts";
import { followClip } from "./follow_clip.ts";
import { liveInbox, suggesting } from "./live.ts";
import { compact } from "./numbers.ts";
import { leavePush, offerPush } from "./push.ts";
import { choose, leaveToAccount, settings, type Settings } from "./settings.ts";
import { openKeep } from "./sheet_keep.ts";
import { share } from "./sheet_share.ts";
import { toast } from "./toast.ts";
import { ofClip } from "./truth.ts";
import { t } from "./words.ts";

const signedIn = document.documentElement.hasAttribute("data-account");

export function enhancePage(): void {
  for (const f of document.querySelectorAll<HTMLFormElement>("form[data-like]")) pressing(f, (on) => (on ? put : remove)(`/clips/${f.dataset["like"]}/like`), (on) => count(f, on));
  for (const f of document.querySelectorAll<HTMLFormElement>("form[data-follow]")) pressing(f, (on) => (on ? put : remove)(`/accounts/${f.dataset["follow"]}/follow`), (on) => f.querySelector("button")?.classList.toggle("quiet", on));
  for (const a of document.querySelectorAll<HTMLAnchorElement>("a[data-share]")) sharing(a);
  for (const a of document.querySelectorAll<HTMLAnchorElement>("a[data-keep]")) keeping(a);
  for (const line of document.querySelectorAll<HTMLElement>("[data-clip][data-state]")) following(line);
  liveInbox();
  if ("serviceWorker" in navigator && isSecureContext) navigator.serviceWorker.register("/sw.js").catch(() => {}); // without it pages work all the same
  const query = document.querySelector<HTMLInputElement>(".search input[type=search]");
  if (query) suggesting(query);
  const comments = document.querySelector<HTMLElement>("[data-comments]");
  if (comments) void discussing(comments);
  if (!signedIn) leavePush().catch(() => {});
  const push = document.querySelector<HTMLElement>("[data-push]");
  if (push) void offerPush(push);
  const device = document.querySelector<HTMLElement>("[data-watching]");
  if (device) setting(device);
}

// pressing lets a form with one pressed button act at once, and take it back
// if the server says no.
function pressing(form: HTMLFormElement, act: (on: boolean) => Promise<unknown>, shown: (on: boolean) => void): void {
  const button = form.querySelector("button");
  if (!button || !signedIn) return; // the plain form leads to the sign-in
  form.addEventListener("submit", (e) => {
    e.preventDefault();
    const on = button.getAttribute("aria-pressed") !== "true";
    const set = (v: boolean): void => {
      button.setAttribute("aria-pressed", String(v));
      shown(v);
    };
    set(on);
    act(on).catch(() => {
      set(!on);
      toast(t("player.failed"));
    });
  });
}

const counted = new WeakMap<HTMLElement, { n: number; liked: boolean }>();

// count changes the figure beside a heart. A figure that is shortened already
// stays as it is: one more does not show.
function count(form: HTMLElement, liked: boolean): void {
  const figure = part(form, "likes");
  if (!figure) return;
  const text = figure.textContent ?? "";
  const before = counted.get(form) ?? { n: /^[\d.,]+$/.test(text) ? Number(text.replace(/[.,]/g, "")) : NaN, liked: !liked };
  const n = before.n + (liked === before.liked ? 0 : liked ? 1 : -1);
  counted.set(form, { n, liked });
  if (!Number.isNaN(n)) say(figure, compact(n));
}

function sharing(a: HTMLAnchorElement): void {
  a.addEventListener("click", (e) => {
    e.preventDefault();
    const url = new URL(a.href).pathname;
    void share({ url, caption: document.title, author: { handle: "", name: "", url: "", following: false } }, () => {});
  });
}

function keeping(a: HTMLAnchorElement): void {
  if (!signedIn) return; // the link leads to the sign-in
  a.addEventListener("click", (e) => {
    e.preventDefault();
    void openKeep(a.dataset["keep"] ?? "");
  });
}

function following(line: HTMLElement): void {
  if (!["uploading", "processing", "held"].includes(line.dataset["state"] ?? "")) return;
  const state = line.dataset["state"];
  followClip(line.dataset["clip"] ?? "", (clip) => {
    if (clip.state !== state && (clip.state === "ready" || clip.state === "failed")) return location.reload();
    const truth = ofClip(clip);
    say(line.querySelector<HTMLElement>(".truth-what, :scope > span"), truth.what);
    const bar = line.querySelector("progress");
    if (bar) bar.value = (truth.share ?? 0) * 100;
  });
}

async function discussing(section: HTMLElement): Promise<void> {
  const form = section.querySelector<HTMLFormElement>(".comment-form");
  const title = section.querySelector("h2");
  if (!form || !title) return; // whoever cannot write reads what the page has
  let n = Number((title.textContent ?? "").replace(/\D/g, "")) || 0;
  const comments = new Comments(() => "", true, { count: (change) => say(title, t("count.comments", { n: (n += change) })) });
  const body = el("div"), foot = el("div");
  await comments.show(section.dataset["comments"] ?? "");
  comments.into(body, foot);
  section.replaceChildren(title, foot, body);
}

// setting keeps how somebody without an account wants to watch in the browser;
// for an account the form is sent, and what this device said of it is forgotten.
function setting(section: HTMLElement): void {
  const form = section.querySelector("form");
  if (!form) return;
  const toggles = ["captions", "autoplay", "saver", "paged"] as const;
  if (signedIn) {
    form.addEventListener("submit", () => leaveToAccount([...toggles, "daily", "nightFrom", "nightUntil"]));
    return;
  }
  const now = settings();
  const field = (name: string): HTMLInputElement => form.elements.namedItem(name) as HTMLInputElement;
  for (const name of toggles) field(name).checked = now[name];
  field("daily_minutes").value = now.daily ? String(now.daily) : "";
  field("night_from").value = now.nightFrom;
  field("night_until").value = now.nightUntil;
  section.hidden = false;
  form.addEventListener("submit", (e) => {
    e.preventDefault();
    const change: Partial<Settings> = { daily: Math.min(1440, Math.max(0, Math.round(Number(field("daily_minutes").value)) || 0)), nightFrom: field("night_from").value, nightUntil: field("night_until").value };
    for (const name of toggles) change[name] = field(name).checked;
    choose(change);
    toast(t("settings.saved"));
  });
}
