import { decide, followFinger, resist, speed, type Track } from "../src/swipe.ts";
import { same, test } from "./check.ts";

const free = { canGo: () => true };
const first = { canGo: (step: -1 | 1) => step === 1 };

test("a flick carries over, a slow push only beyond a part of the height", () => {
  same([decide(-40, -0.8, 800, free), decide(40, 0.8, 800, free)], [1, -1]);
  same([decide(-100, -0.1, 800, free), decide(-300, -0.1, 800, free), decide(300, 0, 800, free)], [0, 1, -1]);
  same(decide(-300, 0.8, 800, free), 0, "pulled back at the end");
  same(decide(300, 0.8, 800, first), 0, "there is nothing before the first");
});

test("it gives less where there is nothing to go to", () => {
  same([resist(90, first), resist(-90, first)], [30, -90]);
});

test("speed is that of the last tenth of a second", () => {
  same(speed([{ t: 0, y: 0 }, { t: 900, y: 0 }, { t: 950, y: -50 }], 950), -1);
  same(speed([{ t: 0, y: 0 }, { t: 10, y: 50 }], 500), 0, "the finger rested");
  same(speed([], 0), 0);
});

function stage(told: string[], track: Partial<Track> = {}): HTMLElement {
  const e = document.createElement("div");
  e.style.height = "800px";
  document.body.append(e);
  e.setPointerCapture = () => {};
  followFinger(e, { canGo: () => true, held: () => 0, drag: (p) => told.push(`drag ${p}`), settle: (s) => told.push(`settle ${s}`), ...track });
  return e;
}

function finger(e: HTMLElement, type: string, x: number, y: number, pointerType = "touch"): void {
  e.dispatchEvent(new PointerEvent(type, { pointerId: 1, isPrimary: true, pointerType, clientX: x, clientY: y, bubbles: true, cancelable: true }));
}

test("the reel follows the finger", () => {
  const told: string[] = [];
  const e = stage(told);
  finger(e, "pointerdown", 100, 600);
  finger(e, "pointermove", 100, 597);
  same(told, [], "a resting finger is no drag");
  finger(e, "pointermove", 100, 500);
  finger(e, "pointermove", 100, 300);
  finger(e, "pointerup", 100, 300);
  same(told.at(-1), "settle 1");
  same(told.includes("drag -200"), true, told.join());
});

test("sideways, the mouse and interrupted touches do not turn the page", () => {
  const told: string[] = [];
  const e = stage(told);
  finger(e, "pointerdown", 100, 600);
  finger(e, "pointermove", 300, 590);
  finger(e, "pointerup", 300, 590);
  finger(e, "pointerdown", 100, 600, "mouse");
  finger(e, "pointermove", 100, 100, "mouse");
  finger(e, "pointerup", 100, 100, "mouse");
  same(told, []);
  finger(e, "pointerdown", 100, 600);
  finger(e, "pointermove", 100, 200);
  finger(e, "pointercancel", 100, 200);
  same(told.at(-1), "settle 0");
});

test("one push of a touchpad is one clip, however long it glides", () => {
  const told: string[] = [];
  const e = stage(told);
  for (const deltaY of [30, 120, 90, 60, 40, 20, 10, 5]) e.dispatchEvent(new WheelEvent("wheel", { deltaY, cancelable: true }));
  same(told, ["settle 1"]);
});
