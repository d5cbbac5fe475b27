// Events on their way to the server: in batches, again when the line was
// broken, and with the page's last breath when it goes away. The server drops
// what it has already, so that sending twice is safe and losing is not.

import type { Deed } from "./types.ts";

// Post sends a batch. It is true when the server has it or will never want it,
// false when it may be tried again. The last batch must outlive the page.
export type Post = (events: Deed[], last: boolean) => Promise<boolean>;

// Shelf keeps what could not be sent, for the next visit.
export interface Shelf {
  load(): Deed[];
  save(events: Deed[]): void;
}

interface Timing {
  wait: number; // before a batch goes, in ms
  retry: number; // after the first failure; doubled each time
  most: number; // events in a batch
}

const usual: Timing = { wait: 800, retry: 2_000, most: 50 };
const patience = 60_000;

export class Beacon {
  private queue: Deed[];
  private flying: Promise<void> | null = null;
  private inFlight: Deed[] = [];
  private timer: ReturnType<typeof setTimeout> | null = null;
  private failures = 0;

  constructor(private readonly post: Post, private readonly shelf: Shelf, private readonly timing: Timing = usual) {
    this.queue = shelf.load();
    if (this.queue.length) this.soon(0);
  }

  // add takes an event. A longer watch of the same serve replaces one that
  // still waits.
  add(event: Deed): void {
    const waiting = event.kind === "watch" ? this.queue.findIndex((e) => e.kind === "watch" && e.serve === event.serve) : -1;
    if (waiting >= 0) this.queue[waiting] = event;
    else this.queue.push(event);
    if (this.queue.length > 500) this.queue.splice(0, this.queue.length - 500);
    this.soon(this.timing.wait);
  }

  // flush sends what waits and resolves when the server has it, or when that
  // failed once.
  async flush(): Promise<void> {
    if (this.flying) await this.flying;
    if (!this.queue.length) return;
    this.stopTimer();
    this.flying = this.send().finally(() => (this.flying = null));
    await this.flying;
    if (this.queue.length) this.soon(this.failures ? Math.min(this.timing.retry * 2 ** (this.failures - 1), patience) : 0);
  }

  // leave is called when the page is hidden: everything goes now, also what is
  // under way, whose answer may never be heard.
  leave(): void {
    const all = [...this.inFlight, ...this.queue];
    if (!all.length) return;
    this.shelf.save(all);
    const batch = all.slice(-this.timing.most);
    void this.post(batch, true).then((done) => {
      if (!done) return;
      this.queue = this.queue.filter((e) => !batch.includes(e));
      this.shelf.save(this.queue);
    });
  }

  // soon starts the timer of the next batch, unless one runs that is earlier.
  private soon(ms: number): void {
    if (this.timer !== null) {
      if (this.failures && ms > 0) return; // an event must not hurry a broken line
      this.stopTimer();
    }
    this.timer = setTimeout(() => {
      this.timer = null;
      void this.flush();
    }, ms);
  }

  private stopTimer(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private async send(): Promise<void> {
    const batch = this.queue.splice(0, this.timing.most);
    this.inFlight = batch;
    const done = await this.post(batch, false).catch(() => false);
    this.inFlight = [];
    if (done) {
      this.failures = 0;
      this.shelf.save(this.queue);
      return;
    }
    this.failures++;
    this.queue.unshift(...batch);
    this.shelf.save(this.queue);
  }
}

// postEvents is the Post of the API.
export async function postEvents(events: Deed[], last: boolean): Promise<boolean> {
  const body = JSON.stringify({ events });
  const url = "/api/v1/events";
  try {
    const r = await fetch(url, { method: "POST", body, headers: { "Content-Type": "application/json" }, credentials: "same-origin", keepalive: last });
    return r.ok || (r.status >= 400 && r.status < 500 && r.status !== 429 && r.status !== 408);
  } catch {
    // Too much for keepalive, or no line: the beacon queue is the last chance.
    return last && navigator.sendBeacon?.(url, new Blob([body], { type: "application/json" })) === true;
  }
}

// keepIn is a Shelf in the browser's storage; of visitors without a token
// nothing is kept.
export function keepIn(storage: Storage | null): Shelf {
  const key = "reelm.unsent";
  const day = 24 * 3600_000; // a serve is good for that long
  return {
    load() {
      try {
        const kept = JSON.parse(storage?.getItem(key) ?? "null") as { at: number; events: Deed[] } | null;
        return kept && Date.now() - kept.at < day && Array.isArray(kept.events) ? kept.events : [];
      } catch {
        return [];
      }
    },
    save(events) {
      try {
        if (!storage) return;
        if (events.length) storage.setItem(key, JSON.stringify({ at: Date.now(), events }));
        else storage.removeItem(key);
      } catch {
        // full or forbidden
      }
    },
  };
}
