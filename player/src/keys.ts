// Keys of the feed. They stay quiet while somebody writes, in dialogs, and
// with modifiers, which belong to the browser.

export type Doings = Record<string, () => void>;

export function listenKeys(doings: Doings): void {
  addEventListener("keydown", (e) => {
    if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || e.isComposing) return;
    const target = e.target instanceof Element ? e.target : document.body;
    if (target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog:modal")) return;
    const name = e.key === " " ? "Space" : e.key;
    if (name === "Space" && target.closest("button, a, summary")) return;
    const doing = doings[name];
    if (!doing || (e.repeat && !name.startsWith("Arrow"))) return;
    e.preventDefault();
    doing();
  });
}
