// Elements that happen rather than hold a value: buttons of every kind and the overflow menu.

import { el, safeAddress } from "../dom.js";
import { plain } from "../text/mrkdwn.js";
import { openMenu } from "./float.js";

function follow(address) {
  const href = safeAddress(address);
  if (href) window.open(href, "_blank", "noopener,noreferrer");
}

function button(field, { text, value, url, style, label, confirm }) {
  const node = el("button", {
    type: "button", class: ["button", style].filter(Boolean).join(" "), "data-focus": field.focusKey,
    "aria-label": label && plain(label),
    onclick: async () => {
      if (node.getAttribute("aria-busy")) return; // a second press while the first is on its way
      const sent = await field.press(value, node, confirm);
      if (sent && url) follow(url);
    },
  }, plain(text), url ? el("span", { class: "outside", "aria-hidden": "true" }, " ↗") : "");
  return node;
}

export const plainButton = (field) => button(field, {
  text: field.element.text?.text ?? "", value: field.element.value, url: field.element.url,
  style: field.element.style, label: field.element.accessibility_label, confirm: field.element.confirm,
});

export function feedbackButtons(field) {
  const one = (side, sign) => {
    const half = field.element[side];
    return half && button(field, {
      text: `${sign} ${half.text?.text ?? ""}`, value: half.value, label: half.accessibility_label,
    });
  };
  return el("div", { class: "button-pair" }, one("positive_button", "👍"), one("negative_button", "👎"));
}

const ICONS = { trash: "🗑" };

export const iconButton = (field) => button(field, {
  text: `${ICONS[field.element.icon] ?? ""} ${field.element.text?.text ?? field.element.icon}`.trim(),
  value: field.element.value, style: "quiet", label: field.element.accessibility_label, confirm: field.element.confirm,
});

/** Starts a workflow in Slack; the sandbox runs none, and says so instead of doing nothing. */
export const workflowButton = (field) => el("button", {
  type: "button", class: "button", disabled: true, title: "Workflows do not run in the sandbox",
}, plain(field.element.text?.text ?? "Workflow"));

export function overflow(field) {
  const node = el("button", {
    type: "button", class: "button overflow", "aria-haspopup": "menu", "aria-expanded": "false",
    "aria-label": "More actions", "data-focus": field.focusKey,
    onclick: () => openMenu(node, (field.element.options ?? []).map((option) => ({
      label: plain(option.text?.text), hint: option.description && plain(option.description.text),
      act: async () => {
        const sent = await field.press(option.value, node);
        if (sent && option.url) follow(option.url);
      },
    })), "More actions"),
  }, "⋯");
  return node;
}
