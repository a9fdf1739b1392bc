// The selects of Block Kit, each a picker that knows where its options come from.

import { state, titleOf } from "../state.js";
import { plain } from "../text/mrkdwn.js";
import { picker } from "./picker.js";
import { isMulti } from "./values.js";

const matches = (words, ...texts) =>
  words.toLowerCase().split(/\s+/).every((word) => texts.some((text) => (text ?? "").toLowerCase().includes(word)));

const toOption = (option) => ({
  value: option.value, label: plain(option.text?.text), hint: option.description && plain(option.description.text), option,
});

const toGroups = (found) =>
  found.option_groups?.length
    ? found.option_groups.map((group) => ({ title: plain(group.label?.text), options: (group.options ?? []).map(toOption) }))
    : [{ options: (found.options ?? []).map(toOption) }];

const narrowed = (groups, words) => groups
  .map((group) => ({ ...group, options: group.options.filter((one) => matches(words, one.label, one.hint)) }))
  .filter((group) => group.options.length);

const people = () => [{
  options: state.view.people
    .filter((one) => !one.deleted)
    .map((one) => ({ value: one.id, label: one.real_name || one.name, hint: `@${one.name}` }))
    .sort((a, b) => a.label.localeCompare(b.label)),
}];

function conversations(filter = {}) {
  const include = filter.include ?? ["public", "private", "im", "mpim"];
  return [{
    options: state.view.channels
      .filter((one) => include.includes(one.kind) && !one.is_archived)
      .filter((one) => !(filter.exclude_bot_users && one.kind === "im"
        && state.view.apps.some((app) => app.bot_user_id === one.with)))
      .map((one) => ({ value: one.id, label: titleOf(one) })),
  }];
}

const SOURCES = {
  static: (field) => toGroups(field.element),
  users: people,
  channels: () => conversations({ include: ["public"] }),
  conversations: (field) => conversations(field.element.filter),
};

export function select(field) {
  const { element } = field;
  const kind = element.type.replace(/^multi_/, "").replace(/_select$/, "");
  const multi = isMulti(element);
  const least = element.min_query_length ?? 3;
  const external = kind === "external";
  return picker({
    label: field.labelId ? undefined : plain(element.placeholder?.text ?? "Choose"),
    labelId: field.labelId, describedBy: field.describedBy, focusKey: field.focusKey,
    placeholder: plain(element.placeholder?.text ?? (multi ? "Choose one or more" : "Choose")),
    multi, max: element.max_selected_items, clearable: !multi && field.inInput && !field.required,
    chosen: field.value.map((one) => ({ ...one, label: plain(one.label) })),
    change: (chosen) => field.choose(chosen),
    short: external
      ? (words) => (words.length < least ? `Type ${least === 1 ? "a letter" : `${least} letters`} or more to search.` : null)
      : undefined,
    load: async (words) => {
      if (!external) return narrowed(SOURCES[kind](field), words);
      const answer = await field.suggest(words);
      if (answer.ok === false) return [{ title: answer.say ?? "The app did not answer.", options: [] }];
      return toGroups(answer);
    },
  });
}
