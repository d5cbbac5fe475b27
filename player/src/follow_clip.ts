// A clip's life, followed until it needs no more watching: over a stream of
// the server's events, and by asking where there is none.

import { get } from "./api.ts";
import type { Clip } from "./types.ts";

const quick = 500, slow = 5_000;
const over = new Set<Clip["state"]>(["ready", "failed", "removed"]);

// followClip calls back with every change until the clip is ready, failed or
// removed, or until the function it gives is called.
export function followClip(id: string, told: (clip: Clip) => void): () => void {
  let last = "", stopped = false;
  let stopAsking = (): void => {};
  const heard = (clip: Clip): void => {
    const now = `${clip.state} ${clip.progress} ${clip.renditions.length} ${clip.preview ?? ""}`;
    if (stopped) return;
    if (over.has(clip.state)) stop();
    if (now !== last) told(clip);
    last = now;
  };
  const stream = new EventSource(`/api/v1/clips/${id}/live`);
  stream.addEventListener("clip", (e) => heard(JSON.parse((e as MessageEvent<string>).data) as Clip));
  stream.addEventListener("error", () => {
    if (stopped || stream.readyState !== EventSource.CLOSED) return; // it connects again by itself
    stopAsking();
    stopAsking = ask(id, heard);
  });
  const stop = (): void => {
    stopped = true;
    stream.close();
    stopAsking();
  };
  return stop;
}

// ask asks often while something happens, seldom while nothing does.
function ask(id: string, heard: (clip: Clip) => void): () => void {
  let stopped = false, wait = quick;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const again = async (): Promise<void> => {
    const clip = document.hidden ? null : await get<Clip>(`/clips/${id}`).catch(() => null);
    if (stopped) return;
    if (clip) heard(clip);
    wait = Math.min(wait * 1.3, slow);
    timer = setTimeout(() => void again(), wait);
  };
  void again();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
