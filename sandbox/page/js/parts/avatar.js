// A small picture of somebody: the first letters of the name on one of eight quiet colours.

import { el } from "../dom.js";
import { appByBot, personById } from "../state.js";

const initials = (name) => name.split(/\s+/).filter(Boolean).slice(0, 2).map((word) => [...word][0].toUpperCase()).join("");
const colour = (id) => [...id].reduce((sum, char) => (sum * 31 + char.codePointAt(0)) % 8, 7);

/** @param known  the name, where the view that would tell it is not there yet */
export function avatar(id, className = "", known = undefined) {
  const app = appByBot(id);
  const name = known ?? app?.name ?? personById(id)?.real_name ?? personById(id)?.name ?? "?";
  const shape = app ? "avatar avatar-app" : "avatar";
  return el("span", { class: `${shape} hue-${colour(id ?? "")} ${className}`, "aria-hidden": "true" }, initials(name));
}
