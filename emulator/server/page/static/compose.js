// Send something as an application would, and watch what happens.

import { fill, h } from "./dom.js";
import { body } from "./callback.js";
import { badge, plain } from "./format.js";
import { TaskPage } from "./task.js";

const FIELDS = { text: "text_data", url: "url", file: "media" };

/** The form, and beneath it what became of the last thing that was sent. */
export function compose(context) {
  return new Compose(context);
}

class Compose {
  constructor(context) {
    this.context = context;
    this.fields = h("div", { class: "stack" });
    this.dashboard = h("div", { class: "stack", hidden: true },
      h("label", {}, "Patron ", h("input", { name: "patron_id", value: "ann" })),
      h("label", {}, "Post ", h("input", { name: "post_id", value: "p1" })),
      h("label", {}, "Patron metadata ", h("input", { name: "patron_metadata", placeholder: '{"verified": true}' })));
    this.whom = h("select", { name: "whom" });
    this.presets = h("select", { name: "preset" }, h("option", { value: "" }, "None"));
    this.result = h("div", { class: "result", role: "region", "aria-label": "What became of it" });
    this.form = h("form", { class: "stack", "aria-label": "Compose", onsubmit: (event) => this.send(event), onchange: (event) => this.changed(event) },
      h("label", {}, "For ", this.whom),
      h("label", {}, "Preset ", this.presets),
      h("fieldset", {}, h("legend", {}, "What"), radios("kind", { text: "Text", url: "URL", file: "File" }, "text")),
      this.fields, this.dashboard,
      h("fieldset", {}, h("legend", {}, "How"), radios("mode", { sync: "Synchronous", async: "Asynchronous" }, "sync")),
      h("label", { class: "back" }, "Callback URL ", h("input", { name: "callback_url", placeholder: "http://127.0.0.1:9000/hook", inputmode: "url" })),
      h("label", {}, "Metadata ", h("input", { name: "metadata", placeholder: "anything" })),
      h("button", { type: "submit", class: "main" }, "Send"));
    this.node = h("div", { class: "view detail" }, h("header", { class: "head" }, h("h1", {}, "Compose")),
      h("div", { class: "compose" }, h("section", { class: "card" }, this.form), this.result));
    fill(this.result, h("p", { class: "empty" }, "What you send is shown here as it happens. A preset trips one of the fixtures."));
    this.kind("text");
    this.offer().catch((error) => fill(this.result, h("p", { class: "empty", role: "alert" }, error.message)));
  }

  refresh() {
    return this.watched?.refresh();
  }

  async offer() {
    const { api } = this.context;
    const [projects, applications, presets] = await Promise.all([api.get("projects"), api.get("applications"), api.get("presets")]);
    const group = (what, items) => h("optgroup", { label: `${plain(what)}s` }, items.map((one) => h("option", { value: `${what} ${one.name}` }, one.name)));
    fill(this.whom, group("project", projects.items), group("application", applications.items));
    this.choose(["project any", "project text"]);
    this.rules = applications.items.flatMap((one) => one.rules.map((rule) => ({ application: one.name, rule })));
    const known = new Map();
    for (const one of [...presets.items, ...this.examples()]) {
      const kind = one.whom ? "of rules" : one.kind;
      known.set(kind, [...(known.get(kind) ?? []), one]);
    }
    this.known = [];
    fill(this.presets, h("option", { value: "" }, "None"), [...known].map(([kind, items]) => h("optgroup", { label: kind }, items.map((one) => {
      this.known.push(one);
      return h("option", { value: this.known.length }, one.name);
    }))));
  }

  /** Texts that trip the rules of an application, where a rule names them. */
  examples() {
    return this.rules
      .filter(({ rule }) => rule.when.text_contains_any)
      .map(({ application, rule }) => ({ name: rule.name, whom: `application ${application}`, fields: { text_data: `Buy my ${rule.when.text_contains_any[0]}!` } }));
  }

  choose(wanted) {
    const values = [...this.whom.options].map((one) => one.value);
    const found = wanted.find((one) => values.includes(one));
    if (found) this.whom.value = found;
    this.showDashboard();
  }

  changed({ target }) {
    if (target.name === "kind") this.kind(target.value);
    if (target.name === "whom") this.showDashboard();
    if (target.name === "preset" && target.value) this.preset(this.known[Number(target.value) - 1]);
  }

  preset({ fields, whom, project }) {
    const kind = fields.url ? "url" : "text";
    this.form.elements.kind.value = kind;
    this.kind(kind, fields.url ?? fields.text_data);
    if (whom) this.choose([whom]);
    else if (project) this.choose([`project ${project}`]);
    else if (this.takes() !== "any" && this.takes() !== kind) this.choose(["project any"]);
  }

  /** What the chosen project takes, as far as its name tells. */
  takes() {
    const name = this.whom.value.split(" ")[1];
    return { text: "text", visual: "url" }[name] ?? "any";
  }

  showDashboard() {
    this.dashboard.hidden = !this.whom.value.startsWith("application ");
  }

  kind(kind, value = "") {
    const made = {
      text: () => h("label", {}, "Text ", h("textarea", { name: "text_data", rows: 4, value, required: true })),
      url: () => h("label", {}, "URL ", h("input", { name: "url", value, required: true, inputmode: "url", placeholder: "https://cdn.test/hive-gun_in_hand.jpg" })),
      file: () => h("label", {}, "File ", h("input", { name: "media", type: "file", required: true })),
    };
    fill(this.fields, made[kind]());
  }

  async send(event) {
    event.preventDefault();
    const { elements } = this.form;
    const [what, name] = this.whom.value.split(/ (.*)/s);
    const field = FIELDS[elements.kind.value];
    const dashboard = what === "application" ? ["patron_id", "post_id", "patron_metadata"] : [];
    const sent = new FormData();
    sent.set(field, field === "media" ? elements.media.files[0] : elements[field].value);
    for (const one of [...dashboard, "callback_url", "metadata"]) if (elements[one].value) sent.set(one, elements[one].value);
    const query = { [what]: name, mode: elements.mode.value };
    const told = await this.context.act(() => this.context.api.post("submit", sent, query));
    if (told) this.show(told);
  }

  show(told) {
    const good = told.status >= 200 && told.status < 400;
    const head = h("p", { class: "row" }, badge(told.status ? String(told.status) : "no answer", good ? "finished" : "failed"),
      h("a", { href: this.context.href("calls", told.id) }, "the call"), told.task_id ? h("a", { href: this.context.href("tasks", told.task_id) }, "the task") : null);
    if (told.task_id) {
      this.watched = new TaskPage(this.context, told.task_id, { embedded: true });
      fill(this.result, head, this.watched.node);
      this.context.soon();
      return;
    }
    this.watched = null;
    fill(this.result, head, h("section", { class: "card" }, h("h2", {}, "Refused"), h("p", { class: "bad" }, told.refusal ?? ""), told.answer ? body("Raw answer", told.answer) : null));
  }
}

function radios(name, options, chosen) {
  return Object.entries(options).map(([value, title]) => h("label", { class: "radio" }, h("input", { type: "radio", name, value, checked: value === chosen }), title));
}
