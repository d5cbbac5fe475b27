// The status line of an upload. It says what is so, in words, and how long it
// will take where that is known.

import { percent } from "./numbers.ts";
import { left } from "./times.ts";
import type { Clip } from "./types.ts";
import { known, t } from "./words.ts";

export interface Truth {
  what: string;
  do: string;
  share: number | null; // for the bar, null for none
  failed?: boolean;
}

export type Line = "sends" | "paused" | "offline";

// uploading says how far the bytes are. A rate of zero is not known yet.
export function uploading(sent: number, total: number, rate: number, line: Line, publishes: boolean): Truth {
  const share = total > 0 ? sent / total : 0, p = percent(Math.min(share, 0.99));
  const then = publishes ? t("uploader.waiting") : "";
  if (line === "paused") return { what: t("uploader.paused", { percent: p }), do: then, share };
  if (line === "offline") return { what: t("uploader.offline", { percent: p }), do: then, share };
  const what = rate > 0 ? t("uploader.left", { percent: p, time: left((total - sent) / rate) }) : t("uploader.uploading", { percent: p });
  return { what, do: then, share };
}

// remedy says what one can do about a file that was refused.
export function remedy(code: string): string {
  return known(`fault.${code}.do`) ? t(`fault.${code}.do`) : "";
}

// ofClip says where a clip is after its bytes have arrived.
export function ofClip(clip: Pick<Clip, "state" | "progress" | "error" | "renditions">): Truth {
  switch (clip.state) {
    case "ready":
      return { what: t("uploader.live"), do: t("uploader.live_do"), share: null };
    case "held":
      return { what: t("uploader.held"), do: "", share: null };
    case "failed":
    case "removed":
      return { what: clip.error?.title ?? t("player.failed"), do: clip.error ? remedy(clip.error.code) : "", share: null, failed: true };
    case "uploading":
      return { what: t("uploader.queued"), do: t("uploader.processing_do"), share: 0 };
  }
  if (clip.progress <= 0) return { what: t("uploader.queued"), do: t("uploader.processing_do"), share: 0 };
  return { what: t("uploader.processing", { percent: percent(clip.progress / 100) }), do: t("uploader.processing_do"), share: clip.progress / 100 };
}

// Pace is the speed of the last seconds, in bytes per second.
export class Pace {
  private marks: { t: number; sent: number }[] = [];

  at(t: number, sent: number): number {
    const last = this.marks[this.marks.length - 1];
    if (last && sent < last.sent) this.marks = []; // it went back to what the server has
    this.marks.push({ t, sent });
    while (this.marks.length > 2 && t - (this.marks[0]?.t ?? t) > 5_000) this.marks.shift();
    const first = this.marks[0];
    if (!first || t - first.t < 1_000) return 0;
    return ((sent - first.sent) / (t - first.t)) * 1000;
  }
}
