// What the page knows: who is looking, what they see (as the sandbox tells it), where they look, what
// they have typed and not yet sent, and how far they have read. Parts subscribe and draw themselves.

import * as api from "./api.js";

const listeners = new Set();

const asked = new URLSearchParams(location.search);
api.inTeam(asked.get("team"));

export const state = {
  who: asked.get("as"),
  view: null,
  people: [],
  place: readPlace(),
  thread: null,
  trouble: null,
  nobody: false, // the address names somebody who is not here
  clockDrift: 0, // sandbox clock minus this computer's, milliseconds
  drafts: new Map(), // composer text by place
};

export function subscribe(listener) {
  listeners.add(listener);
}

export function changed() {
  for (const listener of listeners) {
    try {
      listener(state);
    } catch (trouble) {
      reportError(trouble); // seen in the console; the page goes on with the next view
    }
  }
}

/** The sandbox's present instant in milliseconds, moving on between two answers. */
export const now = () => Date.now() + state.clockDrift;

// ---- where the person looks: #C123, or #A123/home for a tab of an app ----

function readPlace() {
  // A permalink, as apps write them into their messages: /archives/C123/p1700000000123456
  const link = /^\/archives\/([A-Z0-9]+)(?:\/p(\d{10})(\d{6}))?/.exec(location.pathname);
  if (link && !location.hash) return { id: link[1], tab: "messages", ts: link[2] && `${link[2]}.${link[3]}` };
  const [id, tab] = decodeURIComponent(location.hash.slice(1)).split("/");
  return { id: id || null, tab: tab || "messages" };
}

export function goTo(id, tab = "messages") {
  state.thread = null;
  state.place = { id, tab };
  history.replaceState(null, "", `/${location.search}#${encodeURIComponent(id)}${tab === "messages" ? "" : `/${tab}`}`);
  changed();
}

window.addEventListener("hashchange", () => {
  state.place = readPlace();
  changed();
});

export function switchTo(name) {
  // A new address, so that the window can be bookmarked and the back button returns to the person before.
  const there = new URL(location.href);
  there.searchParams.set("as", name);
  there.hash = "";
  location.assign(there);
}

export function switchTeam(id) {
  // Another workspace has other people: one is asked anew who one is.
  const there = new URL(location.href);
  there.pathname = "/";
  there.searchParams.set("team", id);
  there.searchParams.delete("as");
  there.hash = "";
  location.assign(there);
}

// ---- looking things up in the view ----

export const personById = (id) => state.view?.people.find((one) => one.id === id);
export const channelById = (id) => state.view?.channels.find((one) => one.id === id);
export const appByBot = (botId) => state.view?.apps.find((one) => one.bot_user_id === botId);
export const nameOf = (id) => {
  const one = personById(id);
  if (one) return one.real_name || one.name;
  return appByBot(id)?.name ?? id ?? "Somebody";
};

/** The conversation a channel is with, in words: "#general", a name, or names. */
export function titleOf(channel) {
  if (channel.kind === "im") return nameOf(channel.with ?? channel.members.find((id) => id !== state.view.me.id));
  if (channel.kind === "mpim") {
    return channel.members.filter((id) => id !== state.view.me.id).map(nameOf).join(", ");
  }
  return `#${channel.name}`;
}

/** The channel and the app of the present place; either may be missing. */
export function here() {
  const { view, place } = state;
  if (!view) return {};
  const app = view.apps.find((one) => one.id === place.id);
  if (app) {
    return { app, channel: view.channels.find((one) => one.kind === "im" && one.with === app.bot_user_id) };
  }
  const channel = channelById(place.id);
  if (channel) {
    return { channel, app: channel.kind === "im" ? appByBot(channel.with) : undefined };
  }
  const first = view.channels.find((one) => one.kind === "public") ?? view.channels[0];
  return { channel: first };
}

// ---- how far each person has read, kept in this browser ----

const mark = (who, channel) => `read:${who}:${channel}`;

export function lastRead(who, channelId, at = now()) {
  const ts = localStorage.getItem(mark(who, channelId)) ?? "0";
  // A world begun again starts at the true time: a mark from its future would hide everything new.
  return Number(ts) * 1000 > at + 60_000 ? "0" : ts;
}

export function unread(view, channel) {
  const me = view.me.id;
  const since = Number(lastRead(me, channel.id, Date.parse(view.now)));
  return channel.messages.filter((one) => Number(one.ts) > since && one.user !== me).length;
}

export function markRead(channel) {
  const latest = channel.messages.at(-1)?.ts;
  if (!latest || document.hidden) return;
  if (Number(latest) > Number(lastRead(state.view.me.id, channel.id))) {
    localStorage.setItem(mark(state.view.me.id, channel.id), latest);
  }
}

// ---- the long poll ----

const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
const LOOK_AGAIN = 3000;
let polling = new AbortController();

/** A browser opens six connections to one address: windows nobody looks at must not hold one each. */
document.addEventListener("visibilitychange", () => {
  if (document.hidden) polling.abort();
});

async function nextView(since) {
  if (document.hidden && state.view) {
    const seen = new Promise((resolve) => {
      document.addEventListener("visibilitychange", resolve, { once: true });
    });
    await Promise.race([pause(LOOK_AGAIN), seen]);
    return api.view(state.who, since, 0);
  }
  polling = new AbortController();
  try {
    return await api.view(state.who, since, state.view && !state.trouble ? 25 : 0, polling.signal);
  } catch {
    return null; // the window was put away while it waited
  }
}

export async function follow() {
  for (;;) {
    // After trouble it may be another sandbox, which counts anew.
    const since = state.trouble ? -1 : state.view?.rev ?? -1;
    const answer = await nextView(since);
    if (!answer) continue;
    if (answer.rev === undefined) {
      state.trouble = answer.say ?? answer.error ?? "The sandbox gave no view.";
      state.nobody = ["person_not_found", "team_not_found"].includes(answer.error);
      changed();
      await pause(1000);
      continue;
    }
    state.clockDrift = Date.parse(answer.now) - Date.now();
    if (state.view && answer.rev === since && !state.trouble) continue;
    state.trouble = null;
    state.nobody = false;
    state.view = answer;
    state.people = answer.people;
    changed();
  }
}
