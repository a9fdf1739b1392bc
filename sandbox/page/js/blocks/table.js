// table and data_table. The second has a caption, pages and an order the reader may change.

import { el } from "../dom.js";
import { mrkdwn, plain } from "../text/mrkdwn.js";
import { richText } from "../text/richtext.js";

function cell(data) {
  if (data === null || data === undefined) return "";
  if (typeof data === "string" || typeof data === "number") return plain(String(data));
  if (data.type === "rich_text") return richText(data);
  if (data.type === "mrkdwn") return mrkdwn(data.text);
  return plain(String(data.text ?? data.value ?? ""));
}

const align = (settings) => ["left", "center", "right"].includes(settings?.align) ? `align-${settings.align}` : undefined;

export function tableBlock(block) {
  const [head = [], ...rows] = block.rows ?? [];
  const look = (at) => [align(block.column_settings?.[at]), block.column_settings?.[at]?.is_wrapped ? "wraps" : ""]
    .filter(Boolean).join(" ") || undefined;
  return el("div", { class: "table-wrap", tabindex: "0", role: "region", "aria-label": "Table" }, el("table", {},
    el("thead", {}, el("tr", {}, head.map((one, at) => el("th", { scope: "col", class: look(at) }, cell(one))))),
    el("tbody", {}, rows.map((row) => el("tr", {}, row.map((one, at) => el("td", { class: look(at) }, cell(one))))))));
}

/** What a cell is ordered by: numbers by size, words by the alphabet. */
const rank = (data) => (data?.type === "raw_number" ? Number(data.value) : undefined);

export function dataTable(block) {
  const [head = [], ...rows] = block.rows ?? [];
  const size = Math.max(1, block.page_size ?? 5);
  const key = block.row_header_column_index ?? 0;
  let page = 0;
  let order = null; // {at, down}
  const body = el("tbody", {});
  const where = el("span", { class: "quiet", "aria-live": "polite" });
  const move = (by) => () => { page += by; draw(); };
  const back = el("button", { type: "button", class: "button small", "aria-label": "Page before", onclick: move(-1) }, "‹");
  const on = el("button", { type: "button", class: "button small", "aria-label": "Next page", onclick: move(1) }, "›");
  const heads = head.map((one, at) => el("th", { scope: "col" }, el("button", {
    type: "button", class: "sort",
    onclick: () => {
      order = { at, down: order?.at === at ? !order.down : false };
      page = 0;
      draw();
    },
  }, cell(one))));

  function ordered() {
    if (!order) return rows;
    const words = (row) => el("span", {}, cell(row[order.at])).textContent;
    const sorted = [...rows].sort((a, b) => {
      const [one, other] = [rank(a[order.at]), rank(b[order.at])];
      return one !== undefined && other !== undefined ? one - other : words(a).localeCompare(words(b));
    });
    return order.down ? sorted.reverse() : sorted;
  }

  function draw() {
    const pages = Math.max(1, Math.ceil(rows.length / size));
    page = Math.min(Math.max(page, 0), pages - 1);
    body.replaceChildren(...ordered().slice(page * size, (page + 1) * size).map((row) =>
      el("tr", {}, row.map((one, at) => {
        const look = rank(one) === undefined ? undefined : "number";
        return at === key ? el("th", { scope: "row", class: look }, cell(one)) : el("td", { class: look }, cell(one));
      }))));
    heads.forEach((node, at) =>
      node.setAttribute("aria-sort", order?.at === at ? (order.down ? "descending" : "ascending") : "none"));
    back.disabled = page === 0;
    on.disabled = page === pages - 1;
    where.textContent = `Page ${page + 1} of ${pages}`;
  }
  draw();
  return el("div", { class: "data-table" },
    el("div", { class: "table-wrap" }, el("table", {}, el("caption", {}, plain(block.caption ?? "")),
      el("thead", {}, el("tr", {}, heads)), body)),
    rows.length > size ? el("div", { class: "pager" }, back, where, on) : "");
}
