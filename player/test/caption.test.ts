import { pieces } from "../src/caption.ts";
import { same, test, truly } from "./check.ts";

function shown(text: string): [string, string | null][] {
  return pieces(text).map((p) => (typeof p === "string" ? [p, null] : [p.textContent ?? "", (p as Element).getAttribute("href")]));
}

test("tags and mentions become links, and the text stays the text", () => {
  same(shown("Frost #Moor mit @okan."), [["Frost ", null], ["#Moor", "/tag/moor"], [" mit ", null], ["@okan", "/@okan"], [".", null]]);
  for (const text of ["#a#b", "a#b c@d", "#123 #été #a1", "@ab @abc @a.b_c.", "https://x/#y", "&#39; x", "#größe\n#日本"]) {
    same(shown(text).map(([s]) => s).join(""), text);
  }
});

test("what is no tag is no link", () => {
  same(shown("#123 a#b /#c &#x"), [["#123 a#b /#c &#x", null]]);
});

test("markup in a caption is only text", () => {
  document.body.append(...pieces('<img src=x onerror="alert(1)"> #a<b>'));
  truly(!document.body.querySelector("img, b"), "it became an element");
});
