import { ofClip, Pace, uploading } from "../src/truth.ts";
import type { Clip } from "../src/types.ts";
import { useWords } from "../src/words.ts";
import { same, test } from "./check.ts";

useWords({
  "uploader.left": "Uploading {percent} · {time} left", "uploader.uploading": "Uploading {percent}", "uploader.paused": "Paused at {percent}",
  "uploader.offline": "No connection, {percent} are there", "uploader.waiting": "then it is published", "uploader.queued": "Waiting", "uploader.live": "Live",
  "uploader.live_do": "", "uploader.processing": "Making it play everywhere, {percent}", "uploader.processing_do": "close the page", "uploader.seconds": "{n} s",
  "uploader.held": "Held", "fault.truncated.do": "Upload the original once more.",
});
const clip = (c: Partial<Clip>): Clip => ({ state: "processing", progress: 0, error: null, renditions: [], ...c }) as Clip;

test("it says how far and how long", () => {
  same(uploading(43e6, 100e6, 4.75e6, "sends", false).what, "Uploading 43\u00a0% · 12 s left");
  same(uploading(43e6, 100e6, 0, "sends", true), { what: "Uploading 43\u00a0%", do: "then it is published", share: 0.43 });
  same(uploading(100e6, 100e6, 1e6, "sends", false).what, "Uploading 99\u00a0% · 1 s left", "100 % is only said when the server said so");
  same(uploading(1, 4, 0, "paused", false).what, "Paused at 25\u00a0%");
  same(uploading(1, 4, 5, "offline", false).what, "No connection, 25\u00a0% are there");
});

test("it says where a clip is", () => {
  same(ofClip(clip({})).what, "Waiting");
  same(ofClip(clip({ progress: 40 })), { what: "Making it play everywhere, 40\u00a0%", do: "close the page", share: 0.4 });
  same(ofClip(clip({ state: "ready" })).what, "Live");
  same(ofClip(clip({ state: "held" })).what, "Held");
  const error = { code: "truncated", title: "The file ends before the video does", detail: "moov", retry: false };
  same(ofClip(clip({ state: "failed", error })), { what: error.title, do: "Upload the original once more.", share: null, failed: true });
});

test("the pace is that of the last seconds", () => {
  const p = new Pace();
  same(p.at(0, 0), 0);
  same(p.at(500, 1e6), 0, "too early to say");
  same(p.at(2000, 2e6), 1e6);
  for (let s = 3; s <= 12; s++) p.at(s * 1000, 2e6 + (s - 2) * 4e6);
  same(Math.round(p.at(13_000, 46e6) / 1e5), 40);
  same(p.at(14_000, 1e6), 0, "the server had less than was sent");
});
