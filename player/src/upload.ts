// The page where a clip is made: the file is shown and sent at once, while
// somebody still looks for words; it is published when both are there.

import { Problem, post } from "./api.ts";
import { Covers } from "./cover.ts";
import { el, part, say } from "./dom.ts";
import { followClip } from "./follow_clip.ts";
import { bytes, percent } from "./numbers.ts";
import { enhancePage } from "./page_parts.ts";
import { length } from "./times.ts";
import { toast } from "./toast.ts";
import { shelf, Upload } from "./tus.ts";
import { ofClip, Pace, remedy, uploading, type Line, type Truth } from "./truth.ts";
import type { Clip } from "./types.ts";
import { t } from "./words.ts";

class Maker {
  private readonly ledger = shelf(localStorage);
  private readonly video: HTMLVideoElement | null;
  private readonly covers: Covers;
  private file: File | null = null;
  private upload: Upload | null = null;
  private sent = 0;
  private rate = 0;
  private line: Line = "sends";
  private done: string | null = null; // the upload's id, when all bytes are there
  private publishes = false;
  private failedClip: string | null = null; // that may be tried again
  private pace = new Pace();
  private shownURL = "";

  constructor(private readonly form: HTMLFormElement) {
    this.video = part<HTMLVideoElement>(form, "shot");
    const strip = part(form, "strip") ?? el("div");
    this.covers = new Covers(strip, (ms) => {
      const field = part<HTMLInputElement>(form, "cover");
      if (field) field.value = String(ms);
      if (this.video) {
        this.video.pause();
        this.video.currentTime = ms / 1000;
      }
    });
    this.choosing();
    this.buttons();
    this.counting();
    addEventListener("beforeunload", (e) => {
      if (this.file && !this.done && this.line !== "paused") e.preventDefault();
    });
    const [open] = this.ledger.unfinished();
    if (open) this.tell({ what: t("uploader.found", { name: open.name }), do: t("uploader.found_do"), share: null });
    const early = this.form.querySelector<HTMLInputElement>('input[type="file"]')?.files?.[0]; // chosen before this script stood
    if (early) void this.take(early);
  }

  private choosing(): void {
    const input = this.form.querySelector<HTMLInputElement>('input[type="file"]');
    const drop = part(this.form, "drop");
    const camera = part(this.form, "camera");
    if (!input || !drop) return;
    input.required = false; // a file that was dropped is not in it; submit asks for one
    input.addEventListener("change", () => input.files?.[0] && void this.take(input.files[0]));
    if (camera && matchMedia("(pointer: coarse)").matches) {
      camera.hidden = false;
      const film = el("input", { type: "file", accept: "video/*", capture: "environment", hidden: true });
      film.addEventListener("change", () => film.files?.[0] && void this.take(film.files[0]));
      camera.addEventListener("click", () => film.click());
    } else part(this.form, "drop-hint")?.removeAttribute("hidden");
    for (const name of ["dragenter", "dragover"]) {
      drop.addEventListener(name, (e) => {
        e.preventDefault();
        drop.classList.add("over");
      });
    }
    drop.addEventListener("dragleave", (e) => !drop.contains(e.relatedTarget as Node | null) && drop.classList.remove("over"));
    drop.addEventListener("drop", (e) => {
      e.preventDefault();
      drop.classList.remove("over");
      const file = e.dataTransfer?.files[0];
      if (file) void this.take(file);
    });
    for (const name of ["dragover", "drop"]) addEventListener(name, (e) => e.preventDefault()); // a miss must not leave the page
  }

  private buttons(): void {
    part(this.form, "pause")?.addEventListener("click", () => {
      this.line = "paused";
      this.upload?.pause();
      this.draw();
    });
    part(this.form, "again")?.addEventListener("click", () => void (this.failedClip ? this.retry(this.failedClip) : this.send()));
    for (const name of ["cancel", "another"]) {
      part(this.form, name)?.addEventListener("click", () => {
        void this.upload?.discard();
        this.reset();
      });
    }
    this.form.addEventListener("submit", (e) => {
      e.preventDefault();
      if (!this.file) return this.form.querySelector<HTMLInputElement>('input[type="file"]')?.click();
      this.publishes = true;
      part<HTMLButtonElement>(this.form, "publish")?.setAttribute("disabled", "");
      if (this.done) void this.publish(this.done);
      else this.draw();
    });
  }

  private counting(): void {
    const caption = this.form.querySelector<HTMLTextAreaElement>('textarea[name="caption"]');
    if (!caption || caption.maxLength <= 0) return;
    const counter = el("span", { class: "counter hint figures", "aria-live": "off" });
    caption.after(counter);
    const count = (): void => {
      const left = caption.maxLength - caption.value.length;
      counter.textContent = left < 200 ? t("uploader.characters", { n: left }) : "";
    };
    caption.addEventListener("input", count);
    count();
  }

  // take checks a file before a byte is sent, shows it and sends it.
  private async take(file: File): Promise<void> {
    this.reset();
    const most = Number(this.form.dataset["maxBytes"]), longest = Number(this.form.dataset["maxSeconds"]);
    if (file.type && !file.type.startsWith("video/")) return this.refuse(t("uploader.not_video"));
    if (most > 0 && file.size > most) return this.refuse(t("uploader.too_large", { size: bytes(file.size), max: bytes(most) }));
    this.file = file;
    const seconds = await this.preview(file);
    if (this.file !== file) return;
    if (seconds !== null && longest > 0 && seconds > longest + 1) {
      this.reset();
      return this.refuse(t("uploader.too_long", { length: length(seconds), max: length(longest) }));
    }
    await this.send();
  }

  private refuse(text: string): void {
    this.tell({ what: text, do: "", share: null, failed: true });
  }

  // preview shows the file; the length is null where this browser cannot play
  // it, which says nothing about whether we can.
  private async preview(file: File): Promise<number | null> {
    const { video } = this;
    const shown = part(this.form, "shown"), pick = part(this.form, "pick");
    if (!video || !shown || !pick) return null;
    this.shownURL = URL.createObjectURL(file);
    video.src = this.shownURL;
    const seconds = await new Promise<number | null>((resolve) => {
      video.addEventListener("loadedmetadata", () => resolve(Number.isFinite(video.duration) ? video.duration : null), { once: true });
      video.addEventListener("error", () => resolve(null), { once: true });
    });
    if (seconds === null) return null;
    shown.hidden = false;
    pick.hidden = true;
    void video.play().catch(() => {});
    void this.covers.show(this.shownURL).then((any) => part(this.form, "covers")?.toggleAttribute("hidden", !any));
    return seconds;
  }

  private async send(): Promise<void> {
    const { file } = this;
    if (!file) return;
    this.line = "sends";
    this.pace = new Pace();
    const upload = (this.upload ??= new Upload(file, this.ledger, {
      progress: (sent) => {
        this.line = "sends";
        this.sent = sent;
        this.rate = this.pace.at(performance.now(), sent);
        this.draw();
      },
      waiting: () => {
        this.line = "offline";
        this.draw();
      },
    }));
    this.draw();
    try {
      const id = await upload.run();
      if (id === null || this.file !== file) return;
      this.done = id;
      if (this.publishes) await this.publish(id);
      else this.draw();
    } catch (e) {
      if (this.file === file) this.failed(e);
    }
  }

  private async publish(upload: string): Promise<void> {
    const data = new FormData(this.form);
    const text = (name: string): string => String(data.get(name) ?? "");
    const cover = text("cover_ms");
    this.tell({ what: t("uploader.queued"), do: t("uploader.processing_do"), share: 0 });
    part(this.form, "truth")?.scrollIntoView({ block: "center" }); // on a phone it stands above
    try {
      const clip = await post<Pick<Clip, "id" | "state">>("/clips", {
        upload, caption: text("caption"), visibility: text("visibility"), language: text("language"), ...(text("sound") && { sound: text("sound") }), ...(cover && { cover_ms: Number(cover) }),
      });
      this.file = null; // the page may be left
      this.follow(clip.id);
    } catch (e) {
      this.failed(e);
    }
  }

  private follow(id: string): void {
    for (const field of this.words()) field.disabled = true;
    const look = part<HTMLAnchorElement>(this.form, "look");
    look?.setAttribute("href", "/c/" + id);
    part(this.form, "publish")?.setAttribute("hidden", "");
    followClip(id, (clip) => {
      const failed = clip.state === "failed" || clip.state === "removed";
      this.tell(ofClip(clip));
      if (look) look.hidden = failed;
      this.failedClip = failed && clip.error?.retry ? id : null;
      this.actions({ again: this.failedClip !== null, another: failed });
    });
    this.actions({});
  }

  // retry lets the server try once more with the file that it has.
  private async retry(id: string): Promise<void> {
    this.failedClip = null;
    this.tell({ what: t("uploader.queued"), do: t("uploader.processing_do"), share: 0 });
    try {
      await post(`/clips/${id}/retry`, {});
      this.follow(id);
    } catch (e) {
      this.failed(e);
    }
  }

  private words(): NodeListOf<HTMLInputElement> {
    return this.form.querySelectorAll(".maker-words input, .maker-words textarea, .maker-words select");
  }

  private failed(e: unknown): void {
    this.publishes = false;
    part<HTMLButtonElement>(this.form, "publish")?.removeAttribute("disabled");
    const problem = e instanceof Problem ? e : null;
    if (problem?.status === 401) location.assign("/sign-in?back=/upload");
    const does = remedy(problem?.code ?? "");
    this.tell({ what: problem?.title || t("player.failed"), do: does, share: null, failed: true });
    if (problem?.field === "caption") toast(problem.title);
    const look = part<HTMLAnchorElement>(this.form, "look"), first = problem?.args["id"];
    if (look && problem?.code === "duplicate-upload" && typeof first === "string") {
      look.setAttribute("href", "/c/" + first);
      look.hidden = false;
    }
    this.actions({ again: !this.done && !does, another: true });
  }

  private draw(): void {
    if (!this.file) return;
    if (this.done) this.tell({ what: t("uploader.sent"), do: "", share: 1 });
    else this.tell(uploading(this.sent, this.file.size, this.rate, this.line, this.publishes));
    this.actions({ pause: !this.done && this.line === "sends", again: !this.done && this.line !== "sends", cancel: true });
  }

  private tell(truth: Truth): void {
    const line = part(this.form, "truth");
    if (line) line.hidden = false;
    line?.toggleAttribute("data-failed", truth.failed === true);
    say(part(this.form, "truth-what"), truth.what);
    say(part(this.form, "truth-do"), truth.do);
    const bar = part<HTMLProgressElement>(this.form, "bar");
    if (!bar) return;
    bar.hidden = truth.share === null;
    bar.value = (truth.share ?? 0) * 100;
    bar.setAttribute("aria-label", percent(truth.share ?? 0));
  }

  private actions(shown: { pause?: boolean; again?: boolean; cancel?: boolean; another?: boolean }): void {
    for (const name of ["pause", "again", "cancel", "another"] as const) part(this.form, name)?.toggleAttribute("hidden", !shown[name]);
  }

  private reset(): void {
    this.upload?.pause();
    this.upload = null;
    this.file = null;
    this.done = null;
    this.sent = this.rate = 0;
    this.publishes = false;
    if (this.shownURL) URL.revokeObjectURL(this.shownURL);
    this.shownURL = "";
    this.video?.removeAttribute("src");
    for (const [name, hidden] of [["shown", true], ["pick", false], ["covers", true], ["truth", true]] as const) part(this.form, name)?.toggleAttribute("hidden", hidden);
    for (const name of ["disabled", "hidden"]) part(this.form, "publish")?.removeAttribute(name);
    for (const field of this.words()) field.disabled = false;
    part(this.form, "look")?.setAttribute("hidden", "");
    const input = this.form.querySelector<HTMLInputElement>('input[type="file"]');
    if (input) input.value = ""; // the same file may be chosen again
    this.actions({});
  }
}

const form = document.querySelector<HTMLFormElement>("#maker");
if (form) new Maker(form);
enhancePage();
