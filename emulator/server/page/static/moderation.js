// Posts and patrons: what is to be looked at, their history, and acting as the moderator.

import { content } from "./content.js";
import { fill, h, renew } from "./dom.js";
import { badge, count, plain, time } from "./format.js";
import { reasons } from "./task.js";

const NEWEST = 200;
const TABS = { review: "Review", posts: "Posts", patrons: "Patrons", webhooks: "Webhooks", rules: "Rules" };
const DEEDS = {
  post: [["delete_post", "Delete"], ["send_post_to_review", "Send to review"], ["tag_post", "Tag", "tag"]],
  patron: [["ban_patron", "Ban"], ["suspend_patron", "Suspend", "for"], ["send_patron_to_review", "Send to review"], ["tag_patron", "Tag", "tag"]],
};

/** A list of them, or one post or patron: moderation/TAB/APPLICATION/ID. */
export function moderation(context) {
  const [tab = "review", application, id] = context.at.rest;
  if (id !== undefined) return new SubjectPage(context, tab, application, id);
  return new Lists(context, tab in TABS ? tab : "review");
}

const done = (action) => (typeof action === "string" ? plain(action) : Object.entries(action).map(([name, settings]) => `${plain(name)} (${Object.values(settings).join(", ")})`).join());

class Lists {
  constructor(context, tab) {
    this.context = context;
    this.tab = tab;
    const tabs = Object.entries(TABS).map(([name, title]) =>
      h("a", { class: "chip", href: context.href("moderation", name), "aria-current": name === tab ? "page" : null }, title));
    this.told = h("p", { class: "told", role: "status" });
    this.body = h("div", {});
    this.node = h("div", { class: "view detail" }, h("header", { class: "head line-of" }, h("h1", {}, "Moderation"), this.told),
      h("nav", { class: "chips", "aria-label": "Moderation" }, tabs), this.body);
  }

  async refresh() {
    if (this.tab === "rules") return this.rules();
    if (this.tab === "webhooks") return this.webhooks();
    const { items, total } = await this.context.api.get(this.tab, { limit: NEWEST });
    this.told.textContent = total ? `${count(total, "item")}${total > items.length ? `, the newest ${items.length} shown` : ""}` : "";
    const rows = items.reverse().map((one) => this.row(one, one.type ?? this.tab.slice(0, -1)));
    renew(this.body, rows.length ? h("ul", { class: "cards", "aria-label": TABS[this.tab] }, rows) : h("p", { class: "empty" }, this.nothing()));
    return null;
  }

  nothing() {
    if (this.tab === "review") return "Nobody has to look at anything. Rules send posts and patrons here: try the text “Buy my snake oil!” for the application dashboard, in Compose.";
    return "Nothing was posted yet. Submit with a patron_id and a post_id to an application, from your own or from Compose.";
  }

  row(one, type) {
    const { href } = this.context;
    const to = href("moderation", `${type}s`, one.application, one.id);
    return h("li", { class: "card", "data-key": `${type} ${one.application} ${one.id}` },
      h("h3", {}, h("a", { href: to }, type === "post" ? `Post ${one.id}` : `Patron ${one.id}`), " ", standing(one)),
      type === "post" ? h("p", { class: "row wide" }, content(one.contents.at(-1).submission)) : h("p", { class: "faint" }, count(one.posts.length, "post")),
      one.fired_rules.length ? h("p", {}, one.fired_rules.map((name) => h("span", { class: "mark" }, name))) : null,
      type === "post" ? h("p", { class: "faint" }, `by ${one.patron_id} in ${one.application}, `, time(one.at)) : null,
      buttons(one, type, this.context));
  }

  async webhooks() {
    const { items } = await this.context.api.get("callbacks", { limit: 1000 });
    const hooks = items.filter((one) => one.kind === "webhook").reverse();
    const rows = hooks.map((one) => h("li", { class: "card", "data-key": one.id },
      h("h3", {}, h("a", { href: this.context.href("callbacks", one.id) }, `Webhook ${one.id}`), " ", badge(one.state)),
      h("p", { class: "faint" }, `${plain(one.action)} by ${one.by}. To ${one.url}, ${count(one.attempts.length, "attempt")}, `, time(one.at)),
      one.attempts.at(-1)?.error ? h("p", { class: "bad" }, one.attempts.at(-1).error) : null));
    renew(this.body, rows.length ? h("ul", { class: "cards", "aria-label": "Webhooks" }, rows) : h("p", { class: "empty" }, "No webhook was called. An application names the addresses of its actions in the configuration; the actions of rules and moderators are told there."));
  }

  async rules() {
    const { items } = await this.context.api.get("applications");
    const shown = items.map((one) => h("section", { class: "card", "data-key": one.name, "aria-label": one.name }, h("h2", {}, one.name),
      one.rules.length ? h("ul", { class: "plain" }, one.rules.map((rule) => h("li", {}, h("b", {}, rule.name), rule.active ? null : badge("inactive", "dropped"), h("br"), rule.says, h("br"), h("span", { class: "faint" }, rule.where)))) : h("p", { class: "faint" }, "It has no rules."),
      Object.keys(one.actions).length ? h("ul", { class: "plain" }, Object.entries(one.actions).map(([name, { webhook }]) => h("li", {}, `${plain(name)}: webhook to ${webhook}`))) : null));
    renew(this.body, shown.length ? shown : h("p", { class: "empty" }, "No application is declared. The configuration names applications with their rules."));
  }
}

function standing(one) {
  const until = one.suspended_until;
  return [
    one.deleted ? badge("deleted", "failed") : null,
    one.banned ? badge("banned", "failed") : null,
    one.suspended ? [badge("suspended", "dropped"), until ? [" until ", time(until)] : null] : null,
    one.in_review ? badge("in review", "scheduled") : null,
    one.tags.map((tag) => h("span", { class: "mark" }, tag)),
  ];
}

function buttons(one, type, { api, act }) {
  const name = type === "post" ? "post_id" : "patron_id";
  const send = (action) => act(() => api.post("actions", { [name]: one.id, application: one.application, action }), `${plain(typeof action === "string" ? action : Object.keys(action)[0])}: done.`);
  return h("div", { class: "row deeds", role: "group", "aria-label": `Act on ${type} ${one.id}` }, DEEDS[type].map(([action, title, setting]) =>
    setting
      ? h("form", { class: "row", "data-key": action, onsubmit: (event) => {
          event.preventDefault();
          const { value } = event.target.elements[setting];
          send({ [action]: { [setting]: value } });
        } },
        h("input", { name: setting, size: 8, required: true, placeholder: setting === "for" ? "7d" : "a tag", "aria-label": setting === "for" ? "Suspend for" : "Tag" }),
        h("button", { type: "submit" }, title))
      : h("button", { type: "button", "data-key": action, onclick: () => send(action) }, title)));
}

class SubjectPage {
  constructor(context, tab, application, id) {
    this.context = context;
    this.what = tab;
    this.application = application;
    this.id = id;
    this.node = h("div", { class: "view detail" });
  }

  async refresh() {
    const { api, href } = this.context;
    const { items } = await api.get(this.what, { id: this.id, application: this.application });
    const type = this.what.slice(0, -1);
    if (!items.length) {
      fill(this.node, h("p", { class: "empty" }, `There is no ${type} ${this.id} in ${this.application}.`));
      return;
    }
    const [one] = items;
    renew(
      this.node,
      h("header", { class: "head" },
        h("p", { class: "crumbs" }, h("a", { href: href("moderation", this.what) }, TABS[this.what]), ` / ${one.application}`),
        h("h1", {}, `${type === "post" ? "Post" : "Patron"} ${one.id} `, standing(one)),
        type === "post" ? h("p", { class: "meta" }, "by ", h("a", { href: href("moderation", "patrons", one.application, one.patron_id) }, one.patron_id)) : null,
        buttons(one, type, this.context)),
      Object.keys(one.metadata).length ? h("section", { class: "card" }, h("h2", {}, "Metadata"), h("pre", { tabindex: "0" }, JSON.stringify(one.metadata, null, 2))) : null,
      h("div", { class: "columns" },
        h("section", { class: "card", "aria-label": type === "post" ? "Contents" : "Posts" }, h("h2", {}, type === "post" ? "Contents" : "Posts"), type === "post" ? one.contents.map((part) => this.content(part)) : this.posts(one)),
        h("section", { class: "card", "aria-label": "History" }, h("h2", {}, "History"), history(one))),
    );
  }

  content(part) {
    const told = part.rules.toSorted((a, b) => b.fired - a.fired);
    return h("div", { class: "part", "data-key": part.task_id },
      h("p", { class: "row wide" }, content(part.submission)),
      h("p", { class: "faint" }, time(part.at), " ", h("a", { href: this.context.href("tasks", part.task_id) }, "its task")),
      h("ul", { class: "plain" }, told.map((rule) => h("li", { "data-key": rule.rule }, h("b", {}, rule.rule), " ", rule.fired ? badge("fired", "finished") : badge("did not fire", "dropped"), h("br"), rule.says,
        h("details", {}, h("summary", {}, "Why"), reasons([rule.explanation]))))));
  }

  posts(one) {
    if (!one.posts.length) return h("p", { class: "faint" }, "None.");
    return h("ul", { class: "plain" }, one.posts.toReversed().slice(0, NEWEST).map((id) => h("li", {}, h("a", { href: this.context.href("moderation", "posts", one.application, id) }, id))));
  }
}

function history(one) {
  if (!one.history.length) return h("p", { class: "faint" }, "Nothing was done yet.");
  return h("ol", { class: "timeline" }, one.history.toReversed().map((event) => h("li", {}, h("h3", {}, done(event.action)), h("span", { class: "at" }, time(event.at)), h("p", { class: "faint" }, `by ${event.by}`))));
}
