// A field: one interactive element in its place. It knows its value, and what has to happen when the
// person changes it – which in Slack depends on where it stands:
//   in a section or actions block every change is told to the app at once (block_actions);
//   in an input block only with dispatch_action; otherwise it waits for the submit button.

import * as api from "../api.js";
import { debounce } from "../dom.js";
import { complain } from "../parts/notices.js";
import { state } from "../state.js";
import { confirmed } from "./confirm.js";
import { current, draftOf, remember, toWire, unsent } from "./values.js";

const queues = new Map();

/** Calls about one surface go one after the other, so that the last thing done is the last thing told. */
export function inOrder(surface, call) {
  const before = queues.get(surface.key) ?? Promise.resolve();
  const next = before.then(call, call);
  queues.set(surface.key, next.catch(() => undefined));
  return next;
}

const address = (surface, blockId, element) => ({
  container: surface.container, view_id: surface.container.view_id, block_id: blockId, action_id: element.action_id,
});

/** @param quiet  only carries the value along: the person did not do what makes the app hear of it */
async function tell(surface, draft, quiet = false) {
  draft.sent = true;
  const answer = await api.fillIn(state.who, {
    ...address(surface, draft.blockId, draft.element), value: toWire(draft.element, draft.value), quiet,
  });
  complain(answer);
  return answer;
}

/** Tells the sandbox everything typed so far; every press and submit carries the whole form. */
export const flush = (surface) =>
  inOrder(surface, async () => {
    for (const draft of unsent(surface)) await tell(surface, draft, true);
  });

async function pressNow(surface, blockId, element, value) {
  await flush(surface);
  const answer = await inOrder(surface, () =>
    api.press(state.who, { ...address(surface, blockId, element), value }));
  complain(answer);
  return answer;
}

/**
 * @param surface  {key, kind: "message"|"modal"|"home", container, state, errors}
 * @param block    the block the element stands in
 * @param options  {inInput, dispatch, labelId, describedBy, required}
 */
export function field(surface, block, element, options = {}) {
  const blockId = block.block_id;
  const focusKey = `${blockId}|${element.action_id}`;
  const triggers = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  // The app hears of this field; the others come along, since it reads the whole form.
  const dispatch = () => inOrder(surface, async () => {
    const mine = draftOf(surface, blockId, element);
    for (const draft of unsent(surface)) if (draft !== mine) await tell(surface, draft, true);
    await tell(surface, mine);
  });
  const later = debounce(dispatch, 350);

  const self = {
    surface, block, blockId, element, focusKey, ...options,
    get value() {
      return current(surface, blockId, element);
    },
    /** A press of a button or a menu; asks first where the app wants it. True when it was sent. */
    async press(value, node, confirm = element.confirm) {
      if (confirm && !(await confirmed(confirm))) return false;
      node?.setAttribute("aria-busy", "true");
      try {
        return (await pressNow(surface, blockId, element, value)).ok !== false;
      } finally {
        node?.removeAttribute("aria-busy");
      }
    },
    /** A choice or a date was made. Gives false when the person took it back in the confirm dialog. */
    async choose(value) {
      if (element.confirm && !(await confirmed(element.confirm))) return false;
      remember(surface, blockId, element, value);
      if (!options.inInput) {
        draftOf(surface, blockId, element).sent = true; // the press itself carries it
        await pressNow(surface, blockId, element, toWire(element, value));
      } else if (options.dispatch) {
        await dispatch();
      }
      return true;
    },
    /** Words are being typed; they are told only where the app asked to hear every character. */
    type(value) {
      remember(surface, blockId, element, value);
      if (options.inInput && options.dispatch && triggers.includes("on_character_entered")) later();
    },
    /** Enter in a one-line field. True when it meant something to the app. */
    enter() {
      if (!options.inInput || !options.dispatch || !triggers.includes("on_enter_pressed")) return false;
      remember(surface, blockId, element, self.value);
      dispatch();
      return true;
    },
    suggest: (text) => inOrder(surface, () => api.suggest(state.who, { ...address(surface, blockId, element), text })),
  };
  return self;
}
