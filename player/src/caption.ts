// Captions as pieces: text, #tags and @mentions, as the module's root splits
// them (text.go). What it takes for no tag there, leads to an empty page here.

import { el } from "./dom.ts";

const link = /(^|[^\p{L}\p{N}\p{M}_/&])(#[\p{L}\p{N}\p{M}_]+|@[A-Za-z0-9_.]*[A-Za-z0-9])/gu;

// pieces gives the nodes of a caption.
export function pieces(text: string): (Node | string)[] {
  const out: (Node | string)[] = [];
  let plain = 0;
  for (const m of text.matchAll(link)) {
    const word = m[2] ?? "";
    const start = m.index + (m[1] ?? "").length;
    const target = word.slice(1).replace(/[._]+$/, "");
    const href = word.startsWith("#") ? tag(target) : mention(target);
    if (!href) continue;
    if (plain < start) out.push(text.slice(plain, start));
    out.push(el("a", { href }, text.slice(start, start + 1 + target.length)));
    plain = start + 1 + target.length;
  }
  if (plain < text.length) out.push(text.slice(plain));
  return out;
}

function tag(word: string): string | null {
  if (!/\p{L}/u.test(word) || [...word].length > 50) return null;
  return "/tag/" + encodeURIComponent(word.toLowerCase().normalize("NFKC"));
}

function mention(word: string): string | null {
  return word.length >= 3 && word.length <= 24 ? "/@" + word.toLowerCase() : null;
}
