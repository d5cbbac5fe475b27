// A resumable upload: the core of tus 1.0 with creation and termination. What
// the server has is asked after every interruption and never guessed; the
// upload's address is kept, so that it goes on after a reload too.

import { Problem } from "./api.ts";

export interface Kept {
  url: string;
  name: string;
  size: number;
  at: number;
}

// Ledger keeps the addresses of unfinished uploads.
export interface Ledger {
  get(fingerprint: string): Kept | null;
  set(fingerprint: string, kept: Kept | null): void;
}

export interface Told {
  progress(sent: number, total: number): void;
  waiting(): void; // the line is broken; it tries again
}

const endpoint = "/api/v1/uploads";
const version = { "Tus-Resumable": "1.0.0" };
const chunk = 8 << 20; // bytes of one request: what proxies let through
const delays = [1_000, 2_000, 5_000, 10_000, 20_000];

// fingerprint names a file on this device.
export const fingerprint = (f: File): string => `${f.name}|${f.size}|${f.lastModified}`;

export class Upload {
  private request: XMLHttpRequest | null = null;
  private halted = false;
  private wake: (() => void) | null = null;
  private url: string | null = null;

  constructor(private readonly file: File, private readonly ledger: Ledger, private readonly told: Told) {}

  // run uploads until all bytes are there and gives the upload's id; null if
  // it was paused meanwhile. A refusal throws a Problem.
  async run(): Promise<string | null> {
    this.halted = false;
    for (let failures = 0; !this.halted; ) {
      try {
        const offset = await this.send();
        if (this.halted) break;
        failures = 0;
        if (offset >= this.file.size) return this.finish();
      } catch (e) {
        if (this.halted) break;
        if (e instanceof Problem && e.status < 500 && ![408, 409, 423, 429].includes(e.status)) throw e;
        this.told.waiting();
        await this.rest(delays[Math.min(failures++, delays.length - 1)] ?? 20_000);
      }
    }
    return null;
  }

  // pause stops; run goes on.
  pause(): void {
    this.halted = true;
    this.request?.abort();
    this.wake?.();
  }

  // discard stops and lets the server forget what it has.
  async discard(): Promise<void> {
    this.pause();
    const url = this.url ?? this.ledger.get(fingerprint(this.file))?.url;
    this.ledger.set(fingerprint(this.file), null);
    if (url) await fetch(url, { method: "DELETE", headers: version }).catch(() => {});
  }

  // send brings one chunk across and gives the offset that the server has then.
  private async send(): Promise<number> {
    const known = this.url !== null;
    const offset = known ? await this.offset() : await this.open();
    this.told.progress(offset, this.file.size);
    if (offset >= this.file.size || this.halted) return offset;
    return this.patch(offset);
  }

  private async open(): Promise<number> {
    const kept = this.ledger.get(fingerprint(this.file));
    if (kept) {
      this.url = kept.url;
      try {
        return await this.offset();
      } catch (e) {
        if (!(e instanceof Problem) || ![403, 404, 410].includes(e.status)) throw e;
        this.url = null; // it is gone: begin anew
      }
    }
    const pairs = { filename: this.file.name, filetype: this.file.type };
    const metadata = Object.entries(pairs).map(([k, v]) => `${k} ${base64(v)}`).join(",");
    const r = await fetch(endpoint, { method: "POST", headers: { ...version, "Upload-Length": String(this.file.size), "Upload-Metadata": metadata } });
    if (r.status !== 201) throw await refusal(r);
    this.url = new URL(r.headers.get("Location") ?? "", r.url).pathname;
    this.ledger.set(fingerprint(this.file), { url: this.url, name: this.file.name, size: this.file.size, at: Date.now() });
    return 0;
  }

  private known = -1; // offset after the last acknowledged chunk, -1: ask

  private async offset(): Promise<number> {
    if (this.known >= 0) return this.known;
    const r = await fetch(this.url ?? "", { method: "HEAD", headers: version });
    if (!r.ok) throw await refusal(r);
    return Number(r.headers.get("Upload-Offset"));
  }

  // patch uses XMLHttpRequest, which tells of bytes sent; fetch does not.
  private patch(offset: number): Promise<number> {
    this.known = -1;
    const blob = this.file.slice(offset, offset + chunk);
    return new Promise((resolve, reject) => {
      const x = (this.request = new XMLHttpRequest());
      x.open("PATCH", this.url ?? "");
      x.setRequestHeader("Tus-Resumable", "1.0.0");
      x.setRequestHeader("Upload-Offset", String(offset));
      x.setRequestHeader("Content-Type", "application/offset+octet-stream");
      x.upload.onprogress = (e) => this.told.progress(offset + e.loaded, this.file.size);
      x.onload = () => {
        if (x.status !== 204 && x.status !== 200) return reject(new Problem(x.status, problemCode(x.responseText), "", ""));
        this.known = Number(x.getResponseHeader("Upload-Offset"));
        resolve(this.known);
      };
      x.onerror = x.onabort = x.ontimeout = () => reject(new TypeError("the line broke"));
      x.send(blob);
    });
  }

  private finish(): string {
    this.ledger.set(fingerprint(this.file), null);
    return this.url?.split("/").pop() ?? "";
  }

  // rest waits, but not longer than until the line is back.
  private rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        removeEventListener("online", done);
        this.wake = null;
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.wake = done;
      addEventListener("online", done);
    });
  }
}

async function refusal(r: Response): Promise<Problem> {
  const text = await r.text().catch(() => "");
  return new Problem(r.status, problemCode(text), problemTitle(text), "");
}

function problemCode(text: string): string {
  return String(read(text)["type"] ?? "").split("/").pop() ?? "";
}

function problemTitle(text: string): string {
  const p = read(text);
  return String(p["title"] ?? p["detail"] ?? "");
}

function read(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function base64(s: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(s)));
}

// shelf is the ledger in the browser's storage; what is older than a day the
// server has forgotten.
export function shelf(storage: Storage): Ledger & { unfinished(): Kept[] } {
  const key = "reelm.uploads", day = 24 * 3600_000;
  const all = (): Record<string, Kept> => {
    try {
      const kept = JSON.parse(storage.getItem(key) ?? "{}") as Record<string, Kept>;
      return Object.fromEntries(Object.entries(kept).filter(([, k]) => Date.now() - k.at < day));
    } catch {
      return {};
    }
  };
  return {
    get: (f) => all()[f] ?? null,
    set(f, kept) {
      const now = all();
      if (kept) now[f] = kept;
      else delete now[f];
      try {
        if (Object.keys(now).length) storage.setItem(key, JSON.stringify(now));
        else storage.removeItem(key);
      } catch {
        // full or forbidden: it cannot go on after a reload
      }
    },
    unfinished: () => Object.values(all()),
  };
}
