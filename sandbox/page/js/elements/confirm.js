// The question an app puts before something that cannot be taken back.

import { el, freshId } from "../dom.js";
import { plain, textObject } from "../text/mrkdwn.js";

/** Shows a Block Kit confirm object; resolves to whether the person agreed. */
export function confirmed(confirm) {
  const titleId = freshId("confirm");
  const textId = freshId("confirm");
  return new Promise((resolve) => {
    const done = (yes) => {
      dialog.close();
      dialog.remove();
      resolve(yes);
    };
    const yes = el("button", {
      type: "button", class: confirm.style === "danger" ? "button danger" : "button primary", onclick: () => done(true),
    }, plain(confirm.confirm?.text ?? "Yes"));
    const dialog = el("dialog", { class: "confirm", role: "alertdialog", "aria-labelledby": titleId, "aria-describedby": textId },
      el("h2", { id: titleId }, plain(confirm.title?.text ?? "Are you sure?")),
      el("div", { id: textId, class: "confirm-text" }, textObject(confirm.text)),
      el("div", { class: "dialog-foot" },
        el("button", { type: "button", class: "button", onclick: () => done(false) }, plain(confirm.deny?.text ?? "Cancel")),
        yes));
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      done(false);
    });
    document.body.append(dialog);
    dialog.showModal();
    yes.focus();
  });
}
