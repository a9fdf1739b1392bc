// The drawer "What the app called": every Web API call with its answer, newest first. For the author of
// an app, and for whoever wonders why a message did not come.

import * as api from "../api.js";
import { el } from "../dom.js";
import { timeOfDay } from "../text/dates.js";

const KEEP = 300;
let next = 0;
let timer = null;
const list = el("ol", { class: "calls", reversed: true });
const empty = el("p", { class: "quiet" }, "Nothing yet. Press something.");

function row(call) {
  const good = call.ok !== false && call.status < 400;
  const args = call.args && Object.keys(call.args).length ? call.args : null;
  const line = [
    el("span", { class: "quiet" }, call.at ? timeOfDay(Date.parse(call.at) || Number(call.at) * 1000) : ""),
    el("code", {}, call.method),
    el("span", { class: good ? "call-ok" : "call-error" }, good ? "ok" : call.error || `HTTP ${call.status}`),
  ];
  return el("li", { class: good ? "call" : "call call-bad" }, args
    ? el("details", {}, el("summary", {}, line), el("pre", {}, JSON.stringify(args, null, 2)))
    : el("div", { class: "call-line" }, line));
}

async function load() {
  const answer = await api.traffic(next);
  if (!answer.calls) return;
  if (answer.next < next) {
    // Fewer calls than before: the workspace began anew, and so does the list.
    next = 0;
    list.replaceChildren();
    return;
  }
  next = answer.next;
  list.prepend(...answer.calls.slice(-KEEP).reverse().map(row));
  while (list.children.length > KEEP) list.lastChild.remove();
  empty.hidden = list.children.length > 0;
}

/** Opens or closes the drawer; gives whether it is open now. */
export function toggleTraffic() {
  const drawer = document.getElementById("drawer");
  drawer.hidden = !drawer.hidden;
  document.body.classList.toggle("with-drawer", !drawer.hidden);
  clearInterval(timer);
  if (drawer.hidden) return false;
  if (!drawer.hasChildNodes()) drawer.append(el("h2", {}, "What the app called"), empty, list);
  load();
  timer = setInterval(load, 1500);
  return true;
}
