// Dates and times, by the browser's own pickers, which a keyboard and a screen reader know.

import { el } from "../dom.js";
import { instantOf, localField } from "../text/dates.js";
import { plain } from "../text/mrkdwn.js";

function pickerField(field, type, shown, read) {
  let before = shown;
  const input = el("input", {
    type, class: "text-input date-input", value: shown, "data-focus": field.focusKey,
    "aria-labelledby": field.labelId, "aria-describedby": field.describedBy,
    onchange: async () => {
      // While a year is typed digit by digit the field is valid at 0002, 0020 and 0202: not meant yet.
      if (type !== "time" && input.value && Number(input.value.slice(0, 4)) < 1000) return;
      if (input.value === before) return;
      const was = before;
      before = input.value;
      if ((await field.choose(read(input.value))) === false) {
        before = was;
        input.value = was;
      }
    },
  });
  // A browser's date field shows no placeholder, so what the app asks for stands before it as a label.
  if (field.labelId) return input;
  return el("label", { class: "date-field" }, el("span", { class: "quiet" },
    plain(field.element.placeholder?.text ?? NAMES[field.element.type])), input);
}

const NAMES = { datepicker: "Day", timepicker: "Time", datetimepicker: "Day and time" };

export const datepicker = (field) => pickerField(field, "date", field.value, (value) => value);
export const timepicker = (field) => pickerField(field, "time", field.value, (value) => value);

/** Slack keeps an instant in seconds; the person reads and writes it in their own zone. */
export const datetimepicker = (field) =>
  pickerField(field, "datetime-local", field.value === "" ? "" : localField(field.value * 1000), (value) => {
    if (!value) return "";
    const [year, month, day, hour, minute] = value.split(/[-T:]/).map(Number);
    return instantOf(year, month, day, hour, minute) / 1000;
  });
