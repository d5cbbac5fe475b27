// How long a serve was really watched: the clip's own time that went by while
// its picture moved before somebody's eyes. Waiting, pauses and seeking do not
// count; loops do.

export class WatchClock {
  private total = 0;
  private since: number | null = null;
  private rate = 1;

  constructor(private readonly now: () => number) {}

  // runs is told that the picture moves, at a speed.
  runs(rate = 1): void {
    this.rests();
    this.rate = rate;
    this.since = this.now();
  }

  // rests is told that it does not.
  rests(): void {
    if (this.since !== null) this.total += (this.now() - this.since) * this.rate;
    this.since = null;
  }

  reset(): void {
    this.total = 0;
    this.since = null;
  }

  get watched(): number {
    const running = this.since === null ? 0 : (this.now() - this.since) * this.rate;
    return Math.round(this.total + running);
  }
}

// attend lets a clock follow a video. It gives the function that lets go.
export function attend(clock: WatchClock, video: HTMLVideoElement): () => void {
  const run = (): void => (video.paused || document.hidden ? clock.rests() : clock.runs(video.playbackRate));
  const rest = (): void => clock.rests();
  const events: [string, () => void][] = [
    ["playing", run], ["ratechange", () => !video.paused && video.readyState > 2 && run()],
    ["pause", rest], ["waiting", rest], ["ended", rest], ["emptied", rest], ["error", rest],
  ];
  for (const [name, f] of events) video.addEventListener(name, f);
  if (!video.paused && video.readyState > 2) run();
  return () => {
    rest();
    for (const [name, f] of events) video.removeEventListener(name, f);
  };
}
