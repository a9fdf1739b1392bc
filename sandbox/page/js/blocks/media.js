// Pictures, videos and files. The page loads nothing from outside this machine: a picture that lives
// elsewhere is shown as its alt text and a link the person may follow.

import { el, link } from "../dom.js";
import { plain, textObject } from "../text/mrkdwn.js";

function isLocal(address) {
  try {
    const url = new URL(address, location.href);
    return url.protocol === "data:" || url.origin === location.origin || url.hostname === "127.0.0.1";
  } catch {
    return false;
  }
}

/** The address of a picture: its own, or that of a file uploaded to the sandbox. */
function addressOf(data, surface) {
  if (data.image_url) return data.image_url;
  const file = data.slack_file;
  if (file?.url) return file.url;
  if (!file?.id) return null;
  const known = surface?.files?.find((one) => one.id === file.id);
  return known?.url_private ?? `/files/${encodeURIComponent(file.id)}/picture`;
}

export function picture(address, alt, className) {
  if (address && isLocal(address)) {
    const local = new URL(address, location.href);
    // A file of this sandbox may be written with another name of this machine; ask where we are.
    const path = local.pathname.startsWith("/files/") ? local.pathname + local.search : local.href;
    const node = el("img", { class: className, src: path, alt, loading: "lazy" });
    node.addEventListener("error", () => node.replaceWith(el("span", { class: "picture-missing" }, `Picture: ${alt}`)));
    return node;
  }
  return el("span", { class: "picture-outside" }, el("span", { "aria-hidden": "true" }, "▧ "), alt || "A picture",
    address ? [" ", link(address, "open")] : "");
}

/** An image element inside a section, a context or a card. */
export const image = (data, surface, className) => picture(addressOf(data, surface), data.alt_text ?? "", className);

export function imageBlock(block, surface) {
  return el("figure", { class: "image-block" },
    block.title ? el("figcaption", {}, textObject(block.title, "span")) : "",
    picture(addressOf(block, surface), block.alt_text ?? "", "picture"));
}

/** A video plays elsewhere; here it is what it is, and a link. */
export function videoBlock(block) {
  const maker = [block.author_name, block.provider_name].filter(Boolean).map(plain).join(" · ");
  return el("div", { class: "card" },
    el("div", { class: "card-body" },
      el("div", { class: "card-title" }, "▷ ", link(block.title_url ?? block.video_url, plain(block.title?.text ?? "Video"))),
      maker ? el("div", { class: "quiet" }, maker) : "",
      block.description ? textObject(block.description) : "",
      block.alt_text ? el("div", { class: "quiet" }, plain(block.alt_text)) : ""));
}

/** A file somebody uploaded: a picture is shown, anything else is named. */
export function fileShown(file) {
  const address = file.url_private ?? file.permalink;
  const name = file.title || file.name || file.id;
  if ((file.mimetype ?? "").startsWith("image/")) {
    return el("figure", { class: "image-block" }, el("figcaption", {}, name),
      picture(address, file.alt_txt || name, "picture"));
  }
  return el("div", { class: "file" }, el("span", { "aria-hidden": "true" }, "🗎 "),
    address ? link(address, name) : name, file.size ? el("span", { class: "quiet" }, ` ${Math.ceil(file.size / 1024)} kB`) : "");
}

export const fileBlock = (block) => el("div", { class: "file" }, "🗎 ", block.external_id ?? block.file_id ?? "A file");
