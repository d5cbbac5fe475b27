import { Supply } from "../src/supply.ts";
import type { Item, List } from "../src/types.ts";
import { same, steps, test } from "./check.ts";

const item = (id: string): Item => ({ serve: "s" + id, why: "", clip: { id, tags: [] } as unknown as Item["clip"] });
const ids = (s: Supply): string[] => s.items.map((i) => i.clip.id);

test("the next page is fetched before the end, and once", async () => {
  const asked: (string | null)[] = [];
  const s = new Supply(["1", "2", "3", "4", "5"].map(item), "n1", async (next) => { asked.push(next); return { items: ["6", "7"].map(item), next: "n2" }; });
  s.want(1);
  same(asked, []);
  s.want(2);
  s.want(3);
  await steps(10);
  same(asked, ["n1"]);
  same(ids(s), ["1", "2", "3", "4", "5", "6", "7"]);
});

test("a clip comes only once", async () => {
  const s = new Supply([item("1")], "n", async () => ({ items: ["1", "2"].map(item), next: null }));
  await s.more();
  same(ids(s), ["1", "2"]);
  same(s.ended, true);
});

test("a page that fails is fetched with the next wish", async () => {
  let fails = true;
  const s = new Supply([item("1")], "n", async (): Promise<List<Item>> => { if (fails) throw new Error("no line"); return { items: [item("2")], next: null }; });
  await s.more();
  same(ids(s), ["1"]);
  fails = false;
  await s.more();
  same(ids(s), ["1", "2"]);
});

test("what is no longer wanted is dropped and fetched anew", async () => {
  let grown = 0;
  const s = new Supply(["1", "2", "3", "4"].map(item), "n", async () => ({ items: ["5"].map(item), next: null }));
  s.grown = () => grown++;
  s.dropAfter(0, (i) => i.clip.id === "3");
  same(ids(s), ["1", "2", "4"]);
  s.dropAfter(1);
  await steps(10);
  same(ids(s), ["1", "2", "5"]);
  same(grown, 3);
});
