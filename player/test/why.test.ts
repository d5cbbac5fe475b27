import { reasons } from "../src/sheet_why.ts";
import type { Why } from "../src/types.ts";
import { useWords } from "../src/words.ts";
import { same, test, truly } from "./check.ts";

useWords({ "why.rest": "Everything else" });
const part = (words: string, contribution: number): Why["parts"][number] => ({ name: words, value: 0, contribution, words });
const why = (...parts: Why["parts"]): Why => ({ source: "x", score: 0, propensity: 1, parts });

test("the three strongest reasons, those for it first, and nothing is left out", () => {
  const r = reasons(why(part("a", 0.1), part("b", 0.6), part("c", -0.3), part("d", 0.4), part("e", 0.2), part("f", -0.1)));
  same(r.map((x) => x.words), ["b", "d", "Everything else", "c", "Everything else"]);
  truly(Math.abs(r.reduce((s, x) => s + Math.abs(x.share), 0) - 1) < 1e-9, "they do not sum to one");
});

test("shares stay readable where the score is close to zero", () => {
  const r = reasons(why(part("for", 0.5), part("against", -0.499)));
  same(r.map((x) => Math.round(x.share * 100)), [50, -50]);
});

test("nothing is invented where there is nothing", () => {
  same(reasons(why()), []);
  same(reasons(why(part("a", 0))), [{ words: "a", share: 0 }]);
  same(reasons(why(part("a", 0.5), part("b", 0.5))).length, 2);
});
