// Modals: a dialog that shows the top of the person's stack. Lower views stay as they are underneath, so
// that what was typed in them is there when the person comes back.

import * as api from "../api.js";
import { el, freshId } from "../dom.js";
import { flush, inOrder } from "../elements/field.js";
import { forget } from "../elements/values.js";
import { state } from "../state.js";
import { plain } from "../text/mrkdwn.js";
import { complain } from "./notices.js";
import { drawBlocks, surfaceOf } from "./surface.js";

const panes = new Map(); // view id -> {node, body, fresh}
const titleId = freshId("modal");
const title = el("h2", { id: titleId });
const trail = el("div", { class: "modal-trail quiet" });
const stage = el("div", { class: "modal-stage" });
const submitButton = el("button", { type: "submit", class: "button primary" });
const backButton = el("button", { type: "button", class: "button" });
const closeButton = el("button", { type: "button", class: "icon-button", "aria-label": "Close" }, "×");
const form = el("form", { class: "modal-form", novalidate: true },
  el("div", { class: "dialog-head" }, el("div", {}, trail, title), closeButton),
  stage,
  el("div", { class: "dialog-notices", "aria-live": "assertive" }),
  el("div", { class: "dialog-foot" }, backButton, submitButton));
const dialog = el("dialog", { class: "modal", "aria-labelledby": titleId }, form);

const stack = () => state.view?.modals ?? [];
const top = () => stack().at(-1);

function pane(view) {
  if (!panes.has(view.id)) {
    const body = el("div", { class: "blocks" });
    panes.set(view.id, { body, node: el("div", { class: "modal-pane" }, body), fresh: true });
  }
  return panes.get(view.id);
}

function showErrors(viewId, errors) {
  const view = stack().find((one) => one.id === viewId);
  if (!view) return;
  view.errors = errors; // the next view from the sandbox says the same; this one need not wait for it
  const one = pane(view);
  drawBlocks(one.body, view);
  const first = one.body.querySelector("[aria-invalid=true]");
  first?.focus();
  first?.scrollIntoView({ block: "center" });
}

async function submit(event) {
  event.preventDefault();
  const view = top();
  if (!view || submitButton.getAttribute("aria-busy") || !view.submit) return;
  submitButton.setAttribute("aria-busy", "true");
  try {
    await flush(surfaceOf(view));
    const answer = await inOrder(surfaceOf(view), () => api.submit(state.who, view.id));
    complain(answer);
    if (answer.errors) showErrors(view.id, answer.errors);
  } finally {
    submitButton.removeAttribute("aria-busy");
  }
}

async function leave(all) {
  const view = top();
  if (!view) return;
  complain(await api.close(state.who, view.id, all));
}

form.addEventListener("submit", submit);
backButton.addEventListener("click", () => leave(false));
closeButton.addEventListener("click", () => leave(true));
dialog.addEventListener("cancel", (event) => {
  // Escape is the cross; the dialog goes when the sandbox says the view is closed.
  event.preventDefault();
  leave(true);
});

export function drawModals() {
  const views = stack();
  const view = top();
  for (const [id, one] of panes) {
    if (views.some((other) => other.id === id)) continue;
    one.node.remove();
    panes.delete(id);
    forget(`view ${id}`);
  }
  if (!view) {
    if (dialog.open) dialog.close();
    return;
  }
  if (!dialog.isConnected) document.body.append(dialog);
  for (const lower of views) {
    const one = pane(lower);
    one.node.hidden = lower.id !== view.id;
    if (!one.node.isConnected) stage.append(one.node);
    drawBlocks(one.body, lower);
  }
  title.textContent = plain(view.title?.text ?? "");
  trail.hidden = views.length < 2;
  trail.textContent = views.slice(0, -1).map((one) => plain(one.title?.text ?? "")).join(" › ");
  submitButton.hidden = !view.submit;
  submitButton.disabled = Boolean(view.submit_disabled);
  submitButton.textContent = plain(view.submit?.text ?? "");
  backButton.textContent = plain(view.close?.text ?? (views.length > 1 ? "Back" : view.submit ? "Cancel" : "Close"));
  if (!dialog.open) dialog.showModal();
  const one = pane(view);
  // Also when the field the person was in has gone with an update: the keyboard must not be left outside.
  if (one.fresh || document.activeElement === document.body) {
    one.fresh = false;
    stage.scrollTop = 0;
    const asked = one.body.querySelector("[autofocus]");
    // Unasked, the focus must not scroll: whoever opens a long page to read begins at its top.
    if (asked) asked.focus();
    else (one.body.querySelector("input, textarea, select, button") ?? closeButton).focus({ preventScroll: true });
  }
}
