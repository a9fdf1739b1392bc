// One message: who, when, its blocks or its words, what hangs on it, and the menu beside it.

import * as api from "../api.js";
import { drawBlock } from "../blocks/index.js";
import { fileShown, picture } from "../blocks/media.js";
import { el, link } from "../dom.js";
import { openMenu } from "../elements/float.js";
import { changed, nameOf, appByBot, personById, state } from "../state.js";
import { fullTime, timeOfDay } from "../text/dates.js";
import { emoji } from "../text/emoji.js";
import { mrkdwn, plain } from "../text/mrkdwn.js";
import { avatar } from "./avatar.js";
import { complain } from "./notices.js";

const QUICK = ["+1", "tada", "eyes", "white_check_mark"];

/** Block Kit's older cousin: a coloured bar with a title, words, fields, or blocks of its own. */
function attachment(data, surface) {
  const bar = ["good", "warning", "danger"].includes(data.color) ? `bar-${data.color}` : "";
  return el("div", { class: `attachment ${bar}` },
    data.pretext ? mrkdwn(data.pretext) : "",
    data.author_name ? el("div", { class: "quiet" }, plain(data.author_name)) : "",
    data.title ? el("strong", {}, data.title_link ? link(data.title_link, plain(data.title)) : plain(data.title)) : "",
    data.blocks?.length ? data.blocks.map((block) => drawBlock(block, surface)) : mrkdwn(data.text ?? data.fallback ?? ""),
    data.fields?.length ? el("div", { class: "fields" }, data.fields.map((one) =>
      el("div", {}, el("strong", {}, plain(one.title)), mrkdwn(one.value)))) : "",
    data.image_url ? picture(data.image_url, data.fallback ?? "", "picture") : "",
    data.footer ? el("div", { class: "quiet" }, plain(data.footer)) : "");
}

function reactions(channel, message) {
  if (!message.reactions?.length) return "";
  return el("div", { class: "reactions" }, message.reactions.map((one) => {
    const mine = one.users?.includes(state.view.me.id);
    return el("button", {
      type: "button", class: mine ? "reaction mine" : "reaction", "aria-pressed": String(Boolean(mine)),
      "aria-label": `${one.name}, ${one.count ?? one.users?.length}`, title: (one.users ?? []).map(nameOf).join(", "),
      onclick: async () => complain(await api.react(state.who, {
        channel: channel.id, message_ts: message.ts, name: one.name, remove: Boolean(mine),
      })),
    }, emoji(one.name) ?? `:${one.name}:`, ` ${one.count ?? one.users?.length ?? 1}`);
  }));
}

function menuItems(channel, message) {
  const shortcuts = state.view.apps.flatMap((app) => (app.shortcuts ?? [])
    .filter((one) => one.type === "message")
    .map((one) => ({
      label: one.name, hint: app.name,
      act: async () => complain(await api.shortcut(state.who, {
        callback_id: one.callback_id, channel: channel.id, message_ts: message.ts,
      })),
    })));
  return [
    {
      label: "Reply in a thread",
      act: () => {
        state.thread = message.thread_ts ?? message.ts;
        changed();
        document.querySelector(".composer textarea")?.focus();
      },
    },
    ...QUICK.map((name) => ({
      label: `React ${emoji(name)}`,
      act: async () => complain(await api.react(state.who, { channel: channel.id, message_ts: message.ts, name })),
    })),
    ...(shortcuts.length ? [{ title: "From apps" }, ...shortcuts] : []),
  ];
}

function tools(channel, message) {
  if (message.ephemeral) return ""; // Slack offers nothing on what only one person sees
  const node = el("button", {
    type: "button", class: "icon-button message-menu", "aria-haspopup": "menu", "aria-expanded": "false",
    "aria-label": "More about this message", onclick: () => openMenu(node, menuItems(channel, message), "Message"),
  }, "⋯");
  return node;
}

/** The place of a message for its interactive elements; see elements/field.js. */
const surfaceOf = (channel, message) => ({
  key: `message ${channel.id} ${message.ts}`, kind: "message",
  container: { message_ts: message.ts, channel: channel.id },
  state: message.state?.values ?? message.state ?? {}, errors: {}, files: message.files,
});

function body(channel, message) {
  const surface = surfaceOf(channel, message);
  const blocks = message.blocks?.length
    ? message.blocks.map((block) => drawBlock(block, surface))
    : message.text ? mrkdwn(message.text) : "";
  return [blocks, (message.attachments ?? []).map((one) => attachment(one, surface)), (message.files ?? []).map(fileShown)];
}

/** @param follows  the message before is of the same author and minute: the head is left out */
export function drawMessage(channel, message, { follows = false, reply = false } = {}) {
  const ms = Number(message.ts) * 1000;
  const author = message.user ?? message.bot_id;
  const app = appByBot(author) ?? (personById(author)?.is_bot ? { name: nameOf(author) } : null);
  const classes = ["message", follows && "follows", reply && "reply", message.ephemeral && "ephemeral"].filter(Boolean);
  return el("article", {
    class: classes.join(" "), "data-ts": message.ts, "aria-label": `${nameOf(author)}, ${fullTime(ms)}`,
  },
  el("div", { class: "message-side" }, follows ? el("time", { class: "side-time" }, timeOfDay(ms)) : avatar(author)),
  el("div", { class: "message-main" },
    follows ? "" : el("div", { class: "message-head" }, el("strong", {}, nameOf(author)),
      app ? el("span", { class: "tag" }, "app") : "", el("time", { class: "quiet", title: fullTime(ms) }, timeOfDay(ms))),
    message.ephemeral ? el("div", { class: "only-you" }, el("span", { "aria-hidden": "true" }, "◌ "), "Only visible to you") : "",
    el("div", { class: "message-body" }, body(channel, message)),
    message.edited ? el("span", { class: "quiet" }, "(edited)") : "",
    reactions(channel, message)),
  tools(channel, message));
}
