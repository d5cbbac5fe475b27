// Sharing: the phone's own sheet where there is one, else the address to copy.

import { el, icon } from "./dom.ts";
import { Sheet } from "./sheet.ts";
import { toast } from "./toast.ts";
import type { Clip } from "./types.ts";
import { t } from "./words.ts";

// share lets somebody hand on a clip, and calls done if that happened.
export async function share(clip: Pick<Clip, "url" | "caption" | "author">, done: () => void): Promise<void> {
  const url = new URL(clip.url, location.href).href;
  if (navigator.share && matchMedia("(pointer: coarse)").matches) {
    try {
      await navigator.share({ url, title: `@${clip.author.handle}`, text: clip.caption });
      done();
    } catch {
      // changed their mind
    }
    return;
  }
  openShare(url, done);
}

function openShare(url: string, done: () => void): void {
  const sheet = new Sheet({ title: t("player.share") });
  const field = el("input", { readonly: true, value: url, "aria-label": t("player.share_address") });
  const copy = el("button", { type: "button", class: "menu-item" }, icon("copy"), el("span", {}, t("player.share_copy")));
  copy.addEventListener("click", () => {
    void copied(url, field).then((ok) => {
      if (!ok) return;
      toast(t("player.share_copied"));
      sheet.close();
      done();
    });
  });
  sheet.body.append(el("div", { class: "field" }, field), el("div", { class: "menu" }, copy,
    el("a", { class: "menu-item", href: url }, icon("film"), el("span", {}, t("player.share_page")))));
  sheet.open();
  copy.focus();
}

async function copied(text: string, field: HTMLInputElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    field.select(); // no permission, or no secure page: one key is left to press
    return document.execCommand("copy");
  }
}
