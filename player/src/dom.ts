// The little of a document that the player builds itself.

type Attributes = Record<string, string | number | boolean | ((event: any) => void) | null | undefined>;
type Child = Node | string | null | undefined | false;

// el makes an element. Attributes that are functions listen, those that are
// true stand without a value, those that are false or null stay away.
export function el<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") e.addEventListener(name.slice(2), value);
    else if (value === true) e.setAttribute(name, "");
    else if (value !== false && value != null) e.setAttribute(name, String(value));
  }
  e.append(...children.filter((c): c is Node | string => c !== null && c !== undefined && c !== false));
  return e;
}

let sprite: string | undefined;

// icon refers to a symbol of the sprite that the page uses already.
export function icon(name: string): SVGSVGElement {
  const ns = "http://www.w3.org/2000/svg";
  sprite ??= document.querySelector("use")?.getAttribute("href")?.split("#")[0] ?? "";
  const svg = document.createElementNS(ns, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(ns, "use");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}

// part finds what the markup names data-part.
export function part<T extends HTMLElement = HTMLElement>(root: ParentNode, name: string): T | null {
  return root.querySelector<T>(`[data-part="${name}"]`);
}

// say puts text into an element that may not be there.
export function say(e: HTMLElement | null, text: string): void {
  if (e && e.textContent !== text) e.textContent = text;
}

// still says whether people want as little motion as possible.
export function still(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

// initial is the letter for who has no picture, as internal/web picks it.
function initial(name: string): string {
  return (/[\p{L}\p{N}]/u.exec(name)?.[0] ?? "·").toUpperCase();
}

// hue picks the same quiet colour for a handle as internal/web does (FNV-1a).
export function hue(handle: string): number {
  let h = 2166136261;
  for (const b of new TextEncoder().encode(handle)) h = Math.imul(h ^ b, 16777619) >>> 0;
  return h % 12;
}

// avatar makes somebody's picture.
export function avatar(who: { handle: string; name: string; avatar?: string }): HTMLElement {
  if (who.avatar) return el("img", { class: "avatar", src: who.avatar, alt: "", width: 96, height: 96, decoding: "async" });
  return el("span", { class: `avatar hue-${hue(who.handle)}`, "aria-hidden": "true" }, initial(who.name || who.handle));
}
