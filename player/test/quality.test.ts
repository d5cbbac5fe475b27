import { Meter, pick, type Conditions } from "../src/quality.ts";
import type { Rendition } from "../src/types.ts";
import { same, test, truly } from "./check.ts";

const r = (height: number, bitrate: number, codecs = "avc1.64001f"): Rendition => ({ height, width: height, url: `${height}${codecs}`, codecs, bitrate, bytes: bitrate });
const ladder = [r(360, 500e3), r(540, 1.2e6), r(540, 700e3, "av01.0.04M.08"), r(720, 2.4e6), r(1080, 4.5e6)];
const usual: Conditions = { bandwidth: null, pixels: 1200, saver: false, av1: false, wanted: null };
const picks = (c: Partial<Conditions>): string | undefined => pick(ladder, { ...usual, ...c })?.url;

test("an unknown line gets the rendition that is there first", () => same(picks({}), "540avc1.64001f"));

test("a line carries what fits into its share", () => {
  same([1e5, 8e5, 2e6, 4e6, 20e6].map((bandwidth) => picks({ bandwidth })), ["360avc1.64001f", "360avc1.64001f", "540avc1.64001f", "720avc1.64001f", "1080avc1.64001f"]);
});

test("no more pixels than the screen has", () => {
  same(picks({ bandwidth: 50e6, pixels: 390 }), "540avc1.64001f");
  same(picks({ bandwidth: 50e6, pixels: 700 }), "720avc1.64001f");
  same(picks({ bandwidth: 50e6, pixels: 300 }), "360avc1.64001f");
});

test("AV1 only for who decodes it, and then it is the smaller one", () => {
  same(picks({ av1: true }), "540av01.0.04M.08");
  same(picks({ av1: true, bandwidth: 1.1e6 }), "540av01.0.04M.08");
});

test("saving data and choosing by hand come first", () => {
  same(picks({ saver: true, bandwidth: 50e6 }), "360avc1.64001f");
  same(picks({ wanted: 1080, bandwidth: 1e5 }), "1080avc1.64001f");
  same(picks({ wanted: 700 }), "720avc1.64001f");
  same(pick([], usual), undefined);
  same(pick([r(540, 1e6, "av01.0.04M.08")], usual), undefined);
});

test("the meter falls at once and rises with patience", () => {
  const m = new Meter();
  same(m.estimate, null);
  m.sample(10, 500);
  same(m.estimate, null, "too little says nothing");
  for (let i = 0; i < 20; i++) m.sample(1e6, 1000); // 8 Mbit/s
  const fast = m.estimate ?? 0;
  truly(Math.abs(fast - 8e6) < 1e5, `8 Mbit/s became ${fast}`);
  m.sample(1e5, 1000);
  const fallen = m.estimate ?? 0;
  truly(fallen < 6e6, `one slow second left ${fallen}`);
  m.sample(1e6, 1000);
  truly((m.estimate ?? 0) < 8e6, "it rose at once");
  m.stalled(1.2e6);
  truly((m.estimate ?? 0) < 1.2e6, "a stall did not count");
});
