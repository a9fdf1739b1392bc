// Passing lines: what Slack would say when something did not work. They are read out, stay a while,
// and can be put away.

import { el } from "../dom.js";

const STAY = 8000;
let heard = null; // the highest number of a notice already told

const place = () => document.querySelector("dialog[open]:last-of-type .dialog-notices") ?? document.getElementById("notices");

export function say(words, kind = "note", detail = "") {
  if (!words) return;
  const node = el("div", { class: `notice notice-${kind}` },
    el("span", {}, words, detail ? el("small", {}, detail) : ""),
    el("button", { type: "button", class: "notice-close", "aria-label": "Put away", onclick: () => node.remove() }, "×"));
  place().append(node);
  setTimeout(() => node.remove(), STAY);
}

/** Tells what the sandbox refused; what an app failed to do comes as a notice of the view. */
export function complain(answer) {
  if (answer.refused) say(answer.say ?? answer.error, "error");
  return !answer.refused;
}

/** Tells the notices of the view that were not there before; what was there at the start is old news. */
export function follow(view) {
  const notices = view.notices ?? [];
  if (heard !== null) {
    notices.filter((one) => one.n > heard).forEach((one) => say(one.text || one.error, one.error ? "error" : "note", one.detail));
  }
  // Numbers that start again belong to a world begun anew.
  heard = notices.reduce((most, one) => Math.max(most, one.n), -1);
}
