// Draws the blocks of a view (a modal or Home) so that a refresh by the app does not disturb the person:
// a block that did not change keeps its node, a block that did keeps what was typed in it.

import { drawBlock } from "../blocks/index.js";
import { reconcile } from "../dom.js";
import { current, holdsValue, toWire } from "../elements/values.js";

export function surfaceOf(view) {
  return {
    key: `view ${view.id}`, kind: view.type, container: { view_id: view.id },
    state: view.state?.values ?? {}, errors: view.errors ?? {},
  };
}

const elementsOf = (block) => [block.element, block.accessory, ...(block.elements ?? []), ...(block.actions ?? [])].filter(holdsValue);

const shownValues = (surface, block) =>
  JSON.stringify(elementsOf(block).map((element) => toWire(element, current(surface, block.block_id, element))));

export function drawBlocks(parent, view) {
  const surface = surfaceOf(view);
  // The fields of a kept node still hold the surface it was drawn with; the state must be today's for all.
  parent.surface = Object.assign(parent.surface ?? {}, surface);
  reconcile(parent, (view.blocks ?? []).map((block, at) => {
    const shape = JSON.stringify([block, surface.errors[block.block_id]]);
    const known = parent.reconciled?.get(block.block_id ?? at);
    const values = shownValues(surface, block);
    // What the person has just put in is already on the screen: only a value from elsewhere redraws.
    const typed = known?.node.contains(document.activeElement) && known.node.shape === shape;
    const signature = typed ? known.signature : `${shape} ${values}`;
    return {
      key: block.block_id ?? at, signature,
      build: () => Object.assign(drawBlock(block, parent.surface), { shape }),
    };
  }));
}
