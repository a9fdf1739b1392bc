// Checkboxes and radio buttons: every option in sight.

import { el, freshId } from "../dom.js";
import { textObject } from "../text/mrkdwn.js";

export function choices(field) {
  const { element } = field;
  const many = element.type === "checkboxes";
  const name = freshId("choice");
  const boxes = [];
  const draw = () => {
    const chosen = new Set(field.value.map((one) => one.value));
    boxes.forEach(({ box, option }) => { box.checked = chosen.has(option.value); });
  };
  const changed = async () => {
    const chosen = boxes.filter(({ box }) => box.checked)
      .map(({ option }) => ({ value: option.value, label: option.text?.text ?? option.value, option }));
    if ((await field.choose(chosen)) === false) draw();
  };
  const node = el("div", {
    class: "choices", role: many ? "group" : "radiogroup", "aria-labelledby": field.labelId,
    "aria-describedby": field.describedBy, "aria-label": field.labelId ? undefined : "Choices",
  }, (element.options ?? []).map((option, at) => {
    const hintId = option.description ? freshId("hint") : undefined;
    const box = el("input", {
      type: many ? "checkbox" : "radio", name, onchange: changed, "aria-describedby": hintId,
      "data-focus": `${field.focusKey}|${at}`,
    });
    boxes.push({ box, option });
    return el("label", { class: "choice" }, box, el("span", { class: "choice-words" },
      textObject(option.text, "span"),
      option.description ? el("span", { class: "choice-hint", id: hintId }, textObject(option.description, "span")) : ""));
  }));
  draw();
  return node;
}
