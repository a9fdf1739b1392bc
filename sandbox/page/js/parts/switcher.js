// Act as somebody else: a list with a search field. Every name is a link with its own address, so that
// a second window, or a bookmark, can be another person.

import * as api from "../api.js";
import { el, freshId } from "../dom.js";
import { state, switchTeam, switchTo, unread } from "../state.js";
import { avatar } from "./avatar.js";

function address(person) {
  const there = new URLSearchParams(location.search);
  there.set("as", person.name);
  return `?${there}`;
}

/** A menu of the workspaces; fills itself, and shows itself (and calls `several`) only where there are more. */
export function teamMenu(several = () => {}) {
  const menu = el("select", {
    class: "team-menu", "aria-label": "Workspace", hidden: true, onchange: () => switchTeam(menu.value),
  });
  api.teams().then((answer) => {
    const all = answer.teams ?? [];
    const current = new URLSearchParams(location.search).get("team") ?? all[0]?.id;
    menu.replaceChildren(...all.map((one) => el("option", {
      value: one.id, selected: one.id === current || one.domain === current || undefined,
    }, one.name)));
    if (all.length < 2) return;
    menu.hidden = false;
    several();
  });
  return menu;
}

function row(person) {
  const me = person.id === state.view?.me.id;
  const badge = el("span", { class: "badge", hidden: true });
  const node = el("a", {
    href: address(person), class: me ? "person active" : "person", "aria-current": me ? "true" : undefined,
    onclick: (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return; // the browser opens a window of its own
      event.preventDefault();
      switchTo(person.name);
    },
  }, avatar(person.id, "", person.real_name || person.name), el("span", { class: "person-words" },
    el("strong", {}, person.real_name || person.name),
    el("span", { class: "quiet" }, [`@${person.name}`, person.title, person.tz, person.deleted && "has left"].filter(Boolean).join(" · "))),
  badge, me ? el("span", { class: "quiet" }, "you") : "");
  return { person, node, badge, text: `${person.real_name} ${person.name} ${person.title ?? ""} ${person.tz}`.toLowerCase() };
}

/** Counts what waits for each person, a few at a time: every answer is that person's whole view. */
async function countUnread(rows, signal) {
  const queue = [...rows].filter((one) => !one.person.deleted);
  const worker = async () => {
    for (let one = queue.shift(); one && !signal.aborted; one = queue.shift()) {
      const view = await api.view(one.person.name, -1, 0);
      const count = (view.channels ?? []).reduce((sum, channel) => sum + unread(view, channel), 0);
      one.badge.hidden = count === 0;
      one.badge.textContent = count > 99 ? "99+" : String(count);
      one.badge.setAttribute("aria-label", `${count} unread`);
    }
  };
  await Promise.all([worker(), worker(), worker()]);
}

export function people(list) {
  return list.filter((one) => !one.is_bot).sort((a, b) => (a.real_name || a.name).localeCompare(b.real_name || b.name));
}

/** The search field and the list below it, used in the dialog and on the first page. */
export function chooser(list, signal) {
  const rows = people(list).map(row);
  const none = el("p", { class: "quiet", hidden: true }, "Nobody of that name.");
  const search = el("input", {
    type: "search", class: "text-input", placeholder: "Search by name, handle or place", "aria-label": "Search people",
    oninput: () => {
      const words = search.value.toLowerCase().trim().split(/\s+/);
      rows.forEach((one) => { one.node.hidden = !words.every((word) => one.text.includes(word)); });
      none.hidden = rows.some((one) => !one.node.hidden);
    },
    onkeydown: (event) => {
      const seen = rows.filter((one) => !one.node.hidden);
      if (event.key === "Enter" && seen.length) switchTo(seen[0].person.name);
      if (event.key === "ArrowDown") seen[0]?.node.focus();
    },
  });
  const box = el("div", {
    class: "people",
    onkeydown: (event) => {
      const seen = rows.filter((one) => !one.node.hidden).map((one) => one.node);
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      (seen[seen.indexOf(document.activeElement) + step] ?? search).focus();
    },
  }, rows.map((one) => one.node), none);
  countUnread(rows, signal);
  return { search, node: el("div", { class: "chooser" }, search, box) };
}

export async function openSwitcher() {
  const titleId = freshId("switch");
  const stop = new AbortController();
  const answer = await api.people();
  const list = answer.people ?? state.people;
  const { search, node } = chooser(list, stop.signal);
  const dialog = el("dialog", { class: "switcher", "aria-labelledby": titleId, onclick: (event) => event.target === dialog && dialog.close() },
    el("div", { class: "switcher-inside" },
      el("div", { class: "dialog-head" }, el("h2", { id: titleId }, "Act as …"),
        el("button", { type: "button", class: "icon-button", "aria-label": "Close", onclick: () => dialog.close() }, "×")),
      node, el("p", { class: "quiet" }, "Open a name in a new window to be two people at once.")));
  dialog.addEventListener("close", () => {
    stop.abort();
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();
  search.focus();
}
