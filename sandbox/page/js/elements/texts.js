// Words: one line, many lines, an address, a number, rich text (here: plain lines).

import { el } from "../dom.js";
import { plain } from "../text/mrkdwn.js";

const KINDS = {
  plain_text_input: { type: "text" },
  email_text_input: { type: "email", autocomplete: "off" },
  url_text_input: { type: "url", autocomplete: "off" },
  // Not type=number: that field hides what it cannot read, and the app's own answer would never be seen.
  number_input: { type: "text", inputmode: "decimal" },
};

export function textInput(field) {
  const { element } = field;
  const long = element.multiline || element.type === "rich_text_input";
  const most = element.max_length;
  const attributes = {
    class: "text-input", "data-focus": field.focusKey, value: field.value,
    placeholder: element.placeholder && plain(element.placeholder.text), maxlength: most,
    "aria-labelledby": field.labelId, "aria-describedby": field.describedBy, "aria-required": field.required || undefined,
    "aria-label": field.labelId ? undefined : plain(element.placeholder?.text ?? "Text"),
    autofocus: element.focus_on_load || undefined,
    oninput: () => {
      field.type(input.value);
      count();
    },
    onkeydown: (event) => {
      if (event.key === "Enter" && !long && !event.isComposing && field.enter()) event.preventDefault();
    },
  };
  const input = long
    ? el("textarea", { rows: 4, ...attributes })
    : el("input", { ...KINDS[element.type], ...attributes });
  const counter = el("span", { class: "counter", "aria-hidden": "true" });
  const count = () => {
    const left = most - input.value.length;
    counter.textContent = most && input.value && left <= Math.max(20, most / 10) ? `${left} left` : "";
  };
  count();
  return most ? el("div", { class: "counted" }, input, counter) : input;
}
