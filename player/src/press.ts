// Tap, double tap, hold: what a finger or a mouse says to a picture.

export interface Presses {
  tap(): void;
  double(x: number, y: number): void;
  hold(): void;
}

const doubleWithin = 260; // ms between the taps of a double tap
const near = 48; // pixels between them
const holdAfter = 480; // ms
const slop = 8; // pixels a resting finger may move

// listen tells the presses on a target, whose own buttons and links keep
// theirs. Further taps after a double tap are hearts too.
export function listen(target: HTMLElement, told: Presses): void {
  let down: { id: number; x: number; y: number } | null = null;
  let holding: ReturnType<typeof setTimeout> | null = null;
  let waiting: ReturnType<typeof setTimeout> | null = null;
  let last: { t: number; x: number; y: number } | null = null;

  const stop = (): void => {
    if (holding !== null) clearTimeout(holding);
    holding = null;
    down = null;
  };

  target.addEventListener("pointerdown", (e) => {
    if (!e.isPrimary || e.button !== 0 || (e.target as Element).closest("a, button, input, [role=slider], .about.open")) return;
    down = { id: e.pointerId, x: e.clientX, y: e.clientY };
    holding = setTimeout(() => {
      stop();
      told.hold();
    }, holdAfter);
  });
  target.addEventListener("pointermove", (e) => {
    if (down && e.pointerId === down.id && Math.hypot(e.clientX - down.x, e.clientY - down.y) > slop) stop();
  });
  target.addEventListener("pointercancel", stop);
  target.addEventListener("pointerup", (e) => {
    if (!down || e.pointerId !== down.id) return;
    stop();
    const { clientX: x, clientY: y, timeStamp: t } = e;
    if (last && t - last.t < doubleWithin && Math.hypot(x - last.x, y - last.y) < near) {
      if (waiting !== null) clearTimeout(waiting);
      waiting = null;
      last = { t, x, y };
      told.double(x, y);
      return;
    }
    last = { t, x, y };
    waiting = setTimeout(() => {
      waiting = null;
      told.tap();
    }, doubleWithin);
  });
  target.addEventListener("contextmenu", (e) => {
    if ((e.target as Element).closest("a, button, input")) return;
    e.preventDefault();
    if ((e as PointerEvent).pointerType === "touch") return; // the hold has said so
    stop();
    told.hold();
  });
}
