import { Beacon, keepIn, type Shelf } from "../src/beacon.ts";
import type { Deed } from "../src/types.ts";
import { same, steps, test, until } from "./check.ts";

const quick = { wait: 1, retry: 1, most: 50 };
const watch = (serve: string, watched_ms: number): Deed => ({ serve, kind: "watch", watched_ms });

function memory(kept: Deed[] = []): Shelf & { kept: Deed[] } {
  return { kept, load() { return [...this.kept]; }, save(events) { this.kept = [...events]; } };
}

test("events go in a batch", async () => {
  const sent: Deed[][] = [];
  const b = new Beacon(async (e) => { sent.push([...e]); return true; }, memory(), quick);
  b.add(watch("a", 100));
  b.add({ serve: "a", kind: "like" });
  b.add(watch("b", 5));
  await b.flush();
  same(sent, [[watch("a", 100), { serve: "a", kind: "like" }, watch("b", 5)]]);
});

test("a longer watch replaces one that still waits", async () => {
  const sent: Deed[] = [];
  const b = new Beacon(async (e) => { sent.push(...e); return true; }, memory(), quick);
  b.add(watch("a", 100));
  b.add(watch("a", 900));
  await b.flush();
  same(sent, [watch("a", 900)]);
});

test("a broken line loses nothing and keeps the order", async () => {
  let up = false;
  const sent: Deed[] = [];
  const shelf = memory();
  const b = new Beacon(async (e) => { if (!up) return false; sent.push(...e); return true; }, shelf, quick);
  b.add(watch("a", 1));
  await b.flush();
  b.add(watch("b", 2));
  same(shelf.kept.length > 0, true, "what failed is kept for the next visit");
  up = true;
  await until(() => sent.length === 2);
  same(sent.map((e) => e.serve), ["a", "b"]);
  await steps();
  same(shelf.kept, []);
});

test("a post that throws is tried again", async () => {
  let calls = 0;
  const b = new Beacon(async () => { if (++calls === 1) throw new TypeError("no line"); return true; }, memory(), quick);
  b.add(watch("a", 1));
  await until(() => calls === 2);
  await b.flush();
});

test("leaving sends what waits and what is under way", async () => {
  const sent: { events: string[]; last: boolean }[] = [];
  let answer: (ok: boolean) => void = () => {};
  const b = new Beacon((e, last) => {
    sent.push({ events: e.map((x) => x.serve), last });
    return last ? Promise.resolve(true) : new Promise((r) => (answer = r));
  }, memory(), quick);
  b.add(watch("a", 1));
  void b.flush();
  await steps();
  b.add(watch("b", 2));
  b.leave();
  same(sent, [{ events: ["a"], last: false }, { events: ["a", "b"], last: true }]);
  answer(true);
});

test("what was left on the shelf goes with the next visit", async () => {
  const sent: Deed[] = [];
  new Beacon(async (e) => { sent.push(...e); return true; }, memory([watch("old", 3)]), quick);
  await until(() => sent.length === 1);
  same(sent, [watch("old", 3)]);
});

test("of visitors without a token nothing is kept, of others for a day", () => {
  keepIn(null).save([watch("a", 1)]);
  same(localStorage.length, 0);
  keepIn(localStorage).save([watch("a", 1)]);
  same(keepIn(localStorage).load(), [watch("a", 1)]);
  localStorage.setItem("reelm.unsent", JSON.stringify({ at: Date.now() - 25 * 3600_000, events: [watch("a", 1)] }));
  same(keepIn(localStorage).load(), []);
  localStorage.setItem("reelm.unsent", "nonsense");
  same(keepIn(localStorage).load(), []);
});
