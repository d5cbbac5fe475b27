// One line that says what just happened, and goes.

import { el } from "./dom.ts";

let current: HTMLElement | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

export function toast(text: string, action?: { url: string; label: string }): void {
  current?.remove();
  clearTimeout(timer);
  current = el("p", { class: "toast", role: "status", popover: "manual" }, text, action && " ", action && el("a", { href: action.url }, action.label));
  document.body.append(current);
  current.showPopover?.(); // above an open sheet
  timer = setTimeout(() => current?.remove(), action ? 6_000 : 3_200);
}
