// The side list: every sandbox of the server, and what is open in each.

import { part } from "./api.js";
import { h } from "./dom.js";
import { count } from "./format.js";
import { go, href, route } from "./router.js";

/** The list as it is now. */
export async function sandboxes(api, act) {
  const { items } = await api.get("sandboxes", { limit: 500 });
  const at = route();
  const known = items.some((one) => one.name === api.sandbox) ? items : [...items, { name: api.sandbox, tasks: 0, pending: 0 }];
  const sorted = known.toSorted((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
  const forget = () =>
    confirm(`Forget the sandbox ${api.sandbox} with all that is in it?`) &&
    act(() => api.remove(`sandboxes/${part(api.sandbox)}`), "The sandbox was forgotten.").then(() => go(href("default", "tasks")));
  const reset = () =>
    confirm(`Make the sandbox ${api.sandbox} as new? Its tasks and its journal go.`) &&
    act(() => api.post("reset", {}), `The sandbox ${api.sandbox} is as new.`);
  return [
    h("h2", {}, "Sandboxes"),
    h("ul", {}, sorted.map((one) => row(one, api.sandbox, at.view))),
    h(
      "p",
      { class: "row" },
      h("button", { type: "button", class: "quiet", onclick: reset }, "Reset"),
      api.sandbox === "default" ? null : h("button", { type: "button", class: "quiet", onclick: forget }, "Forget"),
    ),
  ];
}

function row(one, here, view) {
  const told = `${count(one.tasks, "task")}${one.pending ? `, ${one.pending} pending` : ""}`;
  return h(
    "li",
    { "data-key": one.name },
    h(
      "a",
      { href: href(one.name, view), "aria-current": one.name === here ? "true" : null, title: told },
      h("span", { class: "cut" }, one.name),
      h("span", { class: "many", "aria-label": told }, one.pending ? h("b", {}, `${one.pending} · `) : null, one.tasks),
    ),
  );
}
