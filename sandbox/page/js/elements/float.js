// Things that float over the page beside what they belong to: menus and lists of options. They are
// popovers, so that the browser draws them above everything, modals included.

import { el } from "../dom.js";

/** Puts `floating` under `anchor`, or above where there is no room, never outside the window. */
export function place(floating, anchor, { width = false } = {}) {
  const box = anchor.getBoundingClientRect();
  if (width) floating.style.minWidth = `${box.width}px`;
  const size = floating.getBoundingClientRect();
  const below = window.innerHeight - box.bottom;
  const top = below < size.height + 12 && box.top > below ? box.top - size.height - 4 : box.bottom + 4;
  floating.style.top = `${Math.max(4, top)}px`;
  floating.style.left = `${Math.max(4, Math.min(box.left, window.innerWidth - size.width - 8))}px`;
}

/** Where a floating thing must hang in the document: inside the open dialog, else it could not be used. */
export const homeOf = (anchor) => anchor.closest("dialog") ?? document.body;

/**
 * A menu beside a button. Arrow keys move, Enter chooses, Escape leaves; focus returns to the button.
 * @param items [{label, hint?, act, danger?} | {title}]
 */
export function openMenu(anchor, items, label) {
  const close = () => menu.hidePopover();
  const menu = el("div", { class: "menu", role: "menu", "aria-label": label, popover: "auto" }, items.map((item) =>
    item.title
      ? el("div", { class: "menu-title", role: "presentation" }, item.title)
      : el("button", {
        type: "button", role: "menuitem", tabindex: "-1", class: item.danger ? "menu-item danger" : "menu-item",
        onclick: () => {
          close();
          item.act();
        },
      }, el("span", {}, item.label), item.hint ? el("span", { class: "menu-hint" }, item.hint) : "")));
  menu.addEventListener("keydown", (event) => {
    const all = [...menu.querySelectorAll('[role="menuitem"]')];
    const at = all.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === "Tab") close();
    else if (to !== undefined) {
      event.preventDefault();
      all[(to + all.length) % all.length]?.focus();
    }
  });
  menu.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    const inside = menu.contains(document.activeElement) || document.activeElement === document.body;
    menu.remove();
    anchor.setAttribute("aria-expanded", "false");
    if (inside) anchor.focus();
  });
  homeOf(anchor).append(menu);
  anchor.setAttribute("aria-expanded", "true");
  menu.showPopover();
  place(menu, anchor);
  menu.querySelector('[role="menuitem"]')?.focus();
  return menu;
}
