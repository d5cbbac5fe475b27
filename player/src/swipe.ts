// The feed follows the finger and snaps. Fingers and pens drag, the wheel
// steps; the mouse clicks only.

export interface Track {
  // canGo says whether there is a clip before (-1) or after (1).
  canGo(step: -1 | 1): boolean;
  // held is called when a finger takes hold: what still moves stops, and its
  // distance from rest comes back, in pixels.
  held(): number;
  // drag moves the reel by so many pixels from rest.
  drag(pixels: number): void;
  // settle lets it snap: to the neighbour, or back with 0.
  settle(step: -1 | 0 | 1): void;
}

const slop = 8; // pixels before a touch is a drag
const flick = 0.35; // pixels per millisecond that carry over
const half = 0.28; // share of the height that carries over

interface Grip {
  id: number;
  x: number;
  y: number;
  from: number; // offset at the beginning
  dragging: boolean;
  trail: { t: number; y: number }[];
}

// followFinger makes a stage swipable. Elements with data-swipe="no" below it
// keep their own gestures.
export function followFinger(stage: HTMLElement, track: Track): void {
  let grip: Grip | null = null;

  stage.addEventListener("pointerdown", (e) => {
    if (e.pointerType === "mouse" || !e.isPrimary || (e.target as Element).closest('[data-swipe="no"], .scrub')) return;
    grip = { id: e.pointerId, x: e.clientX, y: e.clientY, from: 0, dragging: false, trail: [{ t: e.timeStamp, y: e.clientY }] };
  });

  stage.addEventListener("pointermove", (e) => {
    if (!grip || e.pointerId !== grip.id) return;
    const dy = e.clientY - grip.y, dx = e.clientX - grip.x;
    if (!grip.dragging) {
      if (Math.abs(dy) < slop || Math.abs(dy) < Math.abs(dx)) return;
      grip.dragging = true;
      grip.from = track.held() - dy; // what it has moved since then is not lost
      stage.setPointerCapture(e.pointerId);
      stage.classList.add("dragged");
    }
    grip.trail.push({ t: e.timeStamp, y: e.clientY });
    if (grip.trail.length > 12) grip.trail.shift();
    track.drag(resist(grip.from + dy, track));
  });

  const end = (e: PointerEvent): void => {
    if (!grip || e.pointerId !== grip.id) return;
    const g = grip;
    grip = null;
    if (!g.dragging) return;
    stage.classList.remove("dragged");
    const offset = g.from + e.clientY - g.y;
    track.settle(e.type === "pointercancel" ? 0 : decide(offset, speed(g.trail, e.timeStamp), stage.clientHeight, track));
    // The click that follows a drag is no tap.
    addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", swallow, { capture: true }), 0);
  };
  stage.addEventListener("pointerup", end);
  stage.addEventListener("pointercancel", end);
  followWheel(stage, track);
}

function swallow(e: Event): void {
  e.preventDefault();
  e.stopPropagation();
}

// resist lets the reel give less where there is nothing to go to.
export function resist(offset: number, track: Pick<Track, "canGo">): number {
  const step = offset < 0 ? 1 : -1;
  return track.canGo(step) ? offset : offset / 3;
}

// speed is that of the last tenth of a second, in pixels per millisecond.
export function speed(trail: readonly { t: number; y: number }[], now: number): number {
  const last = trail[trail.length - 1];
  const first = trail.find((p) => now - p.t <= 100);
  if (!last || !first || last.t <= first.t || now - last.t > 100) return 0;
  return (last.y - first.y) / (last.t - first.t);
}

// decide says where the reel goes when the finger leaves.
export function decide(offset: number, v: number, height: number, track: Pick<Track, "canGo">): -1 | 0 | 1 {
  let step: -1 | 0 | 1 = 0;
  if (Math.abs(v) >= flick && Math.sign(v) === Math.sign(offset)) step = v < 0 ? 1 : -1;
  else if (Math.abs(offset) > height * half && Math.abs(v) < flick) step = offset < 0 ? 1 : -1;
  return step !== 0 && track.canGo(step) ? step : 0;
}

// One turn of the wheel is one clip, and so is one push of a touchpad, whose
// inertia goes on sending smaller and smaller steps.
function followWheel(stage: HTMLElement, track: Track): void {
  let quietAt = 0, last = 0;
  stage.addEventListener("wheel", (e) => {
    if ((e.target as Element).closest('[data-swipe="no"]') || e.ctrlKey) return;
    e.preventDefault();
    const size = Math.abs(e.deltaY) * (e.deltaMode === 1 ? 33 : 1);
    const growing = size > last * 1.4 && size > 40;
    last = size;
    if (size < 4) return;
    const fresh = e.timeStamp > quietAt;
    quietAt = Math.max(quietAt, e.timeStamp + 140);
    if (!fresh && !growing) return;
    const step = e.deltaY > 0 ? 1 : -1;
    if (!track.canGo(step)) return;
    quietAt = e.timeStamp + 320;
    last = Infinity; // until the wheel has rested
    track.held();
    track.settle(step);
  }, { passive: false });
}
