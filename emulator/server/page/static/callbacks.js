// Callbacks and webhooks: where each stands, and what may be done to it.

import { part } from "./api.js";
import { actions, attempt } from "./callback.js";
import { fill, h, renew } from "./dom.js";
import { badge, count, plain, time } from "./format.js";
import { go } from "./router.js";
import { VirtualList } from "./virtual.js";

const NEWEST = 500;
const STATES = ["scheduled", "in_flight", "delivered", "failed", "dropped"];

/** The list, or one callback. */
export function callbacks(context) {
  return context.at.rest.length ? new CallbackPage(context, context.at.rest[0]) : new CallbackList(context);
}

class CallbackList {
  constructor(context) {
    this.context = context;
    this.state = context.at.query.get("state");
    this.limit = NEWEST;
    this.chips = h("div", { class: "chips", role: "group", "aria-label": "States" });
    this.told = h("p", { class: "told", role: "status" });
    this.list = new VirtualList({ label: "Callbacks", height: 64, row: (one) => this.row(one), more: () => this.more() });
    this.empty = h("div", {});
    this.node = h("div", { class: "view list" }, h("header", { class: "head" }, h("h1", {}, "Callbacks"), this.told),
      h("div", { class: "search" }, this.chips), this.empty, this.list.node);
    this.showChips();
  }

  close() {
    this.list.close();
  }

  moved(at) {
    this.state = at.query.get("state");
    this.showChips();
    this.context.soon();
  }

  showChips() {
    const to = (state) => go(this.context.href("callbacks", state ? { state } : {}));
    renew(this.chips, [null, ...STATES].map((state) =>
      h("button", { type: "button", class: "chip", "data-key": state ?? "all", "aria-pressed": String(state === this.state), onclick: () => to(state) }, plain(state ?? "all"))));
  }

  more() {
    if (this.limit >= this.total) return;
    this.limit *= 2;
    this.context.soon();
  }

  async refresh() {
    const { items, total } = await this.context.api.get("callbacks", { state: this.state, limit: this.limit });
    this.total = total;
    this.told.textContent = total ? count(total, "callback") : "";
    this.list.node.hidden = !items.length;
    this.list.set(items.reverse());
    const why = this.state
      ? `No callback is ${plain(this.state)}.`
      : "No callback is owed. Submit something asynchronously with a callback_url, from your application or from Compose.";
    fill(this.empty, items.length ? null : h("p", { class: "empty" }, why));
  }

  row(one) {
    const last = one.attempts.at(-1);
    return [
      h("a", { class: "task", href: this.context.href("callbacks", one.id) },
        h("span", { class: "first" }, badge(one.state), h("span", { class: "cut" }, one.url)),
        h("span", { class: "second" }, h("span", {}, one.id), one.kind === "webhook" ? h("span", {}, "webhook") : null,
          h("span", {}, count(one.attempts.length, "attempt")),
          one.due ? h("span", {}, "due ", time(one.due)) : null,
          last?.error ? h("span", { class: "cut" }, last.error) : last?.status ? h("span", {}, String(last.status)) : null)),
      h("span", { class: "actions" }, actions(one, this.context)),
    ];
  }
}

class CallbackPage {
  constructor(context, id) {
    this.context = context;
    this.id = id;
    this.node = h("div", { class: "view detail" });
  }

  async refresh() {
    const { api, href } = this.context;
    const one = await api.get(`callbacks/${part(this.id)}`);
    const ofTask = one.kind === "callback";
    renew(
      this.node,
      h("header", { class: "head" },
        h("p", { class: "crumbs" }, h("a", { href: href("callbacks") }, "Callbacks"), ` / ${one.id}`),
        h("h1", { class: "content" }, h("span", { class: "cut" }, one.url)),
        h("p", { class: "meta" }, badge(one.state), h("span", {}, one.kind), one.due ? h("span", {}, "due ", time(one.due)) : null,
          ofTask ? null : h("span", {}, `${plain(one.action)} by ${one.by}`),
          one.task_id ? h("a", { href: href("tasks", one.task_id) }, "its task") : null),
        h("p", { class: "row" }, actions(one, this.context))),
      h("section", { class: "card", "aria-label": "Attempts" }, h("h2", {}, "Attempts"),
        one.attempts.length
          ? h("ol", { class: "timeline" }, one.attempts.map((made) => h("li", {}, attempt(made))))
          : h("p", { class: "faint" }, "None yet.")),
    );
  }
}
