// What somebody set for this device. It stays in the browser, is no
// identifier, and is written only when something is chosen.

export interface Settings {
  sound: boolean;
  speed: number;
  quality: number | null; // shorter side in pixels, null: the player decides
  captions: boolean;
  saver: boolean;
  autoplay: boolean;
}

export const defaults: Settings = { sound: true, speed: 1, quality: null, captions: false, saver: false, autoplay: true };

const key = "reelm.settings";

// settings reads what was chosen; what cannot be read was not.
export function settings(): Settings {
  const s = { ...defaults };
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
