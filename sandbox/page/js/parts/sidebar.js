// The left side: who am I, channels, direct messages, apps.

import { el, reconcile, svg } from "../dom.js";
import { goTo, here, nameOf, personById, state, titleOf, unread } from "../state.js";
import { avatar } from "./avatar.js";
import { openSwitcher } from "./switcher.js";

function entry({ key, id, title, icon, count, active, note }) {
  return {
    key, signature: JSON.stringify([title, count, active, note]),
    build: () => el("a", {
      href: `#${encodeURIComponent(id)}`, class: ["entry", active && "active", count && "unread"].filter(Boolean).join(" "),
      "aria-current": active ? "page" : undefined,
      onclick: (event) => {
        event.preventDefault();
        goTo(id);
        document.querySelector("#main textarea, #main [role=tab][aria-selected=true]")?.focus();
      },
    }, icon, el("span", { class: "entry-name" }, title), note ? el("span", { class: "quiet" }, note) : "",
    count ? el("span", { class: "badge", "aria-label": `${count} unread` }, count > 99 ? "99+" : String(count)) : ""),
  };
}

/** A padlock as a drawing: not every machine has a picture for every sign. */
const lock = () => el("span", { class: "entry-sign" }, svg("svg", { viewBox: "0 0 16 16", class: "lock", role: "img", "aria-label": "private" },
  svg("rect", { x: 3, y: 7, width: 10, height: 7, rx: 1.5 }), svg("path", { d: "M5.3 7V5.2a2.7 2.7 0 0 1 5.4 0V7" })));

const sign = (char) => el("span", { class: "entry-sign", "aria-hidden": "true" }, char);

function group(title, entries) {
  return {
    key: title, title, entries: entries.filter(Boolean),
  };
}

function groups(view) {
  const current = here();
  const activeId = current.app?.id ?? current.channel?.id;
  const byTitle = (a, b) => titleOf(a).localeCompare(titleOf(b));
  const isApp = (one) => one.kind === "im" && view.apps.some((app) => app.bot_user_id === one.with);
  const count = (one) => (one && one.id !== current.channel?.id ? unread(view, one) : 0);
  return [
    group("Channels", view.channels.filter((one) => one.kind === "public" || one.kind === "private").sort(byTitle)
      .map((one) => entry({
        key: one.id, id: one.id, title: one.name, icon: one.kind === "private" ? lock() : sign("#"),
        count: count(one), active: one.id === activeId, note: one.is_archived ? "archived" : "",
      }))),
    group("Direct messages", view.channels.filter((one) => (one.kind === "im" && !isApp(one)) || one.kind === "mpim").sort(byTitle)
      .map((one) => {
        const other = one.with ?? one.members.find((id) => id !== view.me.id);
        return entry({
          key: one.id, id: one.id, title: titleOf(one), icon: one.kind === "mpim" ? sign("⚭") : avatar(other, "small"),
          count: count(one), active: one.id === activeId, note: personById(other)?.deleted ? "left" : "",
        });
      })),
    group("Apps", view.apps.map((app) => entry({
      key: app.id, id: app.id, title: app.name, icon: avatar(app.bot_user_id, "small"),
      count: count(view.channels.find((one) => one.kind === "im" && one.with === app.bot_user_id)),
      active: app.id === activeId, note: app.uninstalled ? "removed" : "",
    }))),
  ].filter((one) => one.entries.length);
}

let whoButton = null;
let whoFor = null;
const lists = el("div", { class: "sidebar-lists" });

function whoAmI(view) {
  if (whoFor === JSON.stringify(view.me)) return;
  whoFor = JSON.stringify(view.me);
  const fresh = el("button", {
    type: "button", class: "who", "aria-haspopup": "dialog", onclick: openSwitcher,
    title: "Act as somebody else (Ctrl + K)",
  }, avatar(view.me.id), el("span", { class: "who-words" },
    el("span", { class: "who-label" }, "You are"), el("strong", {}, nameOf(view.me.id)),
    el("span", { class: "quiet" }, view.me.title || `@${view.me.name}`)), el("span", { class: "who-switch" }, "Switch"));
  if (whoButton) whoButton.replaceWith(fresh);
  whoButton = fresh;
}

export function drawSidebar(node) {
  const { view } = state;
  if (!view) return;
  whoAmI(view);
  if (!lists.isConnected) node.replaceChildren(whoButton, lists);
  reconcile(lists, groups(view).map((one) => ({
    key: one.key, signature: "stays",
    build: () => el("section", { "aria-label": one.title }, el("h2", {}, one.title), el("div", { class: "entries" })),
  })));
  const sections = [...lists.children];
  groups(view).forEach((one, at) => reconcile(sections[at].querySelector(".entries"), one.entries));
}
