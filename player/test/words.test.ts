import vectors from "../../internal/words/testdata/compact.json";
import { bytes, compact, decimal, percent, whole } from "../src/numbers.ts";
import { age, left, length } from "../src/times.ts";
import { t, useWords } from "../src/words.ts";
import { same, test } from "./check.ts";

test("texts fill their gaps and choose plurals", () => {
  useWords({ plain: "Hello", named: "Reply to @{name}", many: { one: "{n} clip", other: "{n} clips" } });
  same(t("plain"), "Hello");
  same(t("named", { name: "<b>" }), "Reply to @<b>");
  same(t("named"), "Reply to @{name}");
  same([t("many", { n: 1 }), t("many", { n: 0 }), t("many", { n: 12345 })], ["1 clip", "0 clips", "12,345 clips"]);
  same(t("missing"), "missing");
});

test("counts are written as the server writes them", () => {
  for (const v of vectors) {
    document.documentElement.lang = "en";
    same(compact(v.n), v.en);
    document.documentElement.lang = "de";
    same(compact(v.n), v.de);
  }
});

test("numbers follow the language", () => {
  same([whole(1234567), decimal(-0.125, 2), decimal(2, 1), bytes(1500), percent(0.456)], ["1,234,567", "\u22120.13", "2", "1.5\u00a0kB", "46\u00a0%"]);
  document.documentElement.lang = "de";
  same([whole(1234567), decimal(1234.5, 2), bytes(1.5e9)], ["1.234.567", "1.234,5", "1,5\u00a0GB"]);
});

test("ages, dates and lengths", () => {
  useWords({ "age.now": "now", "age.minutes": "{n} min", "age.hours": "{n} h", "age.days": { one: "{n} d", other: "{n} d" }, "uploader.seconds": "{n} s", "uploader.minutes": "{n} min" });
  const now = Date.parse("2026-11-23T18:30:00Z");
  const ago = (s: number): string => age(new Date(now - s * 1000).toISOString(), now);
  same([ago(5), ago(300), ago(3 * 3600), ago(2 * 86400)], ["now", "5 min", "3 h", "2 d"]);
  same([ago(30 * 86400), ago(400 * 86400)], ["24 October", "19 October 2025"]);
  document.documentElement.lang = "de";
  same(ago(30 * 86400), "24. Oktober");
  same(age("nonsense", now), "");
  same([length(7.4), length(750)], ["0:07", "12:30"]);
  same([left(0.2), left(12), left(90)], ["1 s", "12 s", "2 min"]);
});
