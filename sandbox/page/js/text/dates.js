// Instants in words. Everything is told in the looking person's time zone and against the sandbox's
// clock, which may be weeks ahead of this computer's.

import { state, now } from "../state.js";

const zone = () => state.view?.me.tz || "UTC";

function format(ms, options) {
  try {
    return new Intl.DateTimeFormat("en-GB", { timeZone: zone(), ...options }).format(ms);
  } catch {
    // A time zone this browser does not know: the instant in UTC is still true.
    return new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...options }).format(ms);
  }
}

export const dayKey = (ms) => format(ms, { year: "numeric", month: "2-digit", day: "2-digit" });
export const timeOfDay = (ms) => format(ms, { hour: "2-digit", minute: "2-digit" });
export const weekdayTime = (ms) =>
  format(ms, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
export const fullTime = (ms) =>
  format(ms, { weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" });

/** "Today", "Yesterday", "Tomorrow" or null. */
function nearDay(ms) {
  const day = dayKey(ms);
  if (day === dayKey(now())) return "Today";
  if (day === dayKey(now() - 86_400_000)) return "Yesterday";
  if (day === dayKey(now() + 86_400_000)) return "Tomorrow";
  return null;
}

export const dayTitle = (ms) => nearDay(ms) ?? format(ms, { weekday: "long", day: "numeric", month: "long" });

function ago(ms) {
  const seconds = Math.round((ms - now()) / 1000);
  const steps = [["day", 86_400], ["hour", 3600], ["minute", 60], ["second", 1]];
  const [unit, size] = steps.find(([, length]) => Math.abs(seconds) >= length) ?? steps[3];
  return new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(Math.trunc(seconds / size), unit);
}

const TOKENS = {
  date_num: (ms) => format(ms, { year: "numeric", month: "2-digit", day: "2-digit" }).split("/").reverse().join("-"),
  date_slash: (ms) => format(ms, { year: "numeric", month: "2-digit", day: "2-digit" }),
  date: (ms) => format(ms, { day: "numeric", month: "long", year: "numeric" }),
  date_short: (ms) => format(ms, { day: "numeric", month: "short", year: "numeric" }),
  date_long: (ms) => format(ms, { weekday: "long", day: "numeric", month: "long", year: "numeric" }),
  date_pretty: (ms) => nearDay(ms) ?? TOKENS.date(ms),
  date_short_pretty: (ms) => nearDay(ms) ?? TOKENS.date_short(ms),
  date_long_pretty: (ms) => nearDay(ms) ?? TOKENS.date_long(ms),
  day_divider_pretty: (ms) => nearDay(ms) ?? TOKENS.date_long(ms),
  time: timeOfDay,
  time_secs: (ms) => format(ms, { hour: "2-digit", minute: "2-digit", second: "2-digit" }),
  ago,
};

/** Slack's <!date^seconds^format> tokens; a token it does not know stays as it is written. */
export function dateTokens(seconds, template) {
  const ms = Number(seconds) * 1000;
  return template.replace(/\{([a-z_]+)\}/g, (all, token) => (TOKENS[token] ? TOKENS[token](ms) : all));
}

/** The instant (ms) of a wall-clock time in the person's zone; month counts from 1. */
export function instantOf(year, month, day, hour, minute) {
  const wanted = Date.UTC(year, month - 1, day, hour, minute);
  let instant = wanted;
  // Twice: the first guess may lie on the other side of a change to or from summer time.
  for (let round = 0; round < 2; round += 1) {
    const [d, m, y] = dayKey(instant).split("/").map(Number);
    const [h, min] = timeOfDay(instant).split(":").map(Number);
    instant += wanted - Date.UTC(y, m - 1, d, h % 24, min);
  }
  return instant;
}

/** "2026-11-23T09:00" in the person's zone, as a datetime-local field wants it. */
export function localField(ms) {
  const [day, month, year] = dayKey(ms).split("/");
  return `${year}-${month}-${day}T${timeOfDay(ms)}`;
}

/** Milliseconds of the next Monday at nine in the person's own time zone, always in the future. */
export function nextMondayAtNine() {
  for (let days = 0; days <= 8; days += 1) {
    const then = now() + days * 86_400_000;
    if (format(then, { weekday: "short" }) !== "Mon") continue;
    const [day, month, year] = dayKey(then).split("/").map(Number);
    const instant = instantOf(year, month, day, 9, 0);
    if (instant > now()) return instant;
  }
  return now() + 7 * 86_400_000;
}
