import { dayOf, due, isNight } from "../src/breaks.ts";
import { choose, leaveToAccount, settings, useAccount } from "../src/settings.ts";
import { same, test } from "./check.ts";

const at = (time: string): Date => new Date("2026-11-23T" + time + ":00");
const today = (seconds: number, until = 0) => ({ day: dayOf(at("12:00")), seconds, until });

test("a night may go over midnight", () => {
  const night = { nightFrom: "22:30", nightUntil: "06:00" };
  same(["22:29", "22:30", "23:59", "00:00", "05:59", "06:00", "12:00"].map((t) => isNight(night, at(t))), [false, true, true, true, true, false, false]);
  same(isNight({ nightFrom: "13:00", nightUntil: "14:00" }, at("13:30")), true);
  same(isNight({ nightFrom: "", nightUntil: "06:00" }, at("01:00")), false);
  same(isNight({ nightFrom: "06:00", nightUntil: "06:00" }, at("06:00")), false);
});

test("a break is due after the minutes of the day, and not while one goes on", () => {
  const s = { daily: 30, nightFrom: "", nightUntil: "" };
  same(due(s, today(30 * 60 - 1), at("12:00")), null);
  same(due(s, today(30 * 60), at("12:00")), "day");
  same(due(s, today(9999, at("12:05").getTime()), at("12:04")), null);
  same(due(s, today(9999, at("12:05").getTime()), at("12:05")), "day");
  same(due(s, { ...today(9999), day: "2026-11-22" }, at("12:00")), null);
  same(due({ ...s, daily: 0 }, today(9999), at("12:00")), null);
  same(due({ daily: 30, nightFrom: "11:00", nightUntil: "13:00" }, today(9999), at("12:00")), "night");
});

test("what an account chose holds until this device says otherwise", () => {
  same(settings().paged, false);
  useAccount({ daily_minutes: 45, night_from: "22:00", night_until: null, paged: true, autoplay: false, saver: true, captions: true });
  same([settings().daily, settings().nightFrom, settings().paged, settings().autoplay], [45, "22:00", true, false]);
  choose({ saver: false });
  same(settings().saver, false);
  leaveToAccount(["saver"]);
  same([settings().saver, localStorage.length], [true, 0]);
});
