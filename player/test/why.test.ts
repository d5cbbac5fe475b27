import { reasons } from "../src/sheet_why.ts";
import type { Why } from "../src/types.ts";
import { useWords } from "../src/words.ts";
import { same, test, truly } from "./check.ts";

useWords({ "why.rest": "Everything else" });
const part = (words: string, contribution: number): Why["parts"][number] => ({ name: words, value: 0, contribution, words });
const why = (...parts: Why["parts"]): Why => ({ source: "x", score: 0, propensity: 1, parts });

test("the three strongest reasons, and all shares sum to the score", () => {
  const r = reasons(why(part("a", 0.1), part("b", 0.6), part("c", -0.3), part("d", 0.4), part("e", 0.2)));
  same(r.map((x) => x.words), ["b", "d", "c", "Everything else"]);
  truly(Math.abs(r.reduce((s, x) => s + x.share, 0) - 1) < 1e-9, "they do not sum to one");
});

test("nothing is invented where there is nothing", () => {
  same(reasons(why()), []);
  same(reasons(why(part("a", 0))), [{ words: "a", share: 0 }]);
  same(reasons(why(part("a", 0.5), part("b", 0.5))).length, 2);
});
