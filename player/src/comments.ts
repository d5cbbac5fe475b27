// A clip's comments: read, answered and written without leaving it.

import { get, post, Problem } from "./api.ts";
import { pieces } from "./caption.ts";
import { commentFoot } from "./comment_acts.ts";
import { avatar, el, icon } from "./dom.ts";
import { liveComments } from "./live.ts";
import { age } from "./times.ts";
import { toast } from "./toast.ts";
import type { Comment, List } from "./types.ts";
import { t } from "./words.ts";

export interface Told {
  count(change: number): void; // a comment was added
}

export class Comments {
  readonly list = el("ol", { class: "comment-list" });
  readonly form: HTMLElement;
  private readonly note = el("p", { class: "soft" });
  private readonly more = el("button", { type: "button", class: "button quiet", hidden: true }, t("list.more"));
  private next: string | null = null;
  private sort: "newest" | "top" = "newest";
  private readonly sorts = el("div", { class: "kinds small", role: "group", "aria-label": t("comments.sort") }, ...(["newest", "top"] as const).map((s) =>
    el("button", { type: "button", class: "chip", "aria-pressed": String(s === this.sort), onclick: () => this.order(s) }, t(s === "top" ? "comments.top" : "comments.newest"))));
  private replyTo: { id: string; handle: string } | null = null;
  private clip = "";
  private round = 0; // of the clip that is shown: late answers of another are dropped
  private readonly text = el("textarea", { rows: 1, required: true, maxlength: 1000, placeholder: t("comments.label"), "aria-label": t("comments.label"), dir: "auto" });
  private readonly replyNote = el("p", { class: "reply-note", hidden: true });

  constructor(private readonly serve: () => string, private readonly signedIn: boolean, private readonly told: Told) {
    this.form = signedIn ? this.makeForm() : el("p", {}, el("a", { href: "/sign-in?back=" + encodeURIComponent(location.pathname) }, t("comments.sign_in")));
    this.more.addEventListener("click", () => void this.page());
  }

  // into shows list and form in the places they belong.
  into(body: HTMLElement, foot: HTMLElement): void {
    body.replaceChildren(this.sorts, this.note, this.list, el("p", { class: "pager" }, this.more));
    foot.replaceChildren(this.form);
  }

  // show loads the comments of a clip.
  async show(clip: string): Promise<void> {
    this.clip = clip;
    this.round++;
    this.next = null;
    this.reply(null);
    this.list.replaceChildren();
    await this.page();
    this.hush();
    if (this.clip === clip) this.hush = liveComments(clip, { arrived: (c) => this.arrive(c), changed: (c) => this.renew(c), gone: (id) => this.leave(id) });
  }

  private order(by: "newest" | "top"): void {
    this.sort = by;
    for (const [i, b] of [...this.sorts.children].entries()) b.setAttribute("aria-pressed", String((i === 1) === (by === "top")));
    void this.show(this.clip);
  }

  private find(id: string): HTMLElement | null {
    return this.list.querySelector(`[data-id="${CSS.escape(id)}"]`);
  }

  // arrive shows what somebody else has just said.
  private arrive(c: Comment): void {
    if (this.find(c.id)) return this.renew(c);
    this.told.count(1);
    if (c.parent && !this.find(c.parent)) return; // it is on a later page
    this.put(c, false, true);
    this.empty();
  }

  // renew shows a comment as it is now, unless somebody is writing in it.
  private renew(c: Comment): void {
    const old = this.find(c.id);
    if (!old || old.querySelector(":scope > div > form")) return;
    const answers = old.querySelector(":scope > div > .comment-list"), now = this.item(c, answers === null);
    if (answers) now.querySelector(":scope > div")?.append(answers);
    old.replaceWith(now);
  }

  // leave takes away what was deleted, with its answers.
  private leave(id: string): void {
    const old = this.find(id);
    if (!old) return;
    this.told.count(-1 - old.querySelectorAll(".comment").length);
    old.remove();
    this.empty();
  }

  // hush ends the stream of the clip that was shown before.
  private hush: () => void = () => {};

  private async page(): Promise<void> {
    const round = this.round;
    const query = `?sort=${this.sort}${this.next ? "&next=" + encodeURIComponent(this.next) : ""}`;
    try {
      const page = await get<List<Comment>>(`/clips/${this.clip}/comments${query}`);
      if (round !== this.round) return;
      this.next = page.next;
      this.more.hidden = page.next === null;
      for (const c of page.items) this.put(c, false);
      this.empty();
    } catch {
      if (round === this.round) this.note.textContent = t("player.failed");
    }
  }

  private empty(): void {
    const none = !this.list.children.length;
    this.note.hidden = !none;
    this.sorts.hidden = this.list.children.length < 2;
    this.note.textContent = none ? t("comments.none") : "";
  }

  // put places a comment that is not there yet: under the one it answers, new
  // ones first.
  private put(c: Comment, fresh: boolean, first = fresh): boolean {
    if (this.find(c.id)) return false;
    const parent = c.parent && this.find(c.parent);
    const item = this.item(c);
    if (fresh) item.classList.add("fresh");
    if (parent) this.answers(parent).append(item);
    else if (first) this.list.prepend(item);
    else this.list.append(item);
    if (fresh) item.scrollIntoView({ block: "nearest" });
    return true;
  }

  private answers(of: Element): HTMLElement {
    const below = of.querySelector(":scope > div");
    const there = below?.querySelector<HTMLElement>(":scope > .comment-list");
    if (there) return there;
    const made = el("ol", { class: "comment-list" });
    below?.append(made);
    return made;
  }

  private item(c: Comment, offers = true): HTMLElement {
    const url = "/@" + c.author.handle;
    const foot = commentFoot(c, {
      reply: this.signedIn ? () => this.reply({ id: c.parent ?? c.id, handle: c.author.handle }) : null,
      changed: (now) => {
        item.querySelector(":scope > div > form")?.remove();
        this.renew(now);
      },
      gone: () => this.leave(c.id),
      order: () => void this.show(this.clip),
    });
    const item: HTMLElement = el("li", { class: "comment", "data-id": c.id },
      el("a", { href: url, tabindex: -1, "aria-hidden": "true" }, avatar(c.author)),
      el("div", {},
        el("p", { class: "comment-head" }, el("a", { href: url }, el("b", {}, c.author.name || c.author.handle)), " ", el("time", { class: "soft", datetime: c.created }, age(c.created))),
        el("p", { class: "comment-text", dir: "auto" }, ...pieces(c.text)), foot));
    if (offers && c.replies > 0) this.offerAnswers(item, foot, c);
    return item;
  }

  private offerAnswers(item: HTMLElement, foot: HTMLElement, c: Comment): void {
    const button = el("button", { type: "button" }, t("comments.replies", { n: c.replies }));
    button.addEventListener("click", () => {
      button.remove();
      void get<List<Comment>>(`/clips/${this.clip}/comments?under=${encodeURIComponent(c.id)}`).then(
        (page) => page.items.forEach((answer) => this.answers(item).append(this.item(answer))),
        () => toast(t("player.failed")));
    });
    foot.append(button);
  }

  private reply(to: { id: string; handle: string } | null): void {
    this.replyTo = to;
    this.replyNote.hidden = !to;
    if (!to) return;
    this.replyNote.replaceChildren(t("comments.reply_to", { name: to.handle }),
      el("button", { type: "button", class: "sheet-close", "aria-label": t("player.close"), onclick: () => this.reply(null) }, icon("close")));
    this.text.focus();
  }

  private makeForm(): HTMLElement {
    const form = el("form", { class: "comment-form" }, this.replyNote, this.text, el("button", { class: "button" }, t("comments.send")));
    form.addEventListener("submit", (e) => {
      e.preventDefault();
      void this.send(form);
    });
    this.text.addEventListener("keydown", (e) => {
      e.stopPropagation();
      if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) form.requestSubmit();
    });
    return form;
  }

  private async send(form: HTMLFormElement): Promise<void> {
    const text = this.text.value.trim();
    const button = form.querySelector<HTMLButtonElement>("button.button");
    if (!text || !button) return;
    button.disabled = true;
    const serve = this.serve();
    try {
      const body = { text, ...(this.replyTo && { reply_to: this.replyTo.id }), ...(serve && { serve }) };
      const made = await post<Comment | { comment: Comment }>(`/clips/${this.clip}/comments`, body);
      if (this.put("comment" in made ? made.comment : made, true)) this.told.count(1); // else it came live, and is counted
      this.text.value = "";
      this.reply(null);
      this.empty();
    } catch (e) {
      toast(e instanceof Problem && e.title ? e.title : t("player.failed"));
    } finally {
      button.disabled = false;
    }
  }
}
