// The one calm card: it waits until the first clip has been left, and goes
// without a new page. The form does the same without scripts.

import { post } from "./api.ts";

export class LearnCard {
  private shown = false;

  constructor(private readonly card: HTMLFormElement | null, private readonly answered: () => void) {
    if (!card) return;
    card.hidden = true;
    card.addEventListener("submit", (e) => {
      e.preventDefault();
      void this.answer((e.submitter as HTMLButtonElement | null)?.value === "yes");
    });
  }

  // offer shows the card, once.
  offer(): void {
    if (!this.card || this.shown) return;
    this.shown = true;
    this.card.hidden = false;
  }

  private async answer(yes: boolean): Promise<void> {
    const { card } = this;
    if (!card) return;
    card.classList.add("leaving");
    setTimeout(() => (card.hidden = true), 120);
    try {
      if (yes) {
        await post("/viewers", {});
        this.answered();
        return;
      }
      const body = new URLSearchParams({ learn: "no", back: "/" });
      await fetch(card.action, { method: "POST", body, credentials: "same-origin", redirect: "manual" });
    } catch {
      card.classList.remove("leaving"); // ask again: it was not heard
      card.hidden = false;
    }
  }
}
