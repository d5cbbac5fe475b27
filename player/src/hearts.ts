// A heart bursts once where a finger asked for it.

import { icon } from "./dom.ts";

export function burst(glass: HTMLElement, x: number, y: number): void {
  const box = glass.getBoundingClientRect();
  const heart = icon("heart");
  heart.classList.add("heart-burst");
  heart.style.left = `${x - box.left}px`;
  heart.style.top = `${y - box.top}px`;
  heart.style.setProperty("--lean", `${((x * 7 + y * 13) % 29) - 14}deg`); // no two quite alike
  heart.addEventListener("animationend", () => heart.remove());
  glass.append(heart);
}
