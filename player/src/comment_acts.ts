// What one may do about a comment: like it, answer, change it for some
// minutes, delete it, put it first, report it.

import { patch, Problem, put, remove } from "./api.ts";
import { el, icon } from "./dom.ts";
import { compact } from "./numbers.ts";
import { openReport } from "./sheet_report.ts";
import { toast } from "./toast.ts";
import type { Comment } from "./types.ts";
import { t } from "./words.ts";

export interface Doings {
  reply: (() => void) | null; // null: nobody is signed in
  changed(c: Comment): void;
  gone(): void;
  order(): void; // another one is first
}

// commentFoot is the line of acts below a comment.
export function commentFoot(c: Comment, doings: Doings): HTMLElement {
  const path = "/comments/" + encodeURIComponent(c.id);
  const may = new Set(c.may);
  const button = (text: string, act: () => void): HTMLElement => el("button", { type: "button", onclick: act }, text);
  const tried = (act: Promise<unknown>, done: () => void): void => void act.then(done, failed);
  const foot = el("p", { class: "comment-foot soft" },
    c.pinned && el("span", {}, t("comments.pinned")), c.waiting && el("span", {}, t("comments.waiting")), c.edited && el("span", {}, t("comments.edited")),
    doings.reply && liking(c, path),
    doings.reply && button(t("comments.reply"), doings.reply),
    may.has("approve") && button(t("comments.approve"), () => tried(put(path + "/approve"), () => doings.changed({ ...c, waiting: false, may: c.may.filter((m) => m !== "approve") }))),
    may.has("pin") && button(t(c.pinned ? "comments.unpin" : "comments.pin"), () => tried((c.pinned ? remove : put)(path + "/pin"), doings.order)),
    may.has("edit") && button(t("act.edit"), () => edit(foot, c, path, doings)),
    may.has("delete") && deleting(() => tried(remove(path), doings.gone)),
    !may.has("edit") && button(t("act.report"), () => openReport({ comment: c.id })));
  return foot;
}

function failed(e: unknown): void {
  toast(e instanceof Problem && e.title ? e.title : t("player.failed"));
}

function liking(c: Comment, path: string): HTMLElement {
  const count = el("span", {}, compact(c.likes));
  const heart = el("button", { type: "button", class: "plain", "aria-pressed": String(c.liked) }, icon("heart"), el("span", { class: "unseen" }, t("act.like")), count);
  heart.addEventListener("click", () => {
    const on = !c.liked;
    const set = (liked: boolean): void => {
      c.liked = liked;
      c.likes += liked ? 1 : -1;
      heart.setAttribute("aria-pressed", String(liked));
      count.textContent = compact(c.likes);
    };
    set(on);
    (on ? put : remove)(path + "/like").catch((e: unknown) => {
      set(!on);
      failed(e);
    });
  });
  return heart;
}

// deleting asks once more, in the button's own place.
function deleting(act: () => void): HTMLElement {
  const b = el("button", { type: "button" }, t("act.delete"));
  let sure = false;
  b.addEventListener("click", () => {
    if (sure) return act();
    sure = true;
    b.textContent = t("comments.delete_sure");
  });
  b.addEventListener("blur", () => {
    sure = false;
    b.textContent = t("act.delete");
  });
  return b;
}

// edit puts a field in the place of the text.
function edit(foot: HTMLElement, c: Comment, path: string, doings: Doings): void {
  const shown = foot.parentElement?.querySelector<HTMLElement>(":scope > .comment-text");
  if (!shown) return;
  const text = el("textarea", { rows: 2, required: true, maxlength: 1000, dir: "auto", "aria-label": t("act.edit") });
  text.value = c.text;
  const form = el("form", { class: "comment-form" }, text, el("button", { class: "button" }, t("settings.save")));
  form.addEventListener("submit", (e) => {
    e.preventDefault();
    void patch<{ comment: Comment }>(path, { text: text.value }).then(({ comment }) => doings.changed(comment), failed);
  });
  text.addEventListener("keydown", (e) => {
    e.stopPropagation();
    if (e.key === "Escape") doings.changed(c);
  });
  shown.replaceWith(form);
  foot.hidden = true;
  text.focus();
}
