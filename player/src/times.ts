// Ages, dates and lengths in words.

import { t } from "./words.ts";

const minute = 60_000, hour = 60 * minute, day = 24 * hour;

// age says how long ago something was, and the date of what is older than a
// week.
export function age(when: string, now = Date.now()): string {
  const at = Date.parse(when);
  if (Number.isNaN(at)) return "";
  const d = now - at;
  if (d < minute) return t("age.now");
  if (d < hour) return t("age.minutes", { n: Math.floor(d / minute) });
  if (d < day) return t("age.hours", { n: Math.floor(d / hour) });
  if (d < 7 * day) return t("age.days", { n: Math.floor(d / day) });
  const then = new Date(at);
  const year = then.getUTCFullYear() === new Date(now).getUTCFullYear() ? {} : { year: "numeric" as const };
  const lang = document.documentElement.lang === "de" ? "de-DE" : "en-GB";
  return then.toLocaleDateString(lang, { day: "numeric", month: "long", timeZone: "UTC", ...year });
}

// length writes how long a clip is: 0:07, 12:30.
export function length(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
}

// left writes how long something will take, in one unit.
export function left(seconds: number): string {
  const s = Math.max(1, Math.round(seconds));
  if (s < 60) return t("uploader.seconds", { n: s });
  if (s < 3600) return t("uploader.minutes", { n: Math.round(s / 60) });
  return t("uploader.hours", { n: Math.round(s / 3600) });
}
