// The stage: three slides that move as one. The slide of clip i is number
// i mod 3, so that a step forward only re-fills the one that left the screen.

import { still } from "./dom.ts";
import type { Slide } from "./slide.ts";
import type { Supply } from "./supply.ts";
import { followFinger, type Track } from "./swipe.ts";

export interface Cast {
  // entered is told that a slide is on stage: it plays.
  entered(slide: Slide): void;
  // left is told that it no longer is.
  left(slide: Slide): void;
  // nears is told that a neighbour comes into sight: it may start.
  nears(slide: Slide): void;
  // flees is told that the finger changed its mind.
  flees(slide: Slide): void;
  // waits is told of a neighbour that has been filled.
  waits(slide: Slide): void;
  // ends is told that somebody wants to go beyond the last clip.
  ends(): void;
}

const pull = 0.06; // share of the height after which a pull is meant
const snap = "transform 180ms cubic-bezier(.2, .8, .3, 1)";

export class Stage implements Track {
  index = 0;
  private near: Slide | null = null; // the neighbour that a finger pulls in
  private settled: ReturnType<typeof setTimeout> | null = null;

  constructor(
    readonly root: HTMLElement,
    private readonly reel: HTMLElement,
    private readonly slides: readonly [Slide, Slide, Slide],
    private readonly supply: Supply,
    private readonly cast: Cast,
  ) {
    supply.grown = () => this.neighbours();
    followFinger(root, this);
  }

  // start shows a clip; the first slide stands in the page already.
  start(index: number, adopt: boolean): void {
    this.index = index;
    const item = this.supply.at(index);
    if (!item) return;
    const slide = this.slide(index);
    if (!adopt) slide.empty();
    slide.fill(item, index, adopt);
    this.reel.append(...this.slides.map((s) => s.root).filter((r) => !r.isConnected));
    this.place(0, false);
    this.neighbours();
    this.cast.entered(slide);
    this.supply.want(index);
  }

  get current(): Slide {
    return this.slide(this.index);
  }

  // others are the slides that hold neighbours.
  get others(): Slide[] {
    return this.slides.filter((s) => s !== this.current && s.item !== null);
  }

  canGo(step: -1 | 1): boolean {
    return this.supply.at(this.index + step) !== undefined;
  }

  held(): number {
    const moved = new DOMMatrixReadOnly(getComputedStyle(this.reel).transform).m42;
    const rest = -this.index * this.root.clientHeight;
    this.finish();
    this.place(moved - rest, false);
    return moved - rest;
  }

  drag(pixels: number): void {
    this.place(pixels, false);
    const step = pixels < 0 ? 1 : -1;
    const near = Math.abs(pixels) > this.root.clientHeight * pull && this.canGo(step) ? this.slide(this.index + step) : null;
    if (near === this.near) return;
    this.leaveNear();
    this.near = near;
    if (near) this.cast.nears(near);
  }

  settle(step: -1 | 0 | 1): void {
    if (step !== 0) this.go(step);
    else {
      this.leaveNear();
      this.place(0, true);
    }
  }

  private leaveNear(): void {
    if (this.near && this.near !== this.current) this.cast.flees(this.near);
    this.near = null;
  }

  // go steps to a neighbour. It plays from the moment on at which that is
  // decided, and not when the reel has come to rest.
  go(step: -1 | 1): boolean {
    if (!this.canGo(step)) {
      this.place(0, true);
      this.supply.want(this.index);
      if (step > 0) this.cast.ends();
      return false;
    }
    this.finish();
    const leaving = this.current;
    this.index += step;
    if (this.current.item !== this.supply.at(this.index)) this.neighbours();
    this.cast.nears(this.current); // before anything that costs time
    leaving.root.inert = true;
    this.current.root.inert = false;
    this.place(0, true);
    this.cast.left(leaving);
    this.cast.entered(this.current);
    this.leaveNear();
    this.settled = setTimeout(() => this.finish(), 200);
    return true;
  }

  // finish fills the slide that left the screen with the clip after the next.
  private finish(): void {
    if (this.settled === null) return;
    clearTimeout(this.settled);
    this.settled = null;
    this.neighbours();
    this.supply.want(this.index);
  }

  private slide(index: number): Slide {
    return this.slides[(((index % 3) + 3) % 3) as 0 | 1 | 2];
  }

  // neighbours lets every slide hold the clip that belongs to it now.
  private neighbours(): void {
    for (const i of [this.index, this.index + 1, this.index - 1]) {
      const slide = this.slide(i), item = this.supply.at(i) ?? null;
      slide.root.inert = i !== this.index;
      if (item === slide.item && (item === null || slide.index === i)) {
        slide.root.hidden = item === null;
        continue;
      }
      slide.empty();
      slide.root.hidden = item === null;
      if (!item) continue;
      slide.fill(item, i, false);
      if (i !== this.index) this.cast.waits(slide);
    }
  }

  private place(pixels: number, moving: boolean): void {
    const { style } = this.reel;
    style.transition = moving && !still() ? snap : "none";
    style.transform = `translate3d(0, calc(${-this.index * 100}% + ${pixels.toFixed(1)}px), 0)`;
  }
}
