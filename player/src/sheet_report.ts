// Reporting, in three steps at most: what is wrong, more words, sent.

import { post } from "./api.ts";
import { el } from "./dom.ts";
import { Sheet } from "./sheet.ts";
import { toast } from "./toast.ts";
import { t } from "./words.ts";

const reasons = ["illegal", "violence", "hate", "sexual", "minors", "self-harm", "harassment", "spam", "false", "copyright", "other"] as const;

// openReport asks what is wrong with a clip, a comment or an account.
export function openReport(subject: { clip: string } | { comment: string } | { account: string }): void {
  const sheet = new Sheet({ title: t("report.title") });
  const text = el("textarea", { rows: 2, maxlength: 1000, dir: "auto", id: "report-text" });
  const form = el("form", { class: "form" },
    el("p", { class: "soft" }, t("report.what")),
    el("fieldset", { class: "field choice" }, el("legend", {}, t("report.reason")),
      ...reasons.map((r) => el("label", {}, el("input", { type: "radio", name: "reason", value: r, required: true }), t(`report.reason.${r}`)))),
    el("div", { class: "field" }, el("label", { for: "report-text" }, t("report.text")), text),
    el("button", { class: "button" }, t("report.send")));
  form.addEventListener("submit", (e) => {
    e.preventDefault();
    const reason = new FormData(form).get("reason");
    void post("/reports", { ...subject, reason, text: text.value }).then(
      () => {
        sheet.close();
        toast(t("report.said"));
      },
      () => toast(t("player.failed")),
    );
  });
  sheet.body.append(form);
  sheet.open();
}
