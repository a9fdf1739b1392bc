// A list to choose from with a field to search in: one component under every select of Block Kit.
// Follows the ARIA combobox pattern: the focus stays in the field, the arrows move the marked option.

import { debounce, el, freshId } from "../dom.js";
import { homeOf, place } from "./float.js";

/**
 * @param options {
 *   label, labelId, describedBy, focusKey, placeholder, multi, max, clearable,
 *   chosen: [{value, label}],
 *   load: async (words) => [{title?, options: [{value, label, hint?}]}],   groups; one without title for a plain list
 *   short: (words) => string | null     what to say instead of loading, such as "type one more letter"
 *   change: async (chosen) => boolean   false puts back what was chosen before
 * }
 */
export function picker(options) {
  let chosen = [...options.chosen];
  let shown = [];
  let marked = -1;
  let open = false;
  let asked = 0;
  const listId = freshId("list");

  const chips = el("span", { class: "chips" });
  const input = el("input", {
    type: "text", role: "combobox", autocomplete: "off", spellcheck: "false", class: "picker-input",
    "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": listId, "aria-haspopup": "listbox",
    "aria-label": options.label, "aria-labelledby": options.labelId, "aria-describedby": options.describedBy,
    "data-focus": options.focusKey,
  });
  const list = el("div", {
    class: "options", role: "listbox", id: listId, popover: "manual",
    "aria-label": options.label ?? "Options", "aria-multiselectable": options.multi ? "true" : undefined,
  });
  const clear = el("button", {
    type: "button", class: "picker-clear", "aria-label": "Clear", onclick: () => choose([]),
  }, "×");
  const box = el("div", { class: "picker", onclick: (event) => event.target === box && input.focus() },
    chips, input, options.clearable ? clear : "", el("span", { class: "caret", "aria-hidden": "true" }, "▾"));

  const has = (value) => chosen.some((one) => one.value === value);

  function draw() {
    if (options.multi) {
      chips.replaceChildren(...chosen.map((one) => el("span", { class: "chip" }, one.label, el("button", {
        type: "button", "aria-label": `Remove ${one.label}`,
        onclick: () => choose(chosen.filter((other) => other.value !== one.value)),
      }, "×"))));
      input.placeholder = chosen.length ? "" : options.placeholder;
    } else {
      input.placeholder = chosen[0]?.label ?? options.placeholder;
      if (!open) input.value = chosen[0]?.label ?? "";
    }
    clear.hidden = chosen.length === 0;
  }

  async function choose(next) {
    const before = chosen;
    chosen = next;
    if (!options.multi) hide();
    input.value = "";
    draw();
    if ((await options.change(chosen)) === false) {
      chosen = before;
      draw();
    }
    if (open) refresh();
  }

  function pick(option) {
    if (!options.multi) return choose([option]);
    if (has(option.value)) return choose(chosen.filter((one) => one.value !== option.value));
    if (options.max && chosen.length >= options.max) return note(`You can choose ${options.max} at most.`);
    return choose([...chosen, option]);
  }

  function mark(index) {
    marked = shown.length ? (index + shown.length) % shown.length : -1;
    shown.forEach(({ node }, at) => node.classList.toggle("marked", at === marked));
    const node = shown[marked]?.node;
    if (node) {
      input.setAttribute("aria-activedescendant", node.id);
      node.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  }

  function note(words) {
    shown = [];
    list.replaceChildren(el("div", { class: "options-note" }, words));
    mark(-1);
    if (open) place(list, box, { width: true });
  }

  function showGroups(groups) {
    shown = [];
    const nodes = groups.flatMap((group) => [
      group.title ? el("div", { class: "options-title" }, group.title) : null,
      ...group.options.map((option) => {
        const node = el("div", {
          class: "option", role: "option", id: freshId("option"), "aria-selected": has(option.value) ? "true" : "false",
          // mousedown, since a click would first take the focus out of the field and close the list
          onmousedown: (event) => {
            event.preventDefault();
            pick(option);
          },
        }, el("span", {}, option.label), option.hint ? el("span", { class: "option-hint" }, option.hint) : "");
        shown.push({ node, option });
        return node;
      }),
    ]).filter(Boolean);
    if (!shown.length) return note("Nothing found.");
    list.replaceChildren(...nodes);
    mark(Math.max(0, options.multi ? 0 : shown.findIndex(({ option }) => has(option.value))));
    if (open) place(list, box, { width: true });
    return undefined;
  }

  async function refresh() {
    const words = input.value.trim();
    const instead = options.short?.(words);
    const turn = (asked += 1);
    if (instead) return note(instead);
    const groups = await options.load(words);
    // A slow answer to an earlier question must not replace the answer to the last one.
    if (turn === asked) showGroups(groups);
    return undefined;
  }
  const typed = debounce(refresh, options.short ? 250 : 0);

  function show() {
    if (open) return;
    open = true;
    homeOf(box).append(list);
    list.showPopover();
    place(list, box, { width: true });
    input.setAttribute("aria-expanded", "true");
    if (!options.multi) input.value = "";
    draw();
    refresh();
  }

  function hide() {
    if (!open) return;
    open = false;
    asked += 1;
    if (list.isConnected) list.hidePopover();
    list.remove();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    input.value = "";
    draw();
  }

  input.addEventListener("mousedown", show);
  input.addEventListener("input", () => {
    show();
    typed();
  });
  input.addEventListener("blur", hide);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (open) mark(marked + (event.key === "ArrowDown" ? 1 : -1));
      else show();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (open && shown[marked]) pick(shown[marked].option);
      else show();
    } else if (event.key === "Escape" && open) {
      event.preventDefault(); // the list closes, not the modal around it
      event.stopPropagation();
      hide();
    } else if (event.key === "Backspace" && options.multi && !input.value && chosen.length) {
      choose(chosen.slice(0, -1));
    }
  });
  draw();
  return box;
}
