// Building the page from nodes. Data reaches the page only as text and attributes, never as markup,
// so whatever an app or a person writes stays words.

const SVG = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.setAttribute("class", value);
    else if (name === "value" && "value" in node) node.value = value;
    else if (name === "checked") node.checked = true;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  append(node, children);
  return node;
}

export function append(node, children) {
  for (const child of [children].flat(Infinity)) {
    if (child === undefined || child === null || child === false || child === "") continue;
    node.append(child);
  }
  return node;
}

/** el("p", {class: "x", onclick: f}, "text", node, [more]) -> element */
export const el = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);

export const svg = (tag, attributes, ...children) =>
  fill(document.createElementNS(SVG, tag), attributes, children);

let counter = 0;
/** An id that no other node of this page has; aria attributes point by id. */
export const freshId = (prefix = "n") => `${prefix}-${(counter += 1)}`;

/**
 * Puts `fresh` where `old` is and gives the cursor back to the field the person was in.
 * Fields that may be rebuilt carry data-focus, the same before and after.
 */
export function swap(old, fresh) {
  const active = document.activeElement;
  const key = active && old.contains(active) ? active.dataset.focus : undefined;
  const selection = key && "selectionStart" in active ? selectionOf(active) : null;
  if (key) active.blur(); // a list that hangs open from the old field closes with it
  old.replaceWith(fresh);
  if (!key) return;
  const again = [...fresh.querySelectorAll("[data-focus]")].find((node) => node.dataset.focus === key);
  if (!again) return;
  again.focus({ preventScroll: true });
  if (selection && again.setSelectionRange) {
    try {
      again.setSelectionRange(...selection);
    } catch {
      // Number, e-mail and date fields have no selection; focus alone is what can be given back.
    }
  }
}

function selectionOf(field) {
  try {
    return field.selectionStart === null ? null : [field.selectionStart, field.selectionEnd];
  } catch {
    return null;
  }
}

/**
 * Makes the children of `parent` follow `items`, touching only what changed: a node whose signature is
 * the same stays in place, with its scroll position, its open menus and what is being typed in it.
 * @param items [{key, signature, build: () => Element}]
 */
export function reconcile(parent, items) {
  const known = parent.reconciled ?? new Map();
  const next = new Map();
  let before = null;
  for (const item of items) {
    const had = known.get(item.key);
    let node = had?.node;
    if (!had || had.signature !== item.signature) {
      node = item.build(had?.node);
      if (had && had.node !== node) swap(had.node, node);
    }
    next.set(item.key, { node, signature: item.signature });
    const place = before ? before.nextSibling : parent.firstChild;
    if (place !== node) parent.insertBefore(node, place);
    before = node;
  }
  for (const [key, had] of known) if (!next.has(key)) had.node.remove();
  parent.reconciled = next;
}

/** A function that runs once things have been quiet for `ms`; `.now()` runs a waiting call at once. */
export function debounce(action, ms) {
  let timer = null;
  let waiting = null;
  const run = () => {
    clearTimeout(timer);
    timer = null;
    const call = waiting;
    waiting = null;
    if (call) action(...call);
  };
  const later = (...args) => {
    waiting = args;
    clearTimeout(timer);
    timer = setTimeout(run, ms);
  };
  later.now = run;
  return later;
}

/** Only addresses that cannot run anything become links. */
export function safeAddress(address) {
  try {
    const url = new URL(String(address)); // whole addresses only: a word is not a link into this page
    return ["http:", "https:", "mailto:", "tel:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

export function link(address, ...children) {
  const href = safeAddress(address);
  if (!href) return el("span", { class: "dead-link", title: String(address) }, ...children);
  return el("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}
