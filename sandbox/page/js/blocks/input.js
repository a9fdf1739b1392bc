// The input block: a label, the element, a hint, and what was wrong with it.

import { el, freshId } from "../dom.js";
import { drawElement } from "../elements/index.js";
import { plain } from "../text/mrkdwn.js";

export function inputBlock(block, surface) {
  const labelId = freshId("label");
  const hintId = freshId("hint");
  const errorId = freshId("error");
  const error = surface.errors?.[block.block_id];
  const describedBy = [block.hint && hintId, error && errorId].filter(Boolean).join(" ") || undefined;
  const element = drawElement(surface, block, block.element, {
    inInput: true, dispatch: block.dispatch_action === true, required: !block.optional, labelId, describedBy,
  });
  const first = element.matches?.("input, textarea") ? element : element.querySelector("input, textarea, [role=combobox]");
  if (error) first?.setAttribute("aria-invalid", "true");
  return el("div", { class: error ? "input-block has-error" : "input-block" },
    el("div", { class: "input-label", id: labelId, onclick: () => first?.focus() },
      plain(block.label?.text), block.optional ? el("span", { class: "quiet" }, " (optional)") : ""),
    element,
    error ? el("div", { class: "input-error", id: errorId, role: "alert" }, el("span", { "aria-hidden": "true" }, "⚠ "), plain(error)) : "",
    block.hint ? el("div", { class: "input-hint", id: hintId }, plain(block.hint.text)) : "");
}
