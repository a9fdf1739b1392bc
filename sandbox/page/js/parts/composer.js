// Where a person writes. A text that begins with / is a command of an app, and the commands are offered
// while it is typed; with a space before it, as in Slack, it is an ordinary message everybody sees.

import * as api from "../api.js";
import { el, freshId } from "../dom.js";
import { changed, here, personById, state, titleOf } from "../state.js";
import { plain } from "../text/mrkdwn.js";
import { complain } from "./notices.js";

const listId = freshId("commands");
let offered = [];
let marked = 0;

const list = el("div", { class: "commands", id: listId, role: "listbox", "aria-label": "Commands", hidden: true });
const box = el("textarea", {
  rows: 1, "aria-label": "Message", autocomplete: "off", role: "combobox", "aria-autocomplete": "list",
  "aria-expanded": "false", "aria-controls": listId, "aria-haspopup": "listbox",
});
const sendButton = el("button", { type: "button", class: "button primary send" }, "Send");
const thread = el("div", { class: "thread-note", hidden: true });
const note = el("div", { class: "composer-note quiet" });
const joinButton = el("button", {
  type: "button", class: "button", hidden: true, onclick: async () => complain(await api.join(state.who, here().channel.id)),
}, "Join");
export const composer = el("div", { class: "composer", role: "form", "aria-label": "Write a message" },
  thread, list, el("div", { class: "composer-box" }, box, joinButton, sendButton), note);

const placeKey = () => {
  const { app, channel } = here();
  return `${state.who} ${app?.id ?? channel?.id}`;
};
let writtenFor = null;

const commands = () => (state.view?.apps ?? []).flatMap((app) => (app.commands ?? []).map((one) => ({ ...one, app: app.name })));

function offer() {
  const typed = box.value;
  const word = /^\/\S*$/.test(typed) ? typed.toLowerCase() : null;
  offered = word === null ? [] : commands().filter((one) => one.command.toLowerCase().startsWith(word) && one.command !== typed);
  marked = 0;
  list.hidden = offered.length === 0;
  box.setAttribute("aria-expanded", String(offered.length > 0));
  list.replaceChildren(...offered.map((one, at) => el("div", {
    class: "command", role: "option", id: `${listId}-${at}`, "aria-selected": String(at === 0),
    onmousedown: (event) => {
      event.preventDefault();
      take(one);
    },
  }, el("div", {}, el("code", {}, one.command), " ", el("span", { class: "quiet" }, one.usage_hint ?? "")),
  el("div", { class: "quiet" }, `${plain(one.description ?? "")} · ${one.app}`))));
  mark(0);
}

function mark(index) {
  if (!offered.length) return box.removeAttribute("aria-activedescendant");
  marked = (index + offered.length) % offered.length;
  [...list.children].forEach((node, at) => node.setAttribute("aria-selected", String(at === marked)));
  list.children[marked].scrollIntoView({ block: "nearest" });
  return box.setAttribute("aria-activedescendant", `${listId}-${marked}`);
}

function take(one) {
  box.value = `${one.command} `;
  grow();
  offer();
  box.focus();
}

/** As many lines as are written, up to a third of the window. */
function grow() {
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight, window.innerHeight / 3)}px`;
}

async function send() {
  const text = box.value;
  if (!text.trim()) return;
  const { app, channel } = here();
  const target = channel?.id ?? `@${personById(app?.bot_user_id)?.name}`; // no talk with the app yet
  box.value = "";
  state.drafts.delete(placeKey());
  grow();
  offer();
  box.focus();
  const isCommand = text.startsWith("/");
  const answer = isCommand
    ? await api.command(state.who, channel?.id, text.trim())
    : await api.say(state.who, target, text.replace(/^ (?=\/)/, ""), state.thread);
  if (complain(answer) && answer.ok !== false) return;
  if (!box.value) box.value = text; // nothing a person wrote is lost
  grow();
}

box.addEventListener("input", () => {
  state.drafts.set(placeKey(), box.value);
  grow();
  offer();
});
box.addEventListener("blur", () => { list.hidden = true; });
box.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  const offering = !list.hidden && offered.length;
  if (offering && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    mark(marked + (event.key === "ArrowDown" ? 1 : -1));
  } else if (offering && (event.key === "Tab" || event.key === "Enter")) {
    event.preventDefault();
    take(offered[marked]);
  } else if (event.key === "Escape" && offering) list.hidden = true;
  else if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    send();
  }
});
sendButton.addEventListener("click", send);

export function drawComposer() {
  const { app, channel } = here();
  const to = app?.name ?? (channel ? titleOf(channel) : "");
  if (writtenFor !== placeKey()) {
    // Each conversation keeps what was begun in it.
    writtenFor = placeKey();
    box.value = state.drafts.get(writtenFor) ?? "";
    offer();
    list.hidden = true;
    requestAnimationFrame(grow);
  }
  const outside = channel?.is_member === false;
  box.disabled = Boolean(channel?.is_archived || outside);
  sendButton.disabled = box.disabled;
  box.placeholder = outside ? `You are not in ${to}` : box.disabled ? "This channel is archived" : `Message ${to}`;
  joinButton.hidden = !outside || channel.is_archived;
  thread.hidden = !state.thread;
  if (state.thread) {
    thread.replaceChildren("Replying in a thread ", el("button", {
      type: "button", class: "link-button",
      onclick: () => {
        state.thread = null;
        changed();
        box.focus();
      },
    }, "Stop"));
  }
  note.textContent = commands().length ? "Type / for what the app can do. Enter sends, Shift + Enter makes a new line." : "Enter sends, Shift + Enter makes a new line.";
}
