// Blocks that frame others: card, carousel, container, alert, plan and task_card. Those that hold whole
// blocks are given what draws one.

import { el } from "../dom.js";
import { drawElement } from "../elements/index.js";
import { plain, textObject } from "../text/mrkdwn.js";
import { richText } from "../text/richtext.js";
import { link } from "../dom.js";
import { image } from "./media.js";

export function card(block, surface) {
  return el("section", { class: "card" },
    block.hero_image ? image(block.hero_image, surface, "card-hero") : "",
    el("div", { class: "card-body" },
      el("div", { class: "card-head" }, block.icon ? image(block.icon, surface, "card-icon") : "",
        el("div", {}, block.title ? el("div", { class: "card-title" }, textObject(block.title)) : "",
          block.subtitle ? el("div", { class: "quiet" }, textObject(block.subtitle)) : "")),
      block.body ? textObject(block.body) : "",
      block.subtext ? el("div", { class: "quiet" }, textObject(block.subtext)) : "",
      block.actions?.length
        ? el("div", { class: "actions" }, block.actions.map((one) => drawElement(surface, block, one, {}))) : ""));
}

export const carousel = (block, surface, drawBlock) =>
  el("div", { class: "carousel", tabindex: "0", role: "group", "aria-label": "Cards" },
    (block.elements ?? []).map((one) => drawBlock(one, surface)));

const LEVELS = { info: ["ℹ", "Note"], warning: ["⚠", "Warning"], error: ["⛔", "Error"], success: ["✓", "Done"] };

export function alert(block) {
  const [sign, word] = LEVELS[block.level] ?? ["•", "Note"];
  return el("div", { class: `alert alert-${LEVELS[block.level] ? block.level : "default"}`, role: "note", "aria-label": word },
    el("span", { class: "alert-sign", "aria-hidden": "true" }, sign), textObject(block.text));
}

export function container(block, surface, drawBlock) {
  const title = block.rich_text_title ? richText(block.rich_text_title) : textObject(block.title);
  const head = el("div", { class: "card-head" }, block.icon ? image(block.icon, surface, "card-icon") : "",
    el("div", {}, el("div", { class: "card-title" }, title),
      block.subtitle ? el("div", { class: "quiet" }, textObject(block.subtitle)) : ""));
  const inside = (block.child_blocks ?? []).map((one) => drawBlock(one, surface));
  if (!block.is_collapsible) return el("section", { class: "card" }, el("div", { class: "card-body" }, head, inside));
  return el("details", { class: "card", open: !block.default_collapsed },
    el("summary", { class: "card-summary" }, head), el("div", { class: "card-body" }, inside));
}

const STATES = { pending: "○ waiting", in_progress: "◐ under way", complete: "● done", error: "✕ failed" };

export function taskCard(block) {
  return el("section", { class: "card" }, el("div", { class: "card-body" },
    el("div", { class: "card-title" }, plain(block.title ?? ""), el("span", { class: "quiet" }, ` ${STATES[block.status] ?? ""}`)),
    block.details ? richText(block.details) : "", block.output ? richText(block.output) : "",
    (block.sources ?? []).map((one) => el("div", {}, link(one.url, plain(one.text ?? one.url))))));
}

export const plan = (block) => el("section", { class: "card" }, el("div", { class: "card-body" },
  el("div", { class: "card-title" }, plain(block.title?.text ?? block.title ?? "Plan")), (block.tasks ?? []).map(taskCard)));
