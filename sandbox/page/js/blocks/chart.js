// data_visualization: pie, bar, line and area, drawn plainly as SVG. The same figures stand in a table
// below, folded, so that nothing is told by colour or shape alone.

import { el, freshId, svg } from "../dom.js";
import { plain } from "../text/mrkdwn.js";
import { unknown } from "../elements/index.js";

const W = 520;
const H = 220;
const PAD = { left: 44, right: 12, top: 12, bottom: 34 };
const number = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });

const legend = (names) => el("ul", { class: "legend" }, names.map((name, at) =>
  el("li", {}, el("span", { class: `swatch series-${at}`, "aria-hidden": "true" }), plain(name))));

function figures(head, rows) {
  return el("details", { class: "figures" }, el("summary", {}, "Figures"),
    el("div", { class: "table-wrap" }, el("table", {},
      el("thead", {}, el("tr", {}, head.map((cell) => el("th", { scope: "col" }, cell)))),
      el("tbody", {}, rows.map(([first, ...rest]) =>
        el("tr", {}, el("th", { scope: "row" }, first), rest.map((cell) => el("td", { class: "number" }, cell))))))));
}

function pie(chart, titleId) {
  const segments = (chart.segments ?? []).filter((one) => one.value > 0);
  const total = segments.reduce((sum, one) => sum + one.value, 0);
  const point = (part, radius) => {
    const angle = part * 2 * Math.PI - Math.PI / 2;
    return `${(100 + radius * Math.cos(angle)).toFixed(2)} ${(100 + radius * Math.sin(angle)).toFixed(2)}`;
  };
  let from = 0;
  const slices = segments.map((one, at) => {
    const to = from + one.value / total;
    const shape = segments.length === 1
      ? svg("circle", { cx: 100, cy: 100, r: 90, class: `fill-${at}` })
      : svg("path", {
        class: `slice fill-${at}`,
        d: `M100 100 L${point(from, 90)} A90 90 0 ${to - from > 0.5 ? 1 : 0} 1 ${point(to, 90)} Z`,
      });
    from = to;
    return shape;
  });
  const share = (one) => `${plain(one.label)} ${number.format(one.value)} (${Math.round((100 * one.value) / total)} %)`;
  return [
    el("div", { class: "pie" }, svg("svg", { viewBox: "0 0 200 200", role: "img", "aria-labelledby": titleId }, slices),
      legend(segments.map(share))),
    figures(["Part", "Value"], segments.map((one) => [plain(one.label), number.format(one.value)])),
  ];
}

/** Round steps for the vertical axis: about four lines, ending at or above the largest value. */
function ticks(low, high) {
  const raw = (high - low || 1) / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((times) => times * power).find((size) => size >= raw);
  const out = [];
  for (let at = Math.floor(low / step) * step; at < high + step; at += step) out.push(at);
  return out;
}

function plotted(chart, titleId) {
  const series = chart.series ?? [];
  const config = chart.axis_config ?? {};
  const categories = config.categories ?? series[0]?.data?.map((one) => one.label) ?? [];
  const value = (one, label) => one.data?.find((point) => point.label === label)?.value;
  const all = series.flatMap((one) => categories.map((label) => value(one, label) ?? 0));
  const marks = ticks(Math.min(0, ...all), Math.max(1, ...all));
  const [low, high] = [marks[0], marks.at(-1)];
  const x = (at) => PAD.left + ((at + 0.5) * (W - PAD.left - PAD.right)) / Math.max(1, categories.length);
  const y = (amount) => PAD.top + ((high - amount) * (H - PAD.top - PAD.bottom)) / (high - low);
  const band = (W - PAD.left - PAD.right) / Math.max(1, categories.length);

  const grid = marks.map((amount) => svg("g", {},
    svg("line", { class: "grid", x1: PAD.left, x2: W - PAD.right, y1: y(amount), y2: y(amount) }),
    svg("text", { class: "axis", x: PAD.left - 6, y: y(amount) + 4, "text-anchor": "end" }, number.format(amount))));
  const every = Math.ceil(categories.length / 8);
  const names = categories.map((label, at) => (at % every ? "" : svg("text", {
    class: "axis", x: x(at), y: H - PAD.bottom + 16, "text-anchor": "middle",
  }, plain(label).length > 14 ? `${plain(label).slice(0, 13)}…` : plain(label))));

  const width = Math.min(42, (band * 0.7) / Math.max(1, series.length));
  const bars = (one, at) => categories.map((label, index) => {
    const amount = value(one, label) ?? 0;
    return svg("rect", {
      class: `fill-${at}`, rx: 2, width: Math.max(1, width - 2), height: Math.abs(y(0) - y(amount)),
      x: x(index) - (width * series.length) / 2 + at * width, y: Math.min(y(0), y(amount)),
    }, svg("title", {}, `${plain(one.name ?? "")} ${plain(label)}: ${number.format(amount)}`));
  });
  const points = (one) => categories.map((label, index) => [x(index), value(one, label)])
    .filter(([, amount]) => amount !== undefined).map(([at, amount]) => `${at.toFixed(1)},${y(amount).toFixed(1)}`);
  const lines = (one, at) => [
    chart.type === "area" ? svg("polygon", {
      class: `area fill-${at}`, points: [`${x(0)},${y(0)}`, ...points(one), `${x(categories.length - 1)},${y(0)}`].join(" "),
    }) : "",
    svg("polyline", { class: `line stroke-${at}`, points: points(one).join(" ") }),
    points(one).map((point) => svg("circle", { class: `fill-${at}`, r: 3, cx: point.split(",")[0], cy: point.split(",")[1] })),
  ];

  return [
    config.y_label ? el("div", { class: "quiet" }, plain(config.y_label)) : "",
    svg("svg", { viewBox: `0 0 ${W} ${H}`, role: "img", "aria-labelledby": titleId },
      grid, names, series.map(chart.type === "bar" ? bars : lines)),
    config.x_label ? el("div", { class: "quiet centred" }, plain(config.x_label)) : "",
    series.length > 1 ? legend(series.map((one) => one.name ?? "")) : "",
    figures([plain(config.x_label ?? ""), ...series.map((one) => plain(one.name ?? ""))],
      categories.map((label) => [plain(label), ...series.map((one) => number.format(value(one, label) ?? 0))])),
  ];
}

export function chartBlock(block) {
  const chart = block.chart ?? {};
  const titleId = freshId("chart");
  const draw = { pie, bar: plotted, line: plotted, area: plotted }[chart.type];
  if (!draw) return unknown(`data_visualization ${chart.type ?? ""}`.trim(), block);
  return el("figure", { class: "chart" },
    el("figcaption", { id: titleId }, plain(block.title?.text ?? block.title ?? "Chart")), draw(chart, titleId));
}
