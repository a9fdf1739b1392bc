// Slack's mrkdwn into nodes. The text comes escaped (&amp; &lt; &gt;); angle brackets that are left are
// Slack's own marks: links, people, channels, dates, broadcasts.

import { el, link } from "../dom.js";
import { channelById, goTo, nameOf, state, titleOf } from "../state.js";
import { dateTokens, fullTime } from "./dates.js";
import { emoji, withEmoji } from "./emoji.js";

export const unescape = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

/** Plain text as Slack shows it: emoji names become emoji, the three escapes are undone. */
export const plain = (text) => unescape(withEmoji(text ?? ""));

export function personMark(id, label) {
  const me = id === state.view?.me.id;
  return el("span", { class: me ? "mention mention-me" : "mention" }, `@${label ?? nameOf(id)}`);
}

export function channelMark(id, label) {
  const channel = channelById(id);
  if (!channel) return el("span", { class: "mention" }, label ? `#${label}` : "a channel you are not in");
  return el("button", { type: "button", class: "mention mention-button", onclick: () => goTo(id) }, titleOf(channel));
}

export const broadcastMark = (range) => el("span", { class: "mention mention-all" }, `@${range}`);

export function dateMark(seconds, template, address, fallback) {
  // Beyond this range there is no such day, and the words the app gave for that case are shown.
  const known = seconds !== "" && Math.abs(Number(seconds)) <= 8.64e12;
  const told = known ? dateTokens(seconds, template) : fallback;
  const title = known ? fullTime(Number(seconds) * 1000) : undefined;
  const node = el("time", { title, class: "date-mark" }, told || fallback || "");
  return address ? link(address, node) : node;
}

/** What stands between < and >. */
function mark(inside) {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? undefined : unescape(inside.slice(bar + 1));
  if (target.startsWith("@")) return personMark(target.slice(1), label);
  if (target.startsWith("#")) return channelMark(target.slice(1), label);
  if (target.startsWith("!date^")) {
    const [, seconds, template, address] = target.split("^");
    return dateMark(seconds, template ?? "", address, label);
  }
  if (target.startsWith("!subteam^")) return el("span", { class: "mention" }, label ?? `@${target.split("^")[1]}`);
  if (target.startsWith("!")) return broadcastMark(target.slice(1).split("^")[0]);
  const address = unescape(target);
  if (!/^[a-z][a-z0-9+.-]*:/i.test(address)) return unescape(`<${inside}>`); // not one of Slack's marks
  return link(address, label ? withEmoji(label) : address.replace(/^mailto:/, ""));
}

const OPENS = /[\s([{"'“‘*_~:;,.!?/—–-]/;
const isEdge = (char) => char === undefined || OPENS.test(char) || /[)\]}”’<>|]/.test(char);

/** Finds the closing sign of a style that opens at `start`, or -1 when it is only a character. */
function closing(text, start, sign) {
  if (!isEdge(text[start - 1]) || text[start + 1] === undefined || /\s/.test(text[start + 1])) return -1;
  if (text[start + 1] === sign) return -1;
  for (let i = start + 1; i < text.length; i += 1) {
    if (text[i] === "\n") return -1;
    if (text[i] === "<") i = Math.max(i, text.indexOf(">", i)); // a mark is one piece
    else if (text[i] === sign && !/\s/.test(text[i - 1]) && isEdge(text[i + 1])) return i;
  }
  return -1;
}

const STYLES = { "*": "strong", _: "em", "~": "s" };

/** One stretch of text with its styles and marks. */
export function inline(text) {
  const out = [];
  let words = "";
  const flush = () => {
    if (words) out.push(unescape(words));
    words = "";
  };
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i];
    if (char === "<") {
      const end = text.indexOf(">", i);
      if (end > i + 1) {
        flush();
        out.push(mark(text.slice(i + 1, end)));
        i = end;
        continue;
      }
    } else if (char === "`") {
      const end = text.indexOf("`", i + 1);
      if (end > i + 1 && !text.slice(i, end).includes("\n")) {
        flush();
        out.push(el("code", {}, unescape(text.slice(i + 1, end))));
        i = end;
        continue;
      }
    } else if (STYLES[char]) {
      const end = closing(text, i, char);
      if (end > 0) {
        flush();
        out.push(el(STYLES[char], {}, inline(text.slice(i + 1, end))));
        i = end;
        continue;
      }
    } else if (char === ":") {
      const name = /^:([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):/.exec(text.slice(i, i + 60));
      const sign = name && emoji(name[1]);
      if (sign) {
        flush();
        out.push(el("span", { class: "emoji", role: "img", "aria-label": name[1].replaceAll("_", " ") }, sign));
        i += name[0].length - 1;
        continue;
      }
    }
    words += char;
  }
  flush();
  return out;
}

const BULLET = /^(\s*)([•◦▪–-]|\d+[.)])\s+/;

/** Lines of ordinary text; a quote gathers the lines that follow each other, a bullet hangs. */
function lines(text) {
  const out = [];
  let quote = null;
  const all = text.split("\n");
  all.forEach((line, index) => {
    const quoted = /^(&gt;|>)\s?/.exec(line);
    if (quoted) {
      quote ??= el("blockquote", {});
      if (!quote.parentNode && !out.includes(quote)) out.push(quote);
      quote.append(el("div", {}, inline(line.slice(quoted[0].length)), line.length === quoted[0].length ? el("br") : ""));
      return;
    }
    quote = null;
    const bullet = BULLET.exec(line);
    if (bullet) {
      out.push(el("div", { class: bullet[1].length > 1 ? "hanging hanging-deep" : "hanging" },
        el("span", { class: "bullet" }, bullet[2]), el("span", {}, inline(line.slice(bullet[0].length)))));
    } else if (line === "") {
      if (index < all.length - 1 && index > 0) out.push(el("div", { class: "gap" }));
    } else {
      out.push(el("div", { class: "line" }, inline(line)));
    }
  });
  return out;
}

/** Whole mrkdwn text: code blocks first, since nothing inside them means anything. */
export function mrkdwn(text) {
  const out = [];
  String(text ?? "").split("```").forEach((part, index, parts) => {
    const closed = index % 2 === 1 && index < parts.length - 1;
    if (closed) out.push(el("pre", {}, unescape(part.replace(/^\n|\n$/g, ""))));
    else if (index % 2 === 1) out.push(lines(`\`\`\`${part}`));
    else if (part) out.push(lines(part.replace(/^\n/, index ? "" : "\n")));
  });
  return el("div", { class: "mrkdwn" }, out);
}

/** A text object of Block Kit: {type: "plain_text"|"mrkdwn", text}. A bare string is plain. */
export function textObject(object, wrapper = "div") {
  if (object === undefined || object === null) return null;
  if (typeof object === "string") return el(wrapper, { class: "plain" }, plain(object));
  if (object.type === "mrkdwn") return mrkdwn(object.text);
  return el(wrapper, { class: "plain" }, plain(object.text));
}
