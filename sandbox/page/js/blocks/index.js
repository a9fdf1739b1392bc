// Which block is drawn by what, and the plain ones themselves. A block that is not known is shown as a
// labelled box with its content: an app's author should see that it arrived.

import { el, freshId } from "../dom.js";
import { drawElement, unknown } from "../elements/index.js";
import { markdown } from "../text/markdown.js";
import { plain, textObject } from "../text/mrkdwn.js";
import { richText } from "../text/richtext.js";
import { alert, card, carousel, container, plan, taskCard } from "./cards.js";
import { chartBlock } from "./chart.js";
import { inputBlock } from "./input.js";
import { fileBlock, image, imageBlock, videoBlock } from "./media.js";
import { dataTable, tableBlock } from "./table.js";

function section(block, surface) {
  return el("div", { class: block.accessory ? "section with-accessory" : "section" },
    el("div", { class: "section-words" }, block.text ? textObject(block.text) : "",
      block.fields?.length ? el("div", { class: "fields" }, block.fields.map((one) => el("div", {}, textObject(one)))) : ""),
    block.accessory ? el("div", { class: "accessory" }, drawElement(surface, block, block.accessory, {})) : "");
}

const context = (block, surface) => el("div", { class: "context" }, (block.elements ?? []).map((one) =>
  one.type === "image" ? image(one, surface, "context-image")
    : el("div", { class: "context-words" }, one.type === "plain_text" || one.type === "mrkdwn"
      ? textObject(one) : drawElement(surface, block, one, {}))));

const actions = (block, surface) =>
  el("div", { class: "actions" }, (block.elements ?? []).map((one) => drawElement(surface, block, one, {})));

// Headings inside a message lie below the page's own: the conversation's name is h1.
const header = (block) => el("h3", { class: "header-block", id: freshId("head") }, plain(block.text?.text));

const BLOCKS = {
  section, context, actions, header, card, alert, plan, markdown: (block) => markdown(block.text),
  carousel: (block, surface) => carousel(block, surface, drawBlock),
  container: (block, surface) => container(block, surface, drawBlock),
  context_actions: actions, divider: () => el("hr"), image: imageBlock, input: inputBlock, rich_text: richText,
  table: tableBlock, data_table: dataTable, data_visualization: chartBlock, video: videoBlock, file: fileBlock,
  task_card: taskCard,
};

export function drawBlock(block, surface) {
  const build = BLOCKS[block.type];
  const node = el("div", { class: `block block-${block.type}`, "data-block": block.block_id });
  try {
    node.append(build ? build(block, surface) : unknown(block.type, block));
  } catch (trouble) {
    // One odd block must not take the others with it.
    console.warn(`The block ${block.type} could not be drawn`, trouble);
    node.append(unknown(block.type, block));
  }
  return node;
}
