// Which rendition to play: what the screen can show, the line can carry and
// the browser can decode.

import type { Rendition } from "./types.ts";

export interface Conditions {
  bandwidth: number | null; // bits per second, null: not known yet
  pixels: number; // shorter side of the picture on the screen, in device pixels
  saver: boolean;
  av1: boolean; // decodes it smoothly
  wanted: number | null; // chosen by hand: a height
}

// What is played while the line is unknown: the rendition that is there first.
const start = 540;
// A clip must not use the whole line: the next one wants to come too.
const share = 0.7;

// pick gives the rendition to play, undefined if there is none.
export function pick(renditions: readonly Rendition[], c: Conditions): Rendition | undefined {
  const playable = renditions.filter((r) => c.av1 || !r.codecs.startsWith("av01"));
  const byHeight = new Map<number, Rendition>();
  for (const r of playable) {
    const other = byHeight.get(r.height);
    if (!other || r.bitrate < other.bitrate) byHeight.set(r.height, r);
  }
  const rungs = [...byHeight.values()].sort((a, b) => a.height - b.height);
  const lowest = rungs[0];
  if (!lowest) return undefined;
  if (c.wanted !== null) return nearest(rungs, c.wanted);
  if (c.saver) return lowest;
  if (c.bandwidth === null) return nearest(rungs, start);
  let best = lowest;
  for (const r of rungs) {
    const seen = best.height < c.pixels; // more than the screen shows is waste
    if (seen && r.bitrate <= c.bandwidth * share) best = r;
  }
  return best;
}

function nearest(rungs: Rendition[], height: number): Rendition | undefined {
  return rungs.reduce<Rendition | undefined>((best, r) => (!best || Math.abs(r.height - height) < Math.abs(best.height - height) ? r : best), undefined);
}

// Meter estimates the line from what came in. A quick and a slow mean are
// kept, and the smaller one counts: it falls at once and rises with patience.
export class Meter {
  private quick: number | null = null;
  private slow: number | null = null;

  // sample takes so many bytes that came in so many milliseconds.
  sample(bytes: number, ms: number): void {
    if (ms < 20 || bytes < 8_000) return; // too little to say anything
    const rate = (bytes * 8 * 1000) / ms;
    this.quick = this.quick === null ? rate : this.quick + (rate - this.quick) * 0.4;
    this.slow = this.slow === null ? rate : this.slow + (rate - this.slow) * 0.1;
  }

  // stalled is told that the picture had to wait: the line is worse than
  // believed.
  stalled(bitrate: number): void {
    const most = bitrate * 0.8;
    this.quick = Math.min(this.quick ?? most, most);
    this.slow = Math.min(this.slow ?? most, most);
  }

  get estimate(): number | null {
    return this.quick === null || this.slow === null ? null : Math.min(this.quick, this.slow);
  }
}

// smoothAV1 asks the browser once whether it decodes AV1 without effort.
export async function smoothAV1(): Promise<boolean> {
  const type = 'video/mp4; codecs="av01.0.04M.08"';
  try {
    if (!document.createElement("video").canPlayType(type)) return false;
    const can = await navigator.mediaCapabilities.decodingInfo({ type: "file", video: { contentType: type, width: 540, height: 960, bitrate: 800_000, framerate: 30 } });
    return can.supported && can.smooth;
  } catch {
    return false;
  }
}
