// The top: which workspace, global shortcuts, what the app called, and the clock that can be skipped.

import * as api from "../api.js";
import { el } from "../dom.js";
import { openMenu } from "../elements/float.js";
import { here, now, state } from "../state.js";
import { fullTime, nextMondayAtNine, weekdayTime } from "../text/dates.js";
import { complain, say } from "./notices.js";
import { teamMenu } from "./switcher.js";
import { toggleTraffic } from "./traffic.js";

const HOUR = 3600;
const SKIPS = [
  ["An hour", () => HOUR], ["A day", () => 24 * HOUR], ["A week", () => 7 * 24 * HOUR], ["A month", () => 30 * 24 * HOUR],
  ["To Monday 9:00", () => (nextMondayAtNine() - now()) / 1000],
];

async function skip(seconds) {
  const answer = await api.skip(Math.ceil(seconds));
  if (!answer.now) return say(answer.say ?? answer.error ?? "The clock did not move.", "error");
  state.clockDrift = Date.parse(answer.now) - Date.now();
  tick();
  return say(`It is now ${fullTime(now())}.`);
}

const clockText = el("time", { class: "clock-time" });
const clockButton = el("button", {
  type: "button", class: "button clock", "aria-haspopup": "menu", "aria-expanded": "false",
  onclick: () => openMenu(clockButton, [{ title: "Skip" },
    ...SKIPS.map(([label, seconds]) => ({ label, act: () => skip(seconds()) }))], "Skip time"),
}, el("span", { "aria-hidden": "true" }, "◷ "), clockText, el("span", { class: "clock-skip" }, "Skip ▾"));

function tick() {
  if (!state.view) return;
  const words = weekdayTime(now());
  if (clockText.textContent !== words) {
    clockText.textContent = words;
    clockButton.setAttribute("aria-label", `The sandbox's clock: ${fullTime(now())}. Skip ahead`);
    clockButton.title = `${fullTime(now())}, ${state.view.me.tz || "UTC"}`;
  }
}

async function runShortcut(one) {
  complain(await api.shortcut(state.who, { callback_id: one.callback_id, channel: here().channel?.id }));
}

const shortcutButton = el("button", {
  type: "button", class: "button", "aria-haspopup": "menu", "aria-expanded": "false",
  onclick: () => openMenu(shortcutButton, globalShortcuts().flatMap(({ app, all }) => [
    { title: app.name }, ...all.map((one) => ({ label: one.name, hint: one.description, act: () => runShortcut(one) })),
  ]), "Shortcuts"),
}, "⚡ Shortcuts");

const globalShortcuts = () => (state.view?.apps ?? []).filter((app) => !app.uninstalled)
  .map((app) => ({ app, all: (app.shortcuts ?? []).filter((one) => one.type !== "message") }))
  .filter(({ all }) => all.length);

const trafficButton = el("button", {
  type: "button", class: "button", "aria-pressed": "false", "aria-controls": "drawer",
  onclick: () => trafficButton.setAttribute("aria-pressed", String(toggleTraffic())),
}, "What the app called");

const team = el("span", { class: "team" }, "Sandbox");
const menu = teamMenu(() => { team.hidden = true; });

export function startTopbar(node) {
  node.append(
    el("div", { class: "brand" }, el("img", { src: "/icon.svg", alt: "", width: 24, height: 24 }), team,
      el("span", { class: "brand-note" }, "a local workspace"), menu),
    el("div", { class: "topbar-right" }, shortcutButton, trafficButton, clockButton));
  setInterval(tick, 1000);
}

export function drawTopbar() {
  team.textContent = state.view?.team?.name ?? "Sandbox";
  shortcutButton.hidden = globalShortcuts().length === 0;
  tick();
}
