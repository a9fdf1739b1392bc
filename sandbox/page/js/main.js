// The start: who is looking, then follow what they see and draw it.

import * as api from "./api.js";
import { el } from "./dom.js";
import { drawMain } from "./parts/main.js";
import { drawModals } from "./parts/modal.js";
import { follow as followNotices } from "./parts/notices.js";
import { drawSidebar } from "./parts/sidebar.js";
import { chooser, openSwitcher, teamMenu } from "./parts/switcher.js";
import { drawTopbar, startTopbar } from "./parts/topbar.js";
import { changed, follow, markRead, here, state, subscribe } from "./state.js";

const main = document.getElementById("main");
const sidebar = document.getElementById("sidebar");
const trouble = el("div", { class: "trouble", role: "alert", hidden: true });
document.body.append(trouble);

let noticesFor = null;

function draw() {
  if (state.nobody) {
    if (!document.body.classList.contains("welcoming")) welcome();
    return;
  }
  document.body.classList.remove("welcoming");
  trouble.hidden = !state.trouble;
  trouble.textContent = state.trouble ?? "";
  if (!state.view) return;
  drawTopbar();
  drawSidebar(sidebar);
  drawMain(main);
  drawModals();
  if (noticesFor !== state.view.rev) {
    noticesFor = state.view.rev;
    followNotices(state.view);
  }
}

/** Nobody chosen yet: the list of people is the page. */
async function welcome() {
  trouble.hidden = true;
  document.body.classList.add("welcoming");
  const answer = await api.people();
  const list = answer.people ?? [];
  const { search, node } = chooser(list, new AbortController().signal);
  main.replaceChildren(el("div", { class: "welcome" },
    el("h1", {}, "Who are you today?"), teamMenu(),
    state.who ? el("p", {}, `There is no ${state.who} here.`) : "",
    el("p", { class: "quiet" }, "This is a local workspace: nothing here leaves this machine. Act as anybody, and switch whenever you like."),
    list.length ? node : el("p", {}, answer.say ?? "There are no people here yet.")));
  search.focus();
}

startTopbar(document.getElementById("topbar"));
if (state.who) {
  subscribe(draw);
  // What is read counts as read only while the window is looked at.
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && state.view && here().channel) {
      markRead(here().channel);
      changed();
    }
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && !document.querySelector("dialog[open]")) {
      event.preventDefault();
      openSwitcher();
    }
  });
  follow();
} else {
  welcome();
}
