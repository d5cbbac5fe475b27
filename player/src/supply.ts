// The clips of a feed in their order, fetched ahead page by page.

import type { Item, List } from "./types.ts";

export type Fetch = (next: string | null) => Promise<List<Item>>;

// When fewer than this many clips are left, the next page is fetched.
const ahead = 3;

export class Supply {
  private loading: Promise<void> | null = null;
  ended: boolean;

  // grown is called when clips came.
  grown: () => void = () => {};

  // byHand says whether the next page has to be asked for.
  byHand: () => boolean = () => false;

  constructor(readonly items: Item[], public next: string | null, private readonly fetch: Fetch) {
    this.ended = next === null;
  }

  at(i: number): Item | undefined {
    return this.items[i];
  }

  // want is told where one is, and fetches what comes after in time.
  want(i: number): void {
    if (!this.ended && !this.byHand() && i >= this.items.length - ahead) void this.more();
  }

  // more fetches a page. At the end of a feed that had one it asks again from
  // the beginning: new clips may have come.
  more(): Promise<void> {
    return (this.loading ??= this.load().finally(() => (this.loading = null)));
  }

  private async load(): Promise<void> {
    const page = await this.fetch(this.next).catch(() => null);
    if (!page) return; // the next swipe tries again
    this.next = page.next;
    this.ended = page.next === null;
    const had = new Set(this.items.map((i) => i.clip.id));
    const fresh = page.items.filter((i) => !had.has(i.clip.id));
    this.items.push(...fresh);
    if (fresh.length) this.grown();
  }

  // dropAfter forgets what was fetched beyond a clip, because what is wanted
  // has changed, and fetches anew.
  dropAfter(i: number, which: (item: Item) => boolean = () => true): void {
    const kept = this.items.slice(0, i + 1);
    const rest = this.items.slice(i + 1).filter((item) => !which(item));
    this.items.splice(0, this.items.length, ...kept, ...rest);
    this.grown();
    this.want(i);
  }
}
