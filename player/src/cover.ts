// The strip of frames from which one is chosen as the cover. The frames come
// from the file itself, in the browser, before a byte was sent.

import { el } from "./dom.ts";
import { length } from "./times.ts";
import { t } from "./words.ts";

const frames = 8;

export class Covers {
  private round = 0;

  // chosen is told the position in milliseconds.
  constructor(private readonly strip: HTMLElement, private readonly chosen: (ms: number) => void) {
    strip.addEventListener("keydown", (e) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
      if (step === undefined) return;
      e.preventDefault();
      const all = [...strip.querySelectorAll("button")];
      const at = all.findIndex((b) => b.getAttribute("aria-checked") === "true");
      const next = all[(at + step + all.length) % all.length];
      next?.click();
      next?.focus();
    });
  }

  // show fills the strip from a video; it is false if there is nothing to see.
  async show(url: string): Promise<boolean> {
    const round = ++this.round;
    this.strip.replaceChildren();
    const video = el("video", { src: url, preload: "auto", playsinline: true });
    video.muted = true;
    if (!(await happens(video, "loadeddata")) || !Number.isFinite(video.duration)) return false;
    for (let i = 0; i < frames && round === this.round; i++) {
      const at = (video.duration * (i + 0.5)) / frames;
      video.currentTime = at;
      if (!(await happens(video, "seeked"))) break;
      if (round === this.round) this.strip.append(this.frame(video, at));
    }
    video.removeAttribute("src");
    video.load();
    return this.strip.children.length > 0;
  }

  private frame(video: HTMLVideoElement, at: number): HTMLElement {
    const canvas = el("canvas", { width: 108, height: 192 });
    const scale = Math.max(108 / video.videoWidth, 192 / video.videoHeight);
    const w = video.videoWidth * scale, h = video.videoHeight * scale;
    canvas.getContext("2d")?.drawImage(video, (108 - w) / 2, (192 - h) / 2, w, h);
    const button = el("button", { type: "button", role: "radio", "aria-checked": "false", tabindex: this.strip.children.length ? -1 : 0, "aria-label": t("uploader.cover_at", { time: length(at) }) }, canvas);
    button.addEventListener("click", () => {
      for (const b of this.strip.children) {
        b.setAttribute("aria-checked", String(b === button));
        (b as HTMLElement).tabIndex = b === button ? 0 : -1;
      }
      this.chosen(Math.round(at * 1000));
    });
    return button;
  }
}

// happens waits for an event, but not for ever.
function happens(video: HTMLVideoElement, name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (ok: boolean) => (): void => {
      clearTimeout(timer);
      video.removeEventListener(name, good);
      video.removeEventListener("error", bad);
      resolve(ok);
    };
    const good = done(true), bad = done(false);
    const timer = setTimeout(bad, 30_000);
    video.addEventListener(name, good);
    video.addEventListener("error", bad);
  });
}
