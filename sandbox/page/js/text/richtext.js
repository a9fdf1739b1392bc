// The rich_text block: sections, lists, quotes and code, with styled pieces inside.

import { el, link } from "../dom.js";
import { broadcastMark, channelMark, dateMark, personMark } from "./mrkdwn.js";
import { emoji, fromUnicode } from "./emoji.js";

function styled(node, style = {}) {
  const wraps = { bold: "strong", italic: "em", strike: "s", underline: "u", code: "code", highlight: "mark" };
  return Object.entries(wraps).reduce((inner, [name, tag]) => (style[name] ? el(tag, {}, inner) : inner), node);
}

const PIECES = {
  text: (piece) => piece.text,
  link: (piece) => link(piece.url, piece.text ?? piece.url),
  user: (piece) => personMark(piece.user_id),
  usergroup: (piece) => el("span", { class: "mention" }, `@${piece.usergroup_id}`),
  channel: (piece) => channelMark(piece.channel_id),
  broadcast: (piece) => broadcastMark(piece.range),
  date: (piece) => dateMark(piece.timestamp, piece.format, piece.url, piece.fallback),
  color: (piece) => el("code", {}, piece.value),
  emoji: (piece) => el("span", { class: "emoji", role: "img", "aria-label": piece.name },
    emoji(piece.name) ?? (piece.unicode && fromUnicode(piece.unicode)) ?? `:${piece.name}:`),
};

function pieces(elements = []) {
  return elements.map((piece) => {
    const build = PIECES[piece.type];
    if (!build) return el("span", { class: "unknown-inline" }, `[${piece.type}]`);
    return styled(build(piece), piece.style);
  });
}

const PARTS = {
  rich_text_section: (part) => el("div", { class: "rich-section" }, pieces(part.elements)),
  rich_text_quote: (part) => el("blockquote", {}, pieces(part.elements)),
  rich_text_preformatted: (part) => el("pre", {}, pieces(part.elements)),
  rich_text_list: (part) =>
    el(part.style === "ordered" ? "ol" : "ul",
      { class: `rich-list indent-${Math.min(part.indent ?? 0, 8)}`, start: part.offset ? part.offset + 1 : undefined },
      (part.elements ?? []).map((item) => el("li", {}, pieces(item.elements)))),
};

export function richText(block) {
  return el("div", { class: "rich-text" }, (block.elements ?? []).map((part) =>
    (PARTS[part.type] ?? (() => el("div", { class: "unknown" }, `Rich text part “${part.type}”`)))(part)));
}

/** What a person typed in a text area, as a rich_text block: one section, its line breaks kept. */
export const toRichText = (text) => ({
  type: "rich_text",
  elements: [{ type: "rich_text_section", elements: text ? [{ type: "text", text }] : [] }],
});

/** The words of a rich_text block, for the text area that edits it. */
export function richTextWords(block) {
  const words = (piece) => piece.text ?? piece.url ?? (piece.name ? `:${piece.name}:` : "") ?? "";
  return (block?.elements ?? [])
    .map((part) => (part.elements ?? [])
      .map((piece) => (piece.elements ? `• ${piece.elements.map(words).join("")}` : words(piece)))
      .join(part.type === "rich_text_list" ? "\n" : ""))
    .join("\n");
}
