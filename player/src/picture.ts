// One <video> of the pool: what it shows, how much of it is loaded, and when
// its first frame stands on the screen.

import type { Meter } from "./quality.ts";
import type { Rendition } from "./types.ts";

const oneFrame = 0.042; // seconds, at 24 frames a second

type Preload = "metadata" | "auto";

export class Picture {
  rendition: Rendition | null = null;
  private painted = false;
  private onPainted: (() => void)[] = [];
  private load = 0; // counts loads, so that a late frame of an old one is ignored
  private started = 0;
  private measured = { at: 0, end: 0 };

  constructor(readonly video: HTMLVideoElement, private readonly meter: Meter) {
    video.addEventListener("progress", () => this.measure());
    video.addEventListener("loadstart", () => {
      this.started = performance.now();
      this.measured = { at: this.started, end: 0 };
    });
  }

  // adopt takes over what the page's markup loads already.
  adopt(rendition: Rendition): void {
    this.rendition = rendition;
    this.load++;
    this.started = performance.now();
    this.measured = { at: this.started, end: 0 };
    this.awaitFrame(this.video.readyState >= 2);
  }

  // show loads a rendition, from a position on.
  show(rendition: Rendition, preload: Preload, at = 0): void {
    if (this.rendition?.url === rendition.url) {
      if (preload === "auto") this.video.preload = "auto";
      return;
    }
    this.rendition = rendition;
    this.load++;
    this.painted = false;
    this.video.preload = preload;
    this.video.src = rendition.url;
    if (at > 0) this.video.currentTime = at;
    this.awaitFrame(false);
  }

  // stir brings the frame after the first onto the screen at once. A video that
  // has stood needs some 60 ms to present its next frame; a step within what is
  // loaded takes 10, and its clock starts meanwhile.
  stir(): void {
    const { video } = this;
    if (this.painted && video.paused && video.currentTime === 0 && this.buffered > 4 * oneFrame) video.currentTime = oneFrame;
  }

  // rewind goes back to the first frame.
  rewind(): void {
    if (this.video.currentTime > 0) this.video.currentTime = 0;
  }

  // clear lets go of the clip and of its memory.
  clear(): void {
    this.load++;
    this.painted = false;
    this.onPainted = [];
    this.rendition = null;
    this.video.removeAttribute("src");
    this.video.replaceChildren();
    this.video.load();
  }

  // whenPainted calls back once the first frame of what is loaded stands on
  // the screen: at once, if it does.
  whenPainted(f: () => void): void {
    if (this.painted) f();
    else this.onPainted.push(f);
  }

  get shown(): boolean {
    return this.painted;
  }

  // buffered says how many seconds beyond the current one are there.
  get buffered(): number {
    const b = this.video.buffered, now = this.video.currentTime;
    for (let i = 0; i < b.length; i++) if (b.start(i) <= now + 0.1 && b.end(i) > now) return b.end(i) - now;
    return 0;
  }

  private awaitFrame(there: boolean): void {
    const load = this.load;
    const done = (): void => {
      if (load !== this.load || this.painted) return;
      this.painted = true;
      const waiting = this.onPainted;
      this.onPainted = [];
      for (const f of waiting) f();
    };
    // A frame that stands before anybody asks for callbacks gives none.
    if (there) done();
    else if ("requestVideoFrameCallback" in this.video) {
      this.video.requestVideoFrameCallback(done);
      this.video.addEventListener("loadeddata", () => requestAnimationFrame(done), { once: true });
    } else (this.video as HTMLVideoElement).addEventListener("loadeddata", done, { once: true });
  }

  // measure estimates the line from how fast the buffer grows.
  private measure(): void {
    const { video, rendition } = this;
    if (!rendition || !video.duration || !video.buffered.length) return;
    const end = video.buffered.end(video.buffered.length - 1), now = performance.now();
    const grown = end - this.measured.end, ms = now - this.measured.at;
    this.measured = { at: now, end };
    if (grown <= 0 || ms > 3_000) return;
    const rate = rendition.bytes > 0 ? rendition.bytes / video.duration : rendition.bitrate / 8;
    this.meter.sample(grown * rate, ms);
  }
}
