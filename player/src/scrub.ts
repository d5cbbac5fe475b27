// The scrub bar: shows where one is, and goes where one points.

import { length } from "./times.ts";

export class Scrub {
  private readonly done: HTMLElement | null;
  private readonly time: HTMLElement | null;
  private frame = 0;
  private held = false;
  private resume = false;

  constructor(private readonly bar: HTMLElement, private readonly video: HTMLVideoElement, private readonly scene: HTMLElement) {
    this.done = bar.querySelector(".scrub-done");
    this.time = bar.querySelector(".scrub-time");
    bar.addEventListener("pointerdown", (e) => this.take(e));
    bar.addEventListener("pointermove", (e) => this.held && this.seek(this.share(e)));
    bar.addEventListener("pointerup", () => this.let());
    bar.addEventListener("pointercancel", () => this.let());
    bar.addEventListener("keydown", (e) => this.key(e));
  }

  // run follows the video while it is the current one.
  run(): void {
    cancelAnimationFrame(this.frame);
    const step = (): void => {
      this.draw();
      this.frame = requestAnimationFrame(step);
    };
    step();
  }

  rest(): void {
    cancelAnimationFrame(this.frame);
    this.let();
    if (this.done) this.done.style.transform = "scaleX(0)";
  }

  // by jumps so many seconds.
  by(seconds: number): void {
    const d = this.video.duration;
    if (Number.isFinite(d)) this.video.currentTime = Math.min(Math.max(0, this.video.currentTime + seconds), Math.max(0, d - 0.05));
  }

  private draw(): void {
    const d = this.video.duration, now = this.video.currentTime;
    if (!Number.isFinite(d) || d <= 0) return;
    if (this.done) this.done.style.transform = `scaleX(${Math.min(1, now / d).toFixed(4)})`;
    const whole = String(Math.round((now / d) * 100));
    if (this.bar.getAttribute("aria-valuenow") !== whole) {
      this.bar.setAttribute("aria-valuenow", whole);
      this.bar.setAttribute("aria-valuetext", `${length(now)} / ${length(d)}`);
    }
    if (this.held && this.time) this.time.textContent = `${length(now)} / ${length(d)}`;
  }

  private share(e: PointerEvent): number {
    const box = this.bar.getBoundingClientRect();
    return Math.min(1, Math.max(0, (e.clientX - box.left) / box.width));
  }

  private take(e: PointerEvent): void {
    if (e.button !== 0) return;
    e.stopPropagation();
    this.bar.setPointerCapture(e.pointerId);
    this.held = true;
    this.resume = !this.video.paused;
    this.video.pause();
    this.bar.classList.add("held");
    this.scene.classList.add("scrubbing");
    this.seek(this.share(e));
  }

  private seek(share: number): void {
    const d = this.video.duration;
    if (!Number.isFinite(d)) return;
    const at = share * Math.max(0, d - 0.05);
    const fast = this.video as HTMLVideoElement & { fastSeek?: (t: number) => void };
    if (fast.fastSeek) fast.fastSeek(at);
    else this.video.currentTime = at;
  }

  private let(): void {
    if (!this.held) return;
    this.held = false;
    this.bar.classList.remove("held");
    this.scene.classList.remove("scrubbing");
    if (this.resume) void this.video.play().catch(() => {});
  }

  private key(e: KeyboardEvent): void {
    const steps: Record<string, number> = { ArrowLeft: -5, ArrowRight: 5, Home: -Infinity, End: Infinity };
    const by = steps[e.key];
    if (by === undefined) return;
    e.preventDefault();
    e.stopPropagation();
    this.by(by);
  }
}
