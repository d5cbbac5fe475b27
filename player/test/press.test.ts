import { listen } from "../src/press.ts";
import { same, test, until } from "./check.ts";

function target(told: string[]): HTMLElement {
  const e = document.createElement("div");
  e.innerHTML = "<button>b</button><p>p</p>";
  document.body.append(e);
  listen(e, { tap: () => told.push("tap"), double: (x, y) => told.push(`double ${x},${y}`), hold: () => told.push("hold") });
  return e;
}

function point(e: Element, type: string, x = 10, y = 10): void {
  e.dispatchEvent(new PointerEvent(type, { pointerId: 1, isPrimary: true, button: 0, pointerType: "touch", clientX: x, clientY: y, bubbles: true }));
}
const press = (e: Element, x = 10, y = 10): void => { point(e, "pointerdown", x, y); point(e, "pointerup", x, y); };

test("one tap is a tap, two are a heart, three are two hearts", async () => {
  const told: string[] = [];
  const e = target(told);
  press(e);
  await until(() => told.length === 1);
  same(told, ["tap"]);
  press(e, 50, 60);
  press(e, 52, 62);
  press(e, 54, 61);
  same(told, ["tap", "double 52,62", "double 54,61"]);
});

test("a long press is a hold and no tap", async () => {
  const told: string[] = [];
  const e = target(told);
  point(e, "pointerdown");
  await until(() => told.length === 1);
  point(e, "pointerup");
  same(told, ["hold"]);
});

test("buttons keep their presses, and a finger that moves has none", async () => {
  const told: string[] = [];
  const e = target(told);
  press(e.querySelector("button")!);
  point(e, "pointerdown");
  point(e, "pointermove", 10, 60);
  point(e, "pointerup", 10, 60);
  press(e.querySelector("p")!);
  await until(() => told.length === 1);
  same(told, ["tap"], "only the last was one");
});
