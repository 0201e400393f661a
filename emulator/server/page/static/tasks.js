// Tasks, newest first and live; what is looked for stands in the address.

import { content, source } from "./content.js";
import { fill, h, renew } from "./dom.js";
import { badge, count, plain, time } from "./format.js";
import { read, toggled } from "./looking.js";
import { replaceQuery } from "./router.js";
import { task } from "./task.js";
import { VirtualList } from "./virtual.js";

const NEWEST = 200;
const OLDER = 500;
const FIELDS = { kind: "kind", project: "project", status: "state", state: "state", fixture: "fixture", mode: "mode" };
const CHIPS = [
  ["status", "finished"], ["status", "failed"], ["status", "in_progress"],
  ["kind", "text"], ["kind", "picture"], ["kind", "video"], ["mode", "async"],
];

/** The list, or the page of one task. */
export function tasks(context) {
  return context.at.rest.length ? task(context) : new TaskList(context);
}

class TaskList {
  constructor({ api, at, act, href }) {
    this.api = api;
    this.act = act;
    this.href = href;
    this.items = [];
    this.total = 0;
    this.asked = 0;
    this.box = h("input", {
      type: "search", name: "q", value: at.query.get("q") ?? "", placeholder: "kind:text project:comments status:failed fixture:gun* hello",
      "aria-label": "Search tasks", "aria-describedby": "search-help", autocomplete: "off", spellcheck: "false",
      oninput: () => this.typed(),
    });
    this.chips = h("div", { class: "chips", role: "group", "aria-label": "Filters" });
    this.told = h("p", { class: "told", role: "status" });
    this.list = new VirtualList({ label: "Tasks", height: 60, row: (one) => this.row(one), more: () => this.older() });
    this.empty = h("div", {});
    this.node = h(
      "div",
      { class: "view list" },
      h("header", { class: "head" }, h("h1", {}, "Tasks"), this.told),
      h("form", { class: "search", role: "search", onsubmit: (event) => event.preventDefault() }, this.box, this.chips),
      h("p", { id: "search-help", class: "hidden" }, "Words are looked for anywhere; kind, project, status, mode and fixture narrow it, and a star stands for anything."),
      this.empty,
      this.list.node,
    );
    this.showChips();
  }

  close() {
    this.list.close();
  }

  /** The address changed, and it is still this list. */
  moved(at) {
    const written = at.query.get("q") ?? "";
    if (written === this.box.value) return;
    this.box.value = written;
    this.typed();
  }

  typed() {
    replaceQuery(this.box.value ? { q: this.box.value } : {});
    this.showChips();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.refresh(true).catch((error) => this.failed(error)), 120);
  }

  showChips() {
    const words = read(this.box.value, FIELDS);
    renew(
      this.chips,
      CHIPS.map(([field, value]) =>
        h(
          "button",
          {
            type: "button", class: "chip", "aria-pressed": String(words[FIELDS[field]] === value), "data-key": value,
            onclick: () => {
              this.box.value = toggled(this.box.value, field, value);
              this.typed();
            },
          },
          plain(value),
        ),
      ),
    );
  }

  query() {
    return read(this.box.value, FIELDS);
  }

  async refresh(anew = false) {
    const mine = ++this.asked;
    const { items, total } = await this.api.get("tasks", { ...this.query(), limit: NEWEST });
    if (mine !== this.asked) return;
    const newest = items.reverse();
    const last = this.items.findIndex((one) => one.id === newest.at(-1)?.id);
    const older = anew || newest.length < NEWEST || last < 0 ? [] : this.items.slice(last + 1);
    this.show([...newest, ...older], total);
  }

  async older() {
    if (this.busy || this.items.length >= this.total || !this.items.length) return;
    this.busy = true;
    try {
      const query = { ...this.query(), before: this.items.at(-1).id, limit: OLDER };
      const before = this.asked;
      const { items } = await this.api.get("tasks", query);
      if (before === this.asked) this.show([...this.items, ...items.reverse()], this.total);
    } finally {
      this.busy = false;
    }
  }

  /** Something that was typed cannot be looked for. */
  failed(error) {
    this.told.textContent = error.message;
  }

  show(items, total) {
    this.items = items;
    this.total = total;
    this.told.textContent = total ? count(total, "task") : "";
    this.list.node.hidden = !items.length;
    this.list.set(items);
    fill(this.empty, items.length ? null : this.nothing());
  }

  nothing() {
    if (this.box.value) return h("p", { class: "empty" }, "No task is like that. Take something out of the search.");
    return h(
      "div",
      { class: "empty" },
      h("p", {}, "Nothing was submitted to this sandbox yet."),
      h("p", {}, "Send something from your application, from ", h("a", { href: this.href("compose") }, "Compose"), ", or with a shell:"),
      h("pre", {}, `hive-emulator populate${this.api.sandbox === "default" ? "" : ` --sandbox ${this.api.sandbox}`}`),
    );
  }

  row(one) {
    const marks = [
      ...one.triggered_rules.map((name) => h("span", { class: "mark", title: `Rule: ${name}` }, name)),
      ...one.faults.map(({ fault }) => h("span", { class: "mark bad", title: "Fault" }, plain(fault))),
    ];
    return h(
      "a",
      { class: "task", href: this.href("tasks", one.id) },
      h("span", { class: "first" }, content(one.submission), marks),
      h(
        "span",
        { class: "second" },
        one.state === "finished" ? null : badge(one.state),
        h("span", {}, one.project),
        one.mode === "async" ? h("span", {}, "async") : null,
        one.prediction ? source(one.prediction) : null,
        one.error_code ? h("span", {}, `code ${one.error_code}`) : null,
      ),
      h("span", { class: "when" }, time(one.at)),
    );
  }
}
