// The calls of the emulated API, those too that were refused and never became a task.

import { part } from "./api.js";
import { body } from "./callback.js";
import { content, source } from "./content.js";
import { fill, h, renew } from "./dom.js";
import { badge, count, time } from "./format.js";
import { read } from "./looking.js";
import { replaceQuery } from "./router.js";
import { VirtualList } from "./virtual.js";

const NEWEST = 300;
const FIELDS = { status: "status", project: "project", path: "path", method: "method" };

/** The list, or one call. */
export function calls(context) {
  return context.at.rest.length ? new CallPage(context, context.at.rest[0]) : new CallList(context);
}

class CallList {
  constructor({ api, at, href }) {
    this.api = api;
    this.href = href;
    this.limit = NEWEST;
    this.box = h("input", {
      type: "search", name: "q", value: at.query.get("q") ?? "", placeholder: "status:4* project:text path:*/async", "aria-label": "Search calls",
      autocomplete: "off", spellcheck: "false", oninput: () => this.typed(),
    });
    this.told = h("p", { class: "told", role: "status" });
    this.list = new VirtualList({ label: "Calls", height: 60, row: (one) => this.row(one), more: () => this.more() });
    this.empty = h("div", {});
    this.node = h("div", { class: "view list" }, h("header", { class: "head" }, h("h1", {}, "Calls"), this.told),
      h("form", { class: "search", role: "search", onsubmit: (event) => event.preventDefault() }, this.box), this.empty, this.list.node);
  }

  close() {
    this.list.close();
  }

  moved(at) {
    this.box.value = at.query.get("q") ?? "";
    this.refresh();
  }

  typed() {
    replaceQuery(this.box.value ? { q: this.box.value } : {});
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.refresh().catch((error) => (this.told.textContent = error.message)), 120);
  }

  more() {
    if (this.limit >= this.total) return;
    this.limit *= 2;
    this.refresh().catch(() => {});
  }

  async refresh() {
    const { q, ...query } = read(this.box.value, FIELDS);
    const { items, total } = await this.api.get("requests", { ...query, limit: this.limit });
    const needle = q.toLowerCase();
    const shown = items.reverse().filter((one) => !needle || JSON.stringify(one).toLowerCase().includes(needle));
    this.total = total;
    this.told.textContent = total ? count(needle ? shown.length : total, "call") : "";
    this.list.node.hidden = !shown.length;
    this.list.set(shown);
    const why = this.box.value ? "No call is like that." : "Nobody called yet. Point your application at this server, or send something from Compose.";
    fill(this.empty, shown.length ? null : h("p", { class: "empty" }, why));
  }

  row(one) {
    return h("a", { class: "task", href: this.href("calls", one.id) },
      h("span", { class: "first" }, status(one.status), h("span", { class: "cut" }, `${one.method} ${one.path}`)),
      h("span", { class: "second" }, one.project ? h("span", {}, one.project) : null, h("span", { class: "cut" }, one.refusal ?? content(one.submission))),
      h("span", { class: "when" }, time(one.at)));
  }
}

const status = (code) => badge(code ? String(code) : "no answer", code >= 200 && code < 400 ? "finished" : "failed");

class CallPage {
  constructor(context, id) {
    this.context = context;
    this.id = id;
    this.node = h("div", { class: "view detail" });
  }

  async refresh() {
    const one = await this.context.api.get(`requests/${part(this.id)}`);
    const { href } = this.context;
    const headers = one.request.headers.map(([name, value]) => `${name}: ${value}`).join("\n");
    renew(
      this.node,
      h("header", { class: "head" },
        h("p", { class: "crumbs" }, h("a", { href: href("calls") }, "Calls"), ` / ${one.id}`),
        h("h1", { class: "content" }, h("span", { class: "cut" }, `${one.method} ${one.path}`)),
        h("p", { class: "meta" }, status(one.status), h("span", {}, one.project ?? "no project"), time(one.at))),
      one.refusal ? h("section", { class: "card" }, h("h2", {}, "Refused"), h("p", { class: "bad" }, one.refusal), one.because ? h("p", {}, "Because of ", source(one.because)) : null) : null,
      one.task_id ? h("p", {}, h("a", { href: href("tasks", one.task_id) }, "The task that it became")) : null,
      h("section", { class: "card" }, h("h2", {}, "Request"), headers ? h("pre", { tabindex: "0" }, headers) : null, body("Raw request", one.request)),
      h("section", { class: "card" }, h("h2", {}, "Answer"), one.answer ? body("Raw answer", one.answer) : h("p", { class: "faint" }, "None was given, or it was not kept.")),
    );
  }
}
