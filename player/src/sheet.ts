// Sheets: dialogs that rise from below on a phone and can be drawn down again.

import { el, icon, still } from "./dom.ts";
import { t } from "./words.ts";

interface Shape {
  title: string;
  kind?: "tall" | "panel"; // panel: beside the clip where there is room
  seeThrough?: boolean; // the clip behind stays bright
}

let made = 0;

export class Sheet {
  readonly dialog: HTMLDialogElement;
  readonly body: HTMLElement;
  private readonly heading: HTMLElement;
  closed: () => void = () => {};
  private leaving: ReturnType<typeof setTimeout> | undefined;

  constructor(shape: Shape) {
    this.heading = el("h2", { id: `sheet-${++made}` }, shape.title);
    this.body = el("div", { class: "sheet-body" });
    const head = el("header", { class: "sheet-head" }, this.heading,
      el("button", { type: "button", class: "sheet-close", "aria-label": t("player.close"), onclick: () => this.close() }, icon("close")));
    const classes = ["sheet", shape.kind === "panel" ? "panel tall" : shape.kind, shape.seeThrough && "see-through"];
    this.dialog = el("dialog", { class: classes.filter(Boolean).join(" "), "aria-labelledby": this.heading.id, "data-swipe": "no" }, head, this.body);
    this.dialog.addEventListener("cancel", (e) => {
      e.preventDefault();
      this.close();
    });
    this.dialog.addEventListener("click", (e) => e.target === this.dialog && this.close());
    this.drawDown(head);
  }

  set title(text: string) {
    this.heading.textContent = text;
  }

  // open shows the sheet; beside the clip it leaves the rest usable.
  open(): this {
    clearTimeout(this.leaving);
    this.dialog.classList.remove("leaving");
    if (this.dialog.open) return this;
    document.body.append(this.dialog);
    if (this.beside) this.dialog.show();
    else this.dialog.showModal();
    return this;
  }

  get beside(): boolean {
    return this.dialog.classList.contains("panel") && matchMedia("(min-width: 960px)").matches;
  }

  close(): void {
    if (!this.dialog.open || this.dialog.classList.contains("leaving")) return;
    this.dialog.classList.add("leaving");
    this.closed();
    this.leaving = setTimeout(() => {
      this.dialog.close();
      this.dialog.remove();
    }, still() ? 0 : 120);
  }

  private drawDown(head: HTMLElement): void {
    let from: number | null = null;
    head.addEventListener("pointerdown", (e) => {
      if (e.pointerType === "mouse" || (e.target as Element).closest("button")) return;
      from = e.clientY;
      head.setPointerCapture(e.pointerId);
      this.dialog.style.transition = "none";
    });
    head.addEventListener("pointermove", (e) => {
      if (from !== null) this.dialog.style.transform = `translateY(${Math.max(0, e.clientY - from)}px)`;
    });
    const end = (e: PointerEvent): void => {
      if (from === null) return;
      const far = e.clientY - from > 80;
      from = null;
      this.dialog.style.transition = "";
      this.dialog.style.transform = "";
      if (far && e.type === "pointerup") this.close();
    };
    head.addEventListener("pointerup", end);
    head.addEventListener("pointercancel", end);
  }
}
