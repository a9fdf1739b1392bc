// An app's place: Messages, Home and About, as tabs.

import * as api from "../api.js";
import { el, reconcile } from "../dom.js";
import { goTo, state } from "../state.js";
import { plain } from "../text/mrkdwn.js";
import { avatar } from "./avatar.js";
import { complain } from "./notices.js";
import { drawBlocks } from "./surface.js";

const TABS = [["messages", "Messages"], ["home", "Home"], ["about", "About"]];
let opened = null; // the app whose Home was opened last, so that the app hears of it once for each visit
const panes = new Map();

export function tabs(app) {
  const active = state.place.tab;
  const all = TABS.filter(([tab]) => tab !== "home" || app.home_tab !== false).map(([tab, label]) => el("button", {
    type: "button", role: "tab", id: `tab-${tab}`, class: "tab", "aria-selected": String(tab === active),
    "aria-controls": "pane", tabindex: tab === active ? "0" : "-1",
    onclick: () => {
      if (tab === "home" && active === "home") opened = null; // pressed again: the app may draw it anew
      goTo(app.id, tab);
      document.getElementById(`tab-${tab}`)?.focus();
    },
  }, label));
  return el("div", {
    class: "tabs", role: "tablist", "aria-label": app.name,
    onkeydown: (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) all[(all.indexOf(document.activeElement) + step + all.length) % all.length].click();
    },
  }, all);
}

async function open(app) {
  const visit = `${state.who} ${app.id}`;
  if (opened === visit) return;
  opened = visit;
  complain(await api.openHome(state.who, app.id));
}

export const leaveHome = () => { opened = null; };

/** The Home pane of an app, drawn as the app last published it; the same node each time. */
export function home(app) {
  open(app);
  if (!panes.has(app.id)) {
    const body = el("div", { class: "home-blocks" });
    panes.set(app.id, {
      body, node: el("div", { class: "home", id: "pane", role: "tabpanel", "aria-labelledby": "tab-home" }, body),
    });
  }
  const { body, node } = panes.get(app.id);
  const view = state.view.homes?.[app.id];
  if (body.dataset.view !== (view?.id ?? "none")) {
    body.dataset.view = view?.id ?? "none";
    body.reconciled = undefined;
    body.replaceChildren(view ? "" : el("p", { class: "quiet" }, `${app.name} has put nothing on your Home yet.`));
  }
  if (view) drawBlocks(body, view);
  return node;
}

/** Taking the app out of the workspace, asked twice: pressed once, the button says what it will do. */
function leave(app) {
  if (app.uninstalled) return el("p", { class: "quiet" }, `${app.name} is no longer installed here.`);
  const button = el("button", {
    type: "button", class: "button danger",
    onclick: async () => {
      if (button.dataset.sure) return complain(await api.uninstall(state.who, app.id));
      button.dataset.sure = "yes";
      button.textContent = `Yes, take ${app.name} out`;
      return undefined;
    },
  }, `Remove ${app.name}`);
  return el("div", {}, el("h3", {}, "Leaving"),
    el("p", { class: "quiet" }, "The app is told, and its token stops working. What it wrote stays."), button);
}

export function about(app) {
  const list = el("dl", { class: "about-list" });
  reconcile(list, (app.commands ?? []).map((one) => ({
    key: one.command, signature: "",
    build: () => el("div", {}, el("dt", {}, el("code", {}, `${one.command} ${one.usage_hint ?? ""}`.trim())),
      el("dd", {}, plain(one.description ?? ""))),
  })));
  const shortcuts = app.shortcuts ?? [];
  return el("div", { class: "home about", id: "pane", role: "tabpanel", "aria-labelledby": "tab-about" },
    el("div", { class: "about-head" }, avatar(app.bot_user_id, "big"), el("div", {}, el("h2", {}, app.name),
      el("p", { class: "quiet" }, app.description ?? "An app installed in this local workspace."))),
    (app.commands ?? []).length ? [el("h3", {}, "Commands"), list] : "",
    shortcuts.length ? [el("h3", {}, "Shortcuts"), el("ul", {}, shortcuts.map((one) =>
      el("li", {}, one.name, el("span", { class: "quiet" }, one.type === "message" ? " on a message" : " anywhere"))))] : "",
    leave(app));
}
