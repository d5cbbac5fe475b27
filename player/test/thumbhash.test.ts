import vectors from "./testdata/thumbhash.json";
import { decode, paint } from "../src/thumbhash.ts";
import { same, test, truly } from "./check.ts";

const bytes = (s: string): Uint8Array => Uint8Array.from(atob(s), (c) => c.charCodeAt(0));

// The vectors were made by npm's thumbhash 0.1.1, the format's own program.
test("hashes decode as the reference decodes them", () => {
  for (const v of vectors) {
    const got = decode(bytes(v.hash)), want = bytes(v.rgba);
    truly(got, "it did not decode");
    same([got?.width, got?.height], [v.width, v.height]);
    const far = want.reduce((most, x, i) => Math.max(most, Math.abs(x - (got?.rgba[i] ?? 0))), 0);
    truly(far <= 1, `a colour is off by ${far}`);
  }
});

test("what is no hash shows nothing", () => {
  const canvas = document.createElement("canvas");
  for (const bad of ["", "AA==", "***", "////"]) paint(canvas, bad);
  same(decode(new Uint8Array(3)), null);
});
