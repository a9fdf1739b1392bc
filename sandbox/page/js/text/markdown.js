// The `markdown` block: standard Markdown as apps write it (headings, lists, tasks, quotes, code,
// tables, rules, links). Not all of CommonMark; what is not understood stays as its own words.

import { el, link } from "../dom.js";
import { withEmoji } from "./emoji.js";

const INLINE = [
  [/^`([^`]+)`/, (m) => el("code", {}, m[1])],
  [/^!\[([^\]]*)\]\(([^)\s]+)\)/, (m) => link(m[2], m[1] || m[2])],
  [/^\[([^\]]+)\]\(([^)\s]+)\)/, (m) => link(m[2], inline(m[1]))],
  [/^<(https?:[^>\s]+)>/, (m) => link(m[1], m[1])],
  [/^\*\*(\S(?:[^*]|\*(?!\*))*)\*\*/, (m) => el("strong", {}, inline(m[1]))],
  [/^__(\S[^_]*)__/, (m) => el("strong", {}, inline(m[1]))],
  [/^~~([^~]+)~~/, (m) => el("s", {}, inline(m[1]))],
  [/^\*(\S[^*]*)\*/, (m) => el("em", {}, inline(m[1]))],
  [/^_(\S[^_]*)_(?!\w)/, (m) => el("em", {}, inline(m[1]))],
  [/^\\([\\`*_{}[\]()#+.!|~-])/, (m) => m[1]],
];

function inline(text) {
  const out = [];
  let words = "";
  for (let i = 0; i < text.length;) {
    const rest = text.slice(i);
    const found = /[\\`!*_[<~]/.test(text[i]) && INLINE.map(([sign, build]) => [sign.exec(rest), build]).find(([m]) => m);
    if (found) {
      if (words) out.push(withEmoji(words));
      words = "";
      out.push(found[1](found[0]));
      i += found[0][0].length;
    } else {
      words += text[i];
      i += 1;
    }
  }
  if (words) out.push(withEmoji(words));
  return out;
}

const ITEM = /^(\s*)(?:[-*+]|(\d+)[.)])\s+(\[[ xX]\]\s+)?(.*)$/;

/** A list from the line at `start`; deeper lines become lists of their own. Returns [node, next line]. */
function list(lines, start) {
  const first = ITEM.exec(lines[start]);
  const depth = first[1].length;
  const node = el(first[2] ? "ol" : "ul", { class: "rich-list", start: first[2] && first[2] !== "1" ? first[2] : undefined });
  let i = start;
  while (i < lines.length) {
    const item = ITEM.exec(lines[i]);
    if (!item || item[1].length < depth) break;
    if (item[1].length > depth && node.lastChild) {
      const [inner, next] = list(lines, i);
      node.lastChild.append(inner);
      i = next;
      continue;
    }
    const task = item[3] && (/x/i.test(item[3]) ? "☑ " : "☐ ");
    node.append(el("li", { class: task ? "task" : undefined }, task, inline(item[4])));
    i += 1;
  }
  return [node, i];
}

const cells = (line) => line.trim().replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());

function table(lines, start) {
  let i = start + 2;
  const rows = [];
  while (i < lines.length && lines[i].includes("|")) rows.push(cells(lines[i++]));
  const head = el("thead", {}, el("tr", {}, cells(lines[start]).map((cell) => el("th", { scope: "col" }, inline(cell)))));
  const body = el("tbody", {}, rows.map((row) => el("tr", {}, row.map((cell) => el("td", {}, inline(cell))))));
  return [el("div", { class: "table-wrap" }, el("table", {}, head, body)), i];
}

const STARTS = /^(#{1,6}\s|>|```|(\s*)([-*+]|\d+[.)])\s+\S|([-*_]\s*){3,}$)/;

export function markdown(text) {
  const lines = String(text ?? "").split("\n");
  const out = el("div", { class: "markdown" });
  for (let i = 0; i < lines.length;) {
    const line = lines[i];
    const heading = /^(#{1,6})\s+(.*)$/.exec(line);
    if (!line.trim()) i += 1;
    else if (line.startsWith("```")) {
      const end = lines.findIndex((other, at) => at > i && other.startsWith("```"));
      const stop = end < 0 ? lines.length : end;
      out.append(el("pre", {}, lines.slice(i + 1, stop).join("\n")));
      i = stop + 1;
    } else if (heading) {
      // The page and the message own h1 and h2; a message's own headings begin below them.
      out.append(el(`h${Math.min(heading[1].length + 2, 6)}`, {}, inline(heading[2])));
      i += 1;
    } else if (/^\s{0,3}([-*_]\s*){3,}$/.test(line)) {
      out.append(el("hr"));
      i += 1;
    } else if (line.startsWith(">")) {
      const from = i;
      while (i < lines.length && lines[i].startsWith(">")) i += 1;
      out.append(el("blockquote", {}, markdown(lines.slice(from, i).map((one) => one.replace(/^>\s?/, "")).join("\n"))));
    } else if (ITEM.test(line)) {
      const [node, next] = list(lines, i);
      out.append(node);
      i = next;
    } else if (line.includes("|") && /^[\s|:-]+$/.test(lines[i + 1] ?? "") && lines[i + 1].includes("-")) {
      const [node, next] = table(lines, i);
      out.append(node);
      i = next;
    } else {
      const from = i;
      while (i < lines.length && lines[i].trim() && (i === from || !STARTS.test(lines[i]))) i += 1;
      const paragraph = el("p", {});
      lines.slice(from, i).forEach((one, at) => paragraph.append(...(at ? [el("br")] : []), ...inline(one)));
      out.append(paragraph);
    }
  }
  return out;
}
