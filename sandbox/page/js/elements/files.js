// A field for files. They are handed to the sandbox at once; the form then carries only their ids.

import * as api from "../api.js";
import { el, freshId } from "../dom.js";
import { complain } from "../parts/notices.js";
import { state } from "../state.js";

export function fileInput(field) {
  const { element } = field;
  const most = element.max_files ?? 10;
  const allowed = (element.filetypes ?? []).map((kind) => `.${kind}`).join(",");
  const inputId = freshId("file");
  const list = el("ul", { class: "file-list" });
  const draw = () => list.replaceChildren(...field.value.map((file) => el("li", {}, `🗎 ${file.name ?? file.id} `,
    el("button", {
      type: "button", class: "link-button", "aria-label": `Remove ${file.name ?? file.id}`,
      onclick: async () => {
        await field.choose(field.value.filter((other) => other.id !== file.id));
        draw();
      },
    }, "Remove"))));
  const input = el("input", {
    type: "file", id: inputId, multiple: most > 1, accept: allowed || undefined, "data-focus": field.focusKey,
    "aria-labelledby": field.labelId, "aria-describedby": field.describedBy,
    onchange: async () => {
      for (const file of [...input.files].slice(0, most - field.value.length)) {
        const answer = await api.upload(state.who, file);
        if (complain(answer)) await field.choose([...field.value, answer.file]);
      }
      input.value = "";
      draw();
    },
  });
  draw();
  return el("div", {}, input, list);
}
