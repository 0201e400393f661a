// The shell: which view is open, what is always in sight, and when things are asked anew.

import { Api, Silent, token } from "./api.js";
import { Clock } from "./clock.js";
import { fill, h, icon, renew } from "./dom.js";
import { Events } from "./events.js";
import { href, route } from "./router.js";
import { sandboxes } from "./sandboxes.js";
import { calls } from "./calls.js";
import { callbacks } from "./callbacks.js";
import { compose } from "./compose.js";
import { moderation } from "./moderation.js";
import { scenarios } from "./scenarios.js";
import { tasks } from "./tasks.js";

const VIEWS = {
  tasks: ["Tasks", tasks],
  calls: ["Calls", calls],
  callbacks: ["Callbacks", callbacks],
  moderation: ["Moderation", moderation],
  scenarios: ["Scenarios and faults", scenarios],
  compose: ["Compose", compose],
};
const PAUSE = 250;
const SLOWLY = 5000;

const $ = (id) => document.getElementById(id);
let api = null;
let events = null;
let clock = null;
let view = null;
let asked = null;
let due = false;
let busy = false;

/** Say something that passes. */
function notify(text, tone = "good") {
  const note = h("p", { class: "notice", "data-tone": tone }, text);
  $("notices").append(note);
  setTimeout(() => note.remove(), tone === "bad" ? 12000 : 5000);
}

/** Do something for somebody who asked for it, and say what came of it. */
async function act(doing, done) {
  try {
    const told = await doing();
    if (done) notify(typeof done === "function" ? done(told) : done);
    soon();
    return told;
  } catch (error) {
    failed(error);
    return null;
  }
}

function failed(error) {
  if (error.status === 401) askForToken();
  else notify(error.message, "bad");
  if (!(error.status || error instanceof Silent)) console.error(error);
}

// Asking anew: soon after something was heard, and never before the last answer is here.

function soon() {
  if (due) return;
  due = true;
  setTimeout(refresh, PAUSE);
}

async function refresh() {
  if (busy || document.hidden) {
    // Whoever looks again gets everything at once.
    if (busy) setTimeout(refresh, PAUSE);
    return;
  }
  due = false;
  busy = true;
  const began = performance.now();
  try {
    await Promise.all([view?.refresh(), clock?.refresh(), showSandboxes()]);
    $("main").removeAttribute("data-failed");
  } catch (error) {
    show(error);
  } finally {
    // Where answers take long, more of them would only take longer.
    const pause = Math.min(2 * (performance.now() - began), SLOWLY);
    setTimeout(() => (busy = false), pause);
  }
}

function show(error) {
  if (error.status === 401) askForToken();
  else if (error.status && view?.failed) view.failed(error);
  else if (error.status) fill($("main"), h("p", { class: "empty", role: "alert" }, error.message));
  if (!(error.status || error instanceof Silent)) console.error(error);
}

async function showSandboxes() {
  renew($("sandboxes"), await sandboxes(api, act));
}

// The line

function lineChanged({ state, wait, error }) {
  const words = { live: "Live", lost: "Connection lost", refused: "Not allowed" };
  renew($("line"), h("span", { class: "dot", "data-tone": state }), words[state]);
  if (state === "live") {
    fill($("banner"));
    soon();
    return;
  }
  if (state === "refused") {
    if (error.status === 401) askForToken();
    else fill($("banner"), h("p", {}, error.message));
    return;
  }
  const again = h("button", { type: "button", onclick: () => events.now() }, "Try now");
  const seconds = `${(wait / 1000).toFixed(1).replace(".0", "")} s`;
  renew($("banner"), h("p", {}, `Connection lost: the emulator does not answer. Trying again in ${seconds}. `, again));
}

function askForToken() {
  if (document.querySelector("dialog")) return;
  const dialog = h(
    "dialog",
    { "aria-labelledby": "token-title" },
    h("h2", { id: "token-title" }, "This emulator asks for a token"),
    h("p", {}, "It was started with --admin-token. The token stays in this tab."),
    h(
      "form",
      {
        onsubmit: (event) => {
          event.preventDefault();
          token.set(event.target.elements.token.value);
          dialog.remove();
          begin(true);
        },
      },
      h("label", {}, "Token ", h("input", { name: "token", type: "password", required: true, autocomplete: "off" })),
      h("button", { class: "main", type: "submit" }, "Continue"),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
}

// Views

function begin(anew = false) {
  const at = route();
  const [title, open] = VIEWS[at.view] ?? [];
  if (anew || at.sandbox !== api?.sandbox) enter(at.sandbox);
  showViews(at);
  const place = [at.sandbox, at.view, ...at.rest].join("/");
  if (!anew && place === asked && view?.moved) {
    view.moved(at);
    return;
  }
  asked = place;
  view?.close?.();
  document.title = `${title ?? "Not found"} · ${at.sandbox} · hive-emulator`;
  if (!open) {
    view = null;
    fill($("main"), h("p", { class: "empty" }, `There is no view ${at.view}.`));
    return;
  }
  view = open({ api, at, act, notify, soon, href: (...parts) => href(at.sandbox, ...parts) });
  fill($("main"), view.node);
  $("main").scrollTop = 0;
  due = true;
  refresh();
}

function enter(sandbox) {
  api = new Api(sandbox);
  events?.stop();
  clock = new Clock($("clock"), api, act);
  renew($("line"), h("span", { class: "dot" }), "Connecting");
  const heard = (entry) => {
    view?.heard?.(entry);
    soon();
  };
  events = new Events(sandbox, { heard, changed: lineChanged });
}

function showViews(at) {
  const links = Object.entries(VIEWS).map(([name, [title]]) =>
    h(
      "a",
      { href: href(at.sandbox, name), "aria-current": name === at.view ? "page" : null, "data-key": name },
      icon(name),
      title,
    ),
  );
  renew($("views"), links);
}

addEventListener("hashchange", () => begin());
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) refresh();
});
document.querySelector(".skip").onclick = (event) => {
  event.preventDefault();
  $("main").focus();
};
setInterval(() => clock?.tick(), 1000);
setInterval(() => !document.hidden && showSandboxes().catch(() => {}), SLOWLY);
begin();
