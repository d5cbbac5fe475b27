// Words of the page's language. The server puts those that the page's script
// needs into a data block; nothing that people read stands in the code.

import { whole } from "./numbers.ts";

type Text = string | Record<string, string>;
type Gaps = Record<string, string | number>;

let texts: Record<string, Text> | undefined;

function load(): Record<string, Text> {
  const block = document.getElementById("words");
  return (texts ??= block ? JSON.parse(block.textContent ?? "{}") : {});
}

// useWords sets the texts by hand, for tests.
export function useWords(t: Record<string, Text>): void {
  texts = t;
}

// known says whether there is such a text.
export function known(key: string): boolean {
  return key in load();
}

// t gives a text with its gaps filled; the gap n chooses the plural form.
export function t(key: string, gaps: Gaps = {}): string {
  const text = load()[key];
  if (text === undefined) return key;
  const form = typeof text === "string" ? text : (text[plural(gaps["n"])] ?? text["other"] ?? key);
  return form.replace(/\{(\w+)\}/g, (gap, name: string) => {
    const v = gaps[name];
    return v === undefined ? gap : typeof v === "number" ? whole(v) : v;
  });
}

// The CLDR rule of English and German.
function plural(n: string | number | undefined): string {
  return n === 1 ? "one" : "other";
}
