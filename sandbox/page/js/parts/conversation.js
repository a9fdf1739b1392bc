// The middle: messages of one conversation, by day, replies under what they answer. The list keeps its
// nodes from one view to the next, and stays at the end only when the reader is at the end.

import { el, reconcile } from "../dom.js";
import { lastRead, markRead, nameOf, personById, state } from "../state.js";
import { dayKey, dayTitle } from "../text/dates.js";
import { drawMessage } from "./message.js";

const TOGETHER = 300; // seconds between two messages of one author that read as one

let shownChannel = null;
let newSince = 0;
const scroller = el("div", {
  class: "messages", id: "messages", tabindex: "0", role: "log", "aria-live": "polite", "aria-label": "Messages",
});

/** Every message in the order it is read: a reply stands under its parent, where that is here. */
function ordered(channel) {
  const replies = new Map();
  const top = [];
  const known = new Set(channel.messages.map((one) => one.ts));
  for (const message of channel.messages) {
    const parent = message.thread_ts;
    if (parent && parent !== message.ts && known.has(parent)) {
      replies.set(parent, [...(replies.get(parent) ?? []), message]);
    } else top.push(message);
  }
  return top.flatMap((message) => [
    { message, reply: false }, ...(replies.get(message.ts) ?? []).map((one) => ({ message: one, reply: true })),
  ]);
}

function intro(channel) {
  const others = channel.members.filter((id) => id !== state.view.me.id);
  const words = {
    im: () => `This is the very beginning of your messages with ${nameOf(channel.with ?? others[0])}.`,
    mpim: () => `This is the very beginning of the group: ${others.map(nameOf).join(", ")}.`,
  }[channel.kind]?.() ?? `This is the very beginning of #${channel.name}.`;
  return { key: "intro", signature: words, build: () => el("p", { class: "intro quiet" }, words) };
}

function items(channel) {
  const out = [intro(channel)];
  let day = null;
  let before = null;
  let told = false;
  for (const { message, reply } of ordered(channel)) {
    const ms = Number(message.ts) * 1000;
    if (!reply && dayKey(ms) !== day) {
      day = dayKey(ms);
      const title = dayTitle(ms);
      out.push({ key: `day ${day}`, signature: title, build: () => el("div", { class: "day" }, el("span", {}, title)) });
      before = null;
    }
    if (!told && newSince && Number(message.ts) > newSince && message.user !== state.view.me.id) {
      told = true;
      out.push({ key: "new", signature: "new", build: () => el("div", { class: "new-line" }, el("span", {}, "New")) });
      before = null;
    }
    const follows = Boolean(before && before.user === message.user && before.reply === reply && !before.ephemeral
      && !message.ephemeral && Number(message.ts) - Number(before.ts) < TOGETHER);
    const author = personById(message.user);
    out.push({
      key: `${message.ephemeral ? "e" : "m"}${message.ts}`,
      // What I chose in it is on the screen already; only what the message says redraws it.
      signature: JSON.stringify([{ ...message, state: null }, follows, reply, author?.real_name]),
      build: () => drawMessage(channel, message, { follows, reply }),
    });
    before = { ...message, reply };
  }
  return out;
}

export function drawConversation(channel) {
  const fresh = shownChannel !== channel.id;
  if (fresh) {
    shownChannel = channel.id;
    newSince = Number(lastRead(state.view.me.id, channel.id));
    scroller.replaceChildren();
    scroller.reconciled = undefined;
  }
  const atEnd = fresh || scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80;
  reconcile(scroller, items(channel));
  const wanted = fresh && state.place.ts && scroller.querySelector(`[data-ts="${CSS.escape(state.place.ts)}"]`);
  if (wanted) {
    wanted.classList.add("wanted");
    requestAnimationFrame(() => wanted.scrollIntoView({ block: "center" }));
  } else if (atEnd) requestAnimationFrame(() => { scroller.scrollTop = scroller.scrollHeight; });
  markRead(channel);
  return scroller;
}

/** Pictures come later than their message; who reads the end goes on reading the end. */
scroller.addEventListener("load", (event) => {
  const below = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
  if (event.target.tagName === "IMG" && below < event.target.clientHeight + 80) scroller.scrollTop = scroller.scrollHeight;
}, true);
