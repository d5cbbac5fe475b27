// Numbers as internal/words writes them: both are held against the vectors in
// internal/words/testdata/compact.json.

interface Writing {
  group: string;
  point: string;
  units: [from: number, size: number, name: string][];
}

const english: Writing = { group: ",", point: ".", units: [[1e9, 1e9, "B"], [1e6, 1e6, "M"], [1e4, 1e3, "k"]] };
const german: Writing = { group: ".", point: ",", units: [[1e9, 1e9, "\u00a0Mrd."], [1e6, 1e6, "\u00a0Mio."]] };

function writing(): Writing {
  return document.documentElement.lang === "de" ? german : english;
}

const minus = "\u2212";

// whole writes a whole number: 12,345 and 12.345.
export function whole(n: number): string {
  const s = String(Math.trunc(Math.abs(n))).replace(/\B(?=(\d{3})+$)/g, writing().group);
  return n <= -1 ? minus + s : s;
}

// decimal writes a number with at most so many places.
export function decimal(n: number, places: number): string {
  const [before = "0", after = ""] = Math.abs(n).toFixed(places).split(".");
  const rest = after.replace(/0+$/, "");
  const s = whole(Number(before)) + (rest ? writing().point + rest : "");
  return n < 0 && s !== "0" ? minus + s : s;
}

// compact writes a count where there is little room, rounded down.
export function compact(n: number): string {
  for (const [from, size, name] of writing().units) {
    if (n < from) continue;
    const tenths = Math.floor(n / (size / 10));
    return (tenths >= 1000 ? whole(Math.floor(tenths / 10)) : decimal(tenths / 10, 1)) + name;
  }
  return whole(n);
}

// percent writes a share of one.
export function percent(share: number): string {
  return whole(Math.round(share * 100)) + "\u00a0%";
}

// bytes writes a size in decimal units.
export function bytes(n: number): string {
  let x = n;
  for (const unit of ["B", "kB", "MB"]) {
    if (x < 1000) return decimal(x, x < 10 ? 1 : 0) + "\u00a0" + unit;
    x /= 1000;
  }
  return decimal(x, x < 10 ? 1 : 0) + "\u00a0GB";
}
