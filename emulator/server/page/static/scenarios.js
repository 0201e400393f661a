// What goes wrong, and why something was not recognised: scenario, faults, fixtures and their files.

import { part } from "./api.js";
import { content } from "./content.js";
import { fill, h, renew } from "./dom.js";
import { badge, count, plain, time } from "./format.js";

const FEW = 20;

/** The one page of all of it. */
export function scenarios(context) {
  return new Scenarios(context);
}

class Scenarios {
  constructor(context) {
    this.context = context;
    this.active = h("section", { class: "card", "aria-label": "Scenario" });
    this.added = h("div", {});
    this.form = h("div", {});
    this.unmatched = h("section", { class: "card", "aria-label": "Unmatched submissions" });
    this.unused = h("section", { class: "card", "aria-label": "Unused fixtures" });
    this.fixtures = h("section", { class: "card", "aria-label": "Run-time fixtures" });
    this.problems = h("section", { class: "card", "aria-label": "Problems in files" });
    const faults = h("section", { class: "card", "aria-label": "Faults" }, h("h2", {}, "Faults"), this.added, this.form);
    this.node = h("div", { class: "view detail" }, h("header", { class: "head" }, h("h1", {}, "Scenarios and faults")),
      h("div", { class: "columns" }, h("div", {}, this.active, faults, this.fixtures), h("div", {}, this.problems, this.unmatched, this.unused)));
    this.offer().catch(() => {});
  }

  async refresh() {
    const { api } = this.context;
    const [known, current, faults, unmatched, unused, fixtures, problems] = await Promise.all([
      api.get("scenarios"), api.get("scenario").catch((error) => ({ error })), api.get("faults"), api.get("unmatched", { limit: FEW }),
      api.get("fixtures/unused", { limit: FEW }), api.get("fixtures"), api.get("problems"),
    ]);
    renew(this.active, ...this.scenario(known.items, current));
    renew(this.added, ...this.steps(faults.items));
    renew(this.fixtures, ...this.runtime(fixtures.items));
    renew(this.unmatched, ...this.notKnown(unmatched));
    renew(this.unused, ...this.notUsed(unused));
    renew(this.problems, ...wrong(problems.items));
  }

  scenario(known, current) {
    const { api, act } = this.context;
    const choose = (event) => {
      event.preventDefault();
      const { value } = event.target.elements.scenario;
      act(() => api.put("scenario", { name: value }), `The scenario is ${value}.`);
    };
    const options = known.map((one) => h("option", { value: one.name, title: one.description, selected: one.active, "data-key": one.name }, one.name));
    return [
      h("h2", {}, "Scenario "),
      current.error ? h("p", { class: "bad" }, current.error.message) : h("p", {}, h("b", {}, current.name), " ", badge("active", "live"), h("br"), h("span", { class: "faint" }, current.description)),
      h("form", { class: "row", onsubmit: choose }, h("select", { name: "scenario", "aria-label": "Scenario" }, options), h("button", { type: "submit" }, "Switch")),
      current.steps?.length ? h("table", {}, h("thead", {}, h("tr", {}, ["On", "What", "Left"].map((one) => h("th", { scope: "col" }, one)))), h("tbody", {}, current.steps.map(step))) : null,
      current.timeline?.length ? h("ul", { class: "plain", "aria-label": "Timeline of the scenario" }, current.timeline.map((one) => h("li", {}, `From ${one.from}${one.to ? ` to ${one.to}` : " on"}: `, h("span", { class: "mark bad" }, plain(one.fault))))) : null,
    ];
  }

  steps(items) {
    const { api, act } = this.context;
    if (!items.length) return [h("p", { class: "faint" }, "None was added here. A fault that is added comes before the scenario's own steps.")];
    const remove = (one) => act(() => api.remove(`faults/${part(one.id)}`), `${one.id} is taken away.`);
    return [
      h("ul", { class: "plain", "aria-label": "Added faults" }, items.map((one) => h("li", { "data-key": one.id, class: "row wide" },
        h("span", {}, badge(one.fault ?? "script", "failed"), ` on ${one.on.map(plain).join(", ")}, ${left(one)}${one.when ? `, when ${told(one.when)}` : ""} `),
        h("button", { type: "button", class: "quiet", "aria-label": `Remove ${one.id}`, onclick: () => remove(one) }, "Remove")))),
      h("button", { type: "button", class: "quiet", onclick: () => act(() => api.remove("faults"), "All added faults are taken away.") }, "Remove all"),
    ];
  }

  /** What may be added; asked once, since it never changes. */
  async offer() {
    const { items } = await this.context.api.get("faults/possible");
    this.known = new Map(items.map((one) => [one.name, one]));
    fill(this.form, h("form", { class: "stack", "aria-label": "Add a fault", onsubmit: (event) => this.add(event), onchange: (event) => event.target.name === "fault" && this.detail() },
      h("label", {}, "Fault ", h("select", { name: "fault" }, items.map((one) => h("option", { value: one.name }, one.name)))),
      h("div", { class: "settings" }),
      h("label", {}, "How often ", h("input", { name: "times", type: "number", min: 1, placeholder: "for ever", value: 1 })),
      h("label", {}, "Only texts that contain ", h("input", { name: "contains", placeholder: "anything" })),
      h("button", { type: "submit", class: "main" }, "Add the fault")));
    this.detail();
  }

  detail() {
    const form = this.form.querySelector("form");
    const { meaning, on, settings } = this.known.get(form.elements.fault.value);
    fill(form.querySelector(".settings"), h("p", { class: "faint" }, `${meaning}.`),
      h("label", {}, "On ", h("select", { name: "on" }, on.map((one) => h("option", { value: one }, plain(one))))),
      settings.map((one) => h("label", { title: one.meaning }, `${plain(one.name)} `, h("input", { name: `set.${one.name}`, placeholder: one.default ?? "left out" }))));
  }

  add(event) {
    event.preventDefault();
    const { fault, on, times, contains } = event.target.elements;
    const body = { fault: fault.value, on: on.value };
    if (times.value) body.times = Number(times.value);
    if (contains.value) body.when = { text_contains: contains.value };
    for (const { name } of this.known.get(fault.value).settings) {
      const { value } = event.target.elements[`set.${name}`];
      if (value) body[name] = /^\d+$/.test(value) ? Number(value) : value;
    }
    this.context.act(() => this.context.api.post("faults", body), `${plain(fault.value)} is in force.`);
  }

  runtime(items) {
    const { api, act } = this.context;
    const remove = (one) => act(() => api.remove(`fixtures/${part(one.name)}`), "The fixture is taken away.");
    return [
      h("h2", {}, "Run-time fixtures"),
      items.length ? h("ul", { class: "plain" }, items.map((one) => h("li", { class: "row wide", "data-key": one.name }, h("span", {}, h("b", {}, one.name), h("br"), h("span", { class: "faint" }, `when ${told(one.when)}`)),
        h("button", { type: "button", class: "quiet", "aria-label": `Remove ${one.name}`, onclick: () => remove(one) }, "Remove"))))
        : h("p", { class: "faint" }, "None. “Change a score” on the page of a task adds one, and so does POST /_emulator/fixtures."),
    ];
  }

  notKnown({ items, total }) {
    const { href } = this.context;
    return [
      h("h2", {}, "Unmatched submissions"),
      items.length ? [h("p", { class: "faint" }, `${count(total, "submission")} that no fixture knew${total > items.length ? `, the newest ${items.length} shown` : ""}.`), h("ul", { class: "plain" }, items.toSorted((a, b) => (a.at < b.at ? 1 : -1)).map((one) => h("li", { "data-key": one.id },
        h("a", { class: "row wide", href: href(one.state === "refused" ? "calls" : "tasks", one.id) }, content(one.submission)),
        h("span", { class: "faint" }, one.project, ", ", time(one.at)),
        one.nearest.length ? h("p", {}, h("span", { class: "faint" }, "Nearest: "), one.nearest[0]) : null,
        one.nearest.length > 1 ? h("details", {}, h("summary", {}, `${one.nearest.length - 1} more`), h("ul", {}, one.nearest.slice(1).map((near) => h("li", {}, near)))) : null)))]
        : h("p", { class: "faint" }, "None: every submission was known by a fixture, a directive or a step."),
    ];
  }

  notUsed({ items, total }) {
    return [
      h("h2", {}, "Unused fixtures"),
      items.length ? [h("p", { class: "faint" }, `${count(total, "fixture")} of your own had no say here${total > items.length ? `, ${items.length} shown` : ""}.`), h("ul", { class: "plain" }, items.map((one) => h("li", { "data-key": one.name }, h("b", {}, one.name), " ", h("span", { class: "faint" }, one.where), h("br"), one.reason)))]
        : h("p", { class: "faint" }, "None: each of your own had a say, or there are none. --fixtures names a folder of them."),
    ];
  }
}

function wrong(items) {
  return [
    h("h2", {}, "Problems in files"),
    items.length ? h("ul", { class: "plain" }, items.map((one) => h("li", { "data-key": one.where + one.what }, badge(one.level, one.level === "error" ? "failed" : "dropped"), " ", h("code", {}, one.where), h("br"), one.what)))
      : h("p", { class: "faint" }, "None. With --watch a file that breaks is told here, and the last good ones stay."),
  ];
}

const told = (when) => Object.entries(when).map(([key, values]) => `${key} ${values.map((one) => `“${one}”`).join(" or ")}`).join(" and ");

const left = (one) => (one.left === null ? "for ever" : `${one.left} left of ${one.times}`);

function step(one) {
  return h("tr", {}, h("td", {}, one.on.map(plain).join(", ")), h("td", {}, one.fault ? h("span", { class: "mark bad" }, plain(one.fault)) : "script", one.when ? ` when ${told(one.when)}` : ""), h("td", {}, left(one)));
}
