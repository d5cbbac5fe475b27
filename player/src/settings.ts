// What somebody set for this device. It stays in the browser, is no
// identifier, and is written only when something is chosen.

export interface Settings {
  sound: boolean;
  speed: number;
  quality: number | null; // shorter side in pixels, null: the player decides
  captions: boolean;
  saver: boolean;
  autoplay: boolean;
  paged: boolean; // a page at a time
  daily: number; // minutes a day, 0: no limit
  nightFrom: string; // "22:00", "": no night break
  nightUntil: string;
}

export const defaults: Settings = { sound: true, speed: 1, quality: null, captions: false, saver: false, autoplay: true, paged: false, daily: 0, nightFrom: "", nightUntil: "" };

// What an account chose, as the server says it.
export interface Watching {
  daily_minutes: number;
  night_from: string | null;
  night_until: string | null;
  paged: boolean;
  autoplay: boolean;
  saver: boolean;
  captions: boolean;
}

let account: Partial<Settings> = {};

// useAccount lets what an account chose hold where this device says nothing.
export function useAccount(w: Watching): void {
  const { paged, autoplay, saver, captions } = w;
  account = { paged, autoplay, saver, captions, daily: w.daily_minutes, nightFrom: w.night_from ?? "", nightUntil: w.night_until ?? "" };
}

const key = "reelm.settings";

// settings reads what was chosen; what cannot be read was not.
export function settings(): Settings {
  const s = { ...defaults, ...account };
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? "{}");
    for (const name of Object.keys(defaults) as (keyof Settings)[]) {
      const v = kept[name];
      if (v !== undefined && (name === "quality" ? v === null || typeof v === "number" : typeof v === typeof defaults[name])) (s as any)[name] = v;
    }
  } catch {
    // storage is forbidden or holds something else
  }
  return s;
}

// chosen says whether somebody chose at all, and did not just leave it.
export function chosen(name: keyof Settings): boolean {
  try {
    return name in JSON.parse(localStorage.getItem(key) ?? "{}");
  } catch {
    return false;
  }
}

// choose keeps choices.
export function choose(change: Partial<Settings>): void {
  try {
    localStorage.setItem(key, JSON.stringify({ ...JSON.parse(localStorage.getItem(key) ?? "{}"), ...change }));
  } catch {
    // they hold until the page is left
  }
}

// leaveToAccount forgets what this device chose of these, so that what the
// account chose holds.
export function leaveToAccount(names: readonly (keyof Settings)[]): void {
  try {
    const kept = localStorage.getItem(key);
    if (!kept) return;
    const rest = JSON.parse(kept) as Record<string, unknown>;
    for (const name of names) delete rest[name];
    if (Object.keys(rest).length) localStorage.setItem(key, JSON.stringify(rest));
    else localStorage.removeItem(key);
  } catch {
    // nothing is kept
  }
}

// saving says whether to be careful with data: chosen, or asked for by the
// browser.
export function saving(): boolean {
  return settings().saver || connection()?.saveData === true;
}

export interface Connection {
  saveData?: boolean;
  downlink?: number; // Mbit/s
  effectiveType?: string;
}

export function connection(): Connection | undefined {
  return (navigator as { connection?: Connection }).connection;
}
