// What a person has entered: between Slack's shapes (initial_*, state.values, what the control API
// takes) and one plain form the fields work with:
//   text kinds: string · dates: "YYYY-MM-DD", "HH:MM", seconds or "" · choices: [{value, label, …}] · files: [file object]

import { channelById, nameOf, state, titleOf } from "../state.js";
import { richTextWords, toRichText } from "../text/richtext.js";

const drafts = new Map(); // surface key -> Map(field key -> {value, sent, base})

export const CHOICES = new Set(["static_select", "external_select", "multi_static_select", "multi_external_select",
  "users_select", "multi_users_select", "channels_select", "multi_channels_select",
  "conversations_select", "multi_conversations_select", "checkboxes", "radio_buttons"]);
const TEXTS = new Set(["plain_text_input", "email_text_input", "url_text_input", "number_input"]);
export const isMulti = (element) => element.type.startsWith("multi_") || element.type === "checkboxes";
/** Elements that hold a value; buttons and menus only happen. */
export const holdsValue = (element) => CHOICES.has(element?.type) || TEXTS.has(element?.type)
  || ["datepicker", "timepicker", "datetimepicker", "rich_text_input", "file_input"].includes(element?.type);

const choice = (option) => option && { value: option.value, label: option.text?.text ?? option.value, option };
const byId = (id) => ({ value: id, label: channelById(id) ? titleOf(channelById(id)) : nameOf(id) });

function choices(element, found) {
  const kind = element.type.replace(/^multi_|_select$/g, "");
  const list = found[{ users: "users", channels: "channels", conversations: "conversations" }[kind]];
  if (["users", "channels", "conversations"].includes(kind)) {
    const one = found[kind.slice(0, -1)];
    return (list ?? (one ? [one] : [])).filter(Boolean).map(byId);
  }
  return (found.options ?? (found.option ? [found.option] : [])).map(choice);
}

/** Initial values as the app wrote them. */
function initial(element) {
  if (CHOICES.has(element.type)) {
    const found = {};
    for (const name of ["option", "options", "user", "users", "channel", "channels", "conversation", "conversations"]) {
      found[name] = element[`initial_${name}`];
    }
    if (element.default_to_current_conversation && !found.conversation && !found.conversations && state.place.id) {
      found.conversation = channelById(state.place.id)?.id;
      found.conversations = found.conversation && [found.conversation];
    }
    return choices(element, found);
  }
  if (element.type === "datepicker") return element.initial_date ?? "";
  if (element.type === "timepicker") return element.initial_time ?? "";
  if (element.type === "datetimepicker") return element.initial_date_time ?? "";
  if (element.type === "rich_text_input") return richTextWords(element.initial_value);
  if (element.type === "file_input") return [];
  return element.initial_value === undefined ? "" : String(element.initial_value);
}

/** A value of state.values in the plain form. */
function fromState(element, found) {
  if (CHOICES.has(element.type)) {
    const picked = {};
    for (const name of ["option", "options", "user", "users", "channel", "channels", "conversation", "conversations"]) {
      picked[name] = found[`selected_${name}`];
    }
    return choices(element, picked);
  }
  if (element.type === "datepicker") return found.selected_date ?? "";
  if (element.type === "timepicker") return found.selected_time ?? "";
  if (element.type === "datetimepicker") return found.selected_date_time ?? "";
  if (element.type === "rich_text_input") return richTextWords(found.rich_text_value);
  if (element.type === "file_input") return found.files ?? [];
  return found.value ?? "";
}

/** The plain form as the control API takes it. */
export function toWire(element, value) {
  if (CHOICES.has(element.type)) {
    // What an app suggested is known to the page and not to the element: such an option travels whole.
    const whole = element.type.endsWith("external_select");
    const values = value.map((one) => (whole && one.option) || one.value);
    return isMulti(element) ? values : values[0] ?? null;
  }
  if (element.type === "rich_text_input") return toRichText(value);
  if (element.type === "file_input") return value;
  return value === "" ? null : value;
}

const serverValue = (surface, blockId, element) => surface.state?.[blockId]?.[element.action_id];
const draftsOf = (surface) => {
  if (!drafts.has(surface.key)) drafts.set(surface.key, new Map());
  return drafts.get(surface.key);
};
const fieldKey = (blockId, element) => `${blockId}|${element.action_id}|${element.type}`;

/**
 * What the field shows: what the person typed, until it was sent and the sandbox has something newer;
 * then what the sandbox has; then what the app put in.
 */
export function current(surface, blockId, element) {
  const draft = draftsOf(surface).get(fieldKey(blockId, element));
  const found = serverValue(surface, blockId, element);
  if (draft && (!draft.sent || draft.base === JSON.stringify(found))) return draft.value;
  return found ? fromState(element, found) : initial(element);
}

export function remember(surface, blockId, element, value) {
  const base = JSON.stringify(serverValue(surface, blockId, element));
  draftsOf(surface).set(fieldKey(blockId, element), { blockId, element, value, sent: false, base });
}

export const draftOf = (surface, blockId, element) => draftsOf(surface).get(fieldKey(blockId, element));

/** What was typed and has not reached the sandbox: [{blockId, element, value, done()}]. */
export function unsent(surface) {
  return [...draftsOf(surface).values()].filter((draft) => !draft.sent);
}

export const forget = (key) => drafts.delete(key);
