// Where to keep a clip: favourites, watch later, folders of one's own.

import { get, post, Problem, put, remove } from "./api.ts";
import { el, icon } from "./dom.ts";
import { Sheet } from "./sheet.ts";
import { toast } from "./toast.ts";
import type { Folder } from "./types.ts";
import { t } from "./words.ts";

// openKeep shows the folders, those that hold the clip ticked.
export async function openKeep(clip: string): Promise<void> {
  const sheet = new Sheet({ title: t("saved.where"), seeThrough: true });
  const list = el("div", { class: "menu" });
  const failed = (e: unknown): void => toast(e instanceof Problem && e.title ? e.title : t("player.failed"));
  const at = (f: Folder): string => `/me/folders/${encodeURIComponent(f.id)}/clips/${encodeURIComponent(clip)}`;
  const line = (f: Folder): HTMLElement => {
    const box = el("input", { type: "checkbox", checked: f.has });
    box.addEventListener("change", () => void (box.checked ? put : remove)(at(f)).catch((e: unknown) => {
      box.checked = !box.checked;
      failed(e);
    }));
    return el("label", { class: "menu-item", dir: "auto" }, icon("bookmark"), el("span", {}, f.name), el("span", { class: "soft" }, box));
  };
  const name = el("input", { required: true, maxlength: 50, placeholder: t("saved.new"), "aria-label": t("saved.new"), dir: "auto" });
  const form = el("form", { class: "row mute-form" }, name, el("button", { class: "button" }, t("saved.add")));
  form.addEventListener("submit", (e) => {
    e.preventDefault();
    void post<Folder>("/me/folders", { name: name.value }).then(async (f) => {
      await put(at(f));
      list.append(line({ ...f, has: true }));
      name.value = "";
    }).catch(failed);
  });
  try {
    const folders = await get<{ items: Folder[] }>("/me/folders?clip=" + encodeURIComponent(clip));
    list.append(...folders.items.map(line));
  } catch (e) {
    return failed(e);
  }
  sheet.body.append(list, form);
  sheet.open();
}
