// Runs against the small tus server of tools/playertest, which behaves badly
// where a file's name asks for it.

import { Problem } from "../src/api.ts";
import { fingerprint, shelf, Upload } from "../src/tus.ts";
import { same, test, truly, until } from "./check.ts";

const file = (name: string, size = 300_000): File => new File([new Uint8Array(size).fill(7)], name, { type: "video/mp4", lastModified: 1 });
const quiet = { progress: () => {}, waiting: () => {} };
const arrived = async (id: string | null): Promise<number> => Number(await (await fetch(`/arrived/${id}`)).text());

test("a file arrives whole, with its progress told", async () => {
  const told: number[] = [];
  const f = file("plain.mp4");
  const ledger = shelf(localStorage);
  const id = await new Upload(f, ledger, { ...quiet, progress: (sent) => told.push(sent) }).run();
  same(await arrived(id), f.size);
  same(told[0], 0);
  same(told.at(-1), f.size);
  same(ledger.unfinished(), [], "a finished upload is not kept");
});

test("a large file goes in pieces", async () => {
  const f = file("large.mp4", 20 << 20);
  const id = await new Upload(f, shelf(localStorage), quiet).run();
  same(await arrived(id), f.size);
});

test("a broken line is asked what it had, and goes on from there", async () => {
  let waited = 0;
  const f = file("cut.mp4");
  const id = await new Upload(f, shelf(localStorage), { ...quiet, waiting: () => { waited++; dispatchEvent(new Event("online")); } }).run();
  same(await arrived(id), f.size);
  truly(waited > 0, "nothing broke");
});

test("after a reload it goes on where it was", async () => {
  const f = file("slow.mp4", 2_000_000);
  const ledger = shelf(localStorage);
  let sent = 0;
  const first = new Upload(f, ledger, { ...quiet, progress: (n) => (sent = n) });
  const paused = first.run();
  await until(() => sent > 0);
  first.pause();
  same(await paused, null);
  const kept = ledger.get(fingerprint(f));
  truly(kept, "its address was not kept");
  const again = await new Upload(f, shelf(localStorage), quiet).run();
  same(again, kept?.url.split("/").pop(), "it began anew");
  same(await arrived(again), f.size);
});

test("what the server has forgotten begins anew", async () => {
  const f = file("plain.mp4");
  const ledger = shelf(localStorage);
  ledger.set(fingerprint(f), { url: "/api/v1/uploads/forgotten", name: f.name, size: f.size, at: Date.now() });
  same(await arrived(await new Upload(f, ledger, quiet).run()), f.size);
});

test("a refusal is told at once and in its words", async () => {
  try {
    await new Upload(file("refuse.mp4"), shelf(localStorage), quiet).run();
    truly(false, "it was taken");
  } catch (e) {
    truly(e instanceof Problem, String(e));
    same([(e as Problem).status, (e as Problem).code, (e as Problem).title], [413, "too_large", "Die Datei ist zu groß"]);
  }
});

test("who discards leaves nothing behind", async () => {
  const f = file("slow.mp4", 2_000_000);
  const ledger = shelf(localStorage);
  let sent = 0;
  const u = new Upload(f, ledger, { ...quiet, progress: (n) => (sent = n) });
  const run = u.run();
  await until(() => sent > 0);
  const id = ledger.get(fingerprint(f))?.url.split("/").pop() ?? "";
  await u.discard();
  same(await run, null);
  same(ledger.unfinished(), []);
  same((await fetch(`/arrived/${id}`)).status, 404);
});

test("what is older than a day is not offered any more", () => {
  localStorage.setItem("reelm.uploads", JSON.stringify({ x: { url: "/u", name: "n", size: 1, at: Date.now() - 25 * 3600_000 } }));
  same(shelf(localStorage).unfinished(), []);
});
