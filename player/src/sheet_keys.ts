// The keys that the feed knows.

import { el } from "./dom.ts";
import { Sheet } from "./sheet.ts";
import { t } from "./words.ts";

const keys: [string[], string][] = [
  [["↓", "j"], "player.keys_next"], [["↑", "k"], "player.keys_back"], [["␣"], "player.keys_pause"], [["←", "→"], "player.keys_seek"],
  [["m"], "player.keys_sound"], [["l"], "player.keys_like"], [["c"], "player.keys_comments"], [["s"], "saved.where"], [["w"], "player.keys_why"], [["?"], "player.keys_help"],
];

export function openKeys(): void {
  const sheet = new Sheet({ title: t("player.keys") });
  sheet.body.append(el("dl", { class: "key-list" }, ...keys.flatMap(([names, key]) => [
    el("dt", {}, ...names.map((n) => el("kbd", {}, n))), el("dd", {}, t(key)),
  ])));
  sheet.open();
}
