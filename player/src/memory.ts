// Where one was: who opens a profile and comes back finds the feed as it was.
// It lives as long as the tab.

import type { Item } from "./types.ts";

const key = "reelm.feed";
const goodFor = 30 * 60_000;

export interface Place {
  source: string;
  items: Item[];
  index: number;
  next: string | null;
  at: number;
}

// keep remembers the clip on stage, a few before it, and all that follow.
export function keep(source: string, items: readonly Item[], index: number, next: string | null): void {
  const from = Math.max(0, index - 5);
  const place: Place = { source, items: items.slice(from), index: index - from, next, at: Date.now() };
  try {
    sessionStorage.setItem(key, JSON.stringify(place));
  } catch {
    // full or forbidden: the feed begins anew
  }
}

// recall gives that back to who returns to the page, and to nobody else.
export function recall(source: string): Place | null {
  try {
    const [entry] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
    const kept = sessionStorage.getItem(key);
    sessionStorage.removeItem(key);
    if (entry?.type !== "back_forward" || !kept) return null;
    const place = JSON.parse(kept) as Place;
    return place.source === source && Date.now() - place.at < goodFor && place.items[place.index] ? place : null;
  } catch {
    return null;
  }
}
