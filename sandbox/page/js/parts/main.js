// The middle of the page: the head of the conversation, and below it messages, Home or About.

import { el } from "../dom.js";
import { here, nameOf, personById, state, titleOf, unread } from "../state.js";
import { timeOfDay } from "../text/dates.js";
import { composer, drawComposer } from "./composer.js";
import { drawConversation } from "./conversation.js";
import { about, home, leaveHome, tabs } from "./home.js";

const head = el("div", { class: "main-head" });
const pane = el("div", { class: "pane" });
let headFor = null;
let paneFor = null;

function details(channel) {
  if (!channel) return "";
  if (channel.kind === "im") {
    const other = personById(channel.with ?? channel.members.find((id) => id !== state.view.me.id));
    return [other?.title, other?.tz, other?.deleted && "has left"].filter(Boolean).join(" · ");
  }
  const names = channel.members.map(nameOf);
  return `${names.length} ${names.length === 1 ? "member" : "members"}${channel.kind === "private" ? " · private" : ""}`;
}

function drawHead({ app, channel }) {
  const title = app?.name ?? (channel ? titleOf(channel) : "");
  const topic = channel?.topic ?? "";
  const signature = JSON.stringify([title, details(channel), topic, app && state.place.tab, state.who]);
  if (signature === headFor) return;
  headFor = signature;
  const focused = head.contains(document.activeElement) ? document.activeElement.id : null;
  head.replaceChildren(el("div", { class: "main-title" },
    el("h1", {}, title),
    el("span", { class: "quiet", title: channel ? channel.members.map(nameOf).join(", ") : "" }, app ? "" : details(channel)),
    topic ? el("span", { class: "topic" }, topic) : ""), app ? tabs(app) : "");
  if (focused) document.getElementById(focused)?.focus();
}

function show(key, build) {
  if (paneFor === key) return;
  paneFor = key;
  pane.replaceChildren(...[build()].flat());
}

export function drawMain(node) {
  const place = here();
  const { app, channel } = place;
  if (!head.isConnected) node.replaceChildren(head, pane);
  drawHead(place);
  const waiting = state.view.channels.reduce((sum, one) => sum + (one.id === channel?.id ? 0 : unread(state.view, one)), 0);
  document.title = `${waiting ? `(${waiting}) ` : ""}${app?.name ?? (channel ? titleOf(channel) : "Sandbox")} · ${nameOf(state.view.me.id)}`;
  const tab = app ? state.place.tab : "messages";
  if (tab !== "home") leaveHome();
  if (tab === "home") {
    const node = home(app);
    show(`home ${app.id}`, () => node);
  } else if (tab === "about") show(`about ${app.id} ${app.uninstalled}`, () => about(app));
  else if (channel) {
    show("messages", () => [drawConversation(channel), composer]);
    drawConversation(channel);
    drawComposer();
  } else {
    show(`empty ${app?.id}`, () => [el("div", { class: "messages empty" }, el("p", { class: "quiet" },
      app ? `Nothing from ${app.name} yet. Write to it, or type / for its commands.` : `Nothing here at ${timeOfDay(Date.now())}.`)), composer]);
    drawComposer();
  }
}
