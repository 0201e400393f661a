// One callback: its attempts, and what may be done to it.

import { part } from "./api.js";
import { h } from "./dom.js";
import { badge, plain, pretty, size, time } from "./format.js";

/** The buttons of a callback, those that make sense in its state. */
export function actions(one, { api, act }) {
  const button = (name, title, done) =>
    h("button", { type: "button", "data-key": name, onclick: () => act(() => api.post(`callbacks/${part(one.id)}/${name}`, {}), done) }, title);
  if (one.state === "scheduled") {
    return [button("send-now", "Send now", `${one.id} goes out.`), button("drop", "Drop", `${one.id} was dropped.`)];
  }
  if (one.state === "in_flight") return [button("drop", "Drop", `${one.id} was dropped.`)];
  return [button("resend", "Resend", `${one.id} goes out once more.`)];
}

/** One attempt: when it was due and made, what came of it, and both bodies. */
export function attempt(one) {
  const good = one.status >= 200 && one.status < 300;
  return [
    h(
      "p",
      {},
      h("b", {}, `Attempt ${one.number} `),
      one.status ? badge(String(one.status), good ? "finished" : "failed") : badge("no answer", "failed"),
      ` in ${one.latency} ms`,
      one.fault ? h("span", { class: "mark bad" }, plain(one.fault)) : null,
    ),
    one.error ? h("p", { class: "bad" }, one.error) : null,
    h("p", { class: "faint" }, "Due ", time(one.due), ", sent ", time(one.at), ` to ${one.url}`),
    one.request ? body("What was sent", one.request) : null,
    one.response ? body("What came back", { body: one.response }) : null,
  ];
}

/** A body that opens. */
export function body(title, sent) {
  const length = sent.size === undefined ? "" : ` (${size(sent.size)}${sent.cut ? ", cut" : ""})`;
  const text = sent.body === null ? "It was refused before it was read." : pretty(sent.body);
  return h("details", {}, h("summary", {}, title, length), h("pre", { tabindex: "0" }, text));
}
