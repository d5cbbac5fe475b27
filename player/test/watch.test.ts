import { WatchClock } from "../src/watch.ts";
import { same, test } from "./check.ts";

test("only time counts in which the picture moves", () => {
  let now = 0;
  const clock = new WatchClock(() => now);
  same(clock.watched, 0);
  now = 1000;
  clock.runs();
  now = 3000;
  same(clock.watched, 2000, "while it runs");
  clock.rests();
  now = 10_000;
  same(clock.watched, 2000, "while it rests");
  clock.rests();
  clock.runs();
  now = 10_500;
  clock.runs();
  now = 11_000;
  clock.rests();
  same(clock.watched, 3000, "started twice");
});

test("at double speed the clip's own time counts", () => {
  let now = 0;
  const clock = new WatchClock(() => now);
  clock.runs(2);
  now = 1000;
  clock.runs(0.5);
  now = 2000;
  same(clock.watched, 2500);
  clock.reset();
  same(clock.watched, 0);
});
