// Which element is drawn by what. An element that is not here is shown as a labelled box, never lost.

import { el } from "../dom.js";
import { image } from "../blocks/media.js";
import { feedbackButtons, iconButton, overflow, plainButton, workflowButton } from "./buttons.js";
import { choices } from "./choices.js";
import { datepicker, datetimepicker, timepicker } from "./dates.js";
import { field } from "./field.js";
import { fileInput } from "./files.js";
import { select } from "./selects.js";
import { textInput } from "./texts.js";

const ELEMENTS = {
  button: plainButton, overflow, workflow_button: workflowButton,
  feedback_buttons: feedbackButtons, icon_button: iconButton,
  checkboxes: choices, radio_buttons: choices,
  datepicker, timepicker, datetimepicker,
  plain_text_input: textInput, email_text_input: textInput, url_text_input: textInput,
  number_input: textInput, rich_text_input: textInput, file_input: fileInput,
};
for (const kind of ["static", "external", "users", "channels", "conversations"]) {
  ELEMENTS[`${kind}_select`] = select;
  ELEMENTS[`multi_${kind}_select`] = select;
}

export const unknown = (kind, data) =>
  el("details", { class: "unknown" }, el("summary", {}, `“${kind}” is not drawn here`),
    el("pre", {}, JSON.stringify(data, null, 2)));

/** Draws one element; `options` as in field(). */
export function drawElement(surface, block, element, options) {
  if (element.type === "image") return image(element, surface, "element-image");
  const build = ELEMENTS[element.type];
  return build ? build(field(surface, block, element, options)) : unknown(element.type, element);
}
