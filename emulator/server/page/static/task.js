// One task as a timeline: what came in, who scored it, which rules fired, what was sent where.

import { part } from "./api.js";
import { actions, attempt, body } from "./callback.js";
import { content, origin, source } from "./content.js";
import { Copies, curl, fixture, nameFor, pytest, said, yaml } from "./copying.js";
import { h, renew } from "./dom.js";
import { badge, between, time } from "./format.js";
import { Scores } from "./scores.js";
import { go, href } from "./router.js";

/** The page of a task. */
export function task(context) {
  return new TaskPage(context, context.at.rest[0]);
}

/** A task as it is now, with all that is told of it elsewhere. */
async function whole(api, id) {
  const one = await api.get(`tasks/${part(id)}`);
  const post = one.submission.post_id;
  const [scores, { items: entries }, posts] = await Promise.all([
    one.state === "finished" ? api.get(`tasks/${part(id)}/scores`) : null,
    api.get("journal", { task: id }),
    post === undefined ? null : api.get("posts", { id: post }),
  ]);
  const first = entries.find((entry) => entry.kind === "request" && entry.method === "POST");
  const call = first ? await api.get(`requests/${first.id}`).catch(() => null) : null;
  const told = posts?.items.flatMap((item) => item.contents).find((item) => item.task_id === id);
  return { one, scores, entries, call, rules: told?.rules ?? [] };
}

export class TaskPage {
  constructor(context, id, { embedded = false } = {}) {
    this.context = context;
    this.id = id;
    this.embedded = embedded;
    this.head = h("header", { class: "head" });
    this.line = h("section", { class: "card", "aria-label": "Timeline" });
    this.copies = new Copies("Copy", context.notify);
    this.right = h("div", { class: "right" });
    this.node = h("div", { class: "view detail" }, this.head, h("div", { class: "columns" }, h("div", {}, this.line, h("section", { class: "card" }, h("h2", {}, "Copy"), this.copies.node)), this.right));
  }

  async refresh() {
    const found = await whole(this.context.api, this.id);
    const { one, scores } = found;
    renew(this.head, ...this.title(one));
    renew(this.line, h("h2", {}, "Timeline"), h("ol", { class: "timeline" }, steps(found, this.context)));
    this.showScores(one, scores);
    this.copies.set(copies(found, this.context.api.sandbox));
  }

  title(one) {
    return [
      this.embedded ? null : h("p", { class: "crumbs" }, h("a", { href: this.context.href("tasks") }, "Tasks"), " / ", h("code", {}, one.id)),
      h(this.embedded ? "h2" : "h1", { class: "content" }, content(one.submission)),
      h("p", { class: "meta" }, badge(one.state), h("span", {}, one.project), h("span", {}, one.mode), h("span", {}, time(one.at))),
    ];
  }

  showScores(one, scores) {
    if (!scores) {
      const why = one.state === "failed" ? `It failed with code ${one.error_code}, and has no scores.` : "It is not scored yet.";
      renew(this.right, h("section", { class: "card", "aria-label": "Scores" }, h("h2", {}, "Scores"), h("p", { class: "faint" }, why)));
      this.scores = null;
      return;
    }
    if (!this.scores) {
      const to = (...parts) => go(href(this.context.api.sandbox, ...parts));
      this.scores = new Scores({ ...this.context, go: to }, one);
      this.right.replaceChildren(this.scores.node);
    }
    this.scores.set(scores);
  }
}

function copies({ one, scores, call }, sandbox) {
  const says = scores && (scores.text || scores.visual) ? said(scores) : {};
  if (one.faults.length && !scores) says.fault = one.faults.at(-1).fault;
  return {
    curl: curl({ ...one, path: call?.path }, sandbox),
    fixture: yaml(fixture(nameFor(one.submission), one.submission, says)),
    "pytest line": pytest(one.submission, says),
  };
}

function step(title, at, ...told) {
  return h("li", {}, h("h3", {}, title), at ? h("span", { class: "at" }, time(at)) : null, ...told);
}

function steps(found, context) {
  const { one, call, rules } = found;
  const later = one.mode === "async";
  const fired = rules.filter((rule) => rule.fired);
  return [
    submitted(one, call),
    later ? answered(one, call) : null,
    queued(one),
    ...one.faults.map(trouble),
    scored(one),
    ...fired.map((rule) => step("Rule fired", null, h("p", {}, h("b", {}, rule.rule)), h("p", {}, rule.says), why(rule))),
    later ? null : answered(one, call),
    ...one.callbacks.flatMap((back) => callback(back, context)),
  ];
}

function submitted(one, call) {
  const how = call ? `${call.method} ${call.path} ` : "";
  const raw = call ? body("Raw request", call.request) : null;
  return step("Submitted", one.at, h("p", { class: "faint" }, `${how}for ${one.project}, ${one.mode}`), raw);
}

function trouble({ fault, because }) {
  return step("Trouble", null, h("p", {}, badge(fault, "failed"), " because of ", source(because)));
}

function queued(one) {
  if (one.mode === "sync" && one.due === one.at) return null;
  const waits = one.due === one.at ? "Not at all: it was due at once." : `For ${between(one.at, one.due)}, until `;
  const who = one.explanation.latency;
  return step("Queued", one.at, h("p", { class: "faint" }, waits, one.due === one.at ? null : time(one.due), who ? [" because of ", source(who)] : null));
}

function scored(one) {
  const { prediction, hidden, nearest, media, ignored_directives: ignored } = one.explanation;
  if (one.state === "failed") return step("Failed", one.ended, h("p", { class: "bad" }, `With code ${one.error_code}.`));
  if (one.state !== "finished") return step("To be scored", one.due, h("p", { class: "faint" }, "It is not done yet; move the clock, or wait."));
  return step(
    "Scored",
    one.ended,
    h("p", {}, "By ", origin(prediction)),
    hidden.length ? h("p", { class: "faint" }, "It hid ", hidden.map((other, at) => [at ? ", " : "", source(other)]), ".") : null,
    media ? h("p", { class: "faint" }, "What the medium is comes from ", source(media), ".") : null,
    ignored.length ? h("p", { class: "faint" }, `Directives that are none: ${ignored.join(", ")}.`) : null,
    nearest?.length ? h("details", {}, h("summary", {}, "No fixture knew it; the nearest"), h("ul", {}, nearest.map((near) => h("li", {}, near)))) : null,
  );
}


function why(rule) {
  return h("details", {}, h("summary", {}, "Why"), reasons([rule.explanation]));
}

/** An explanation as it branches: what held, and what did not. */
export function reasons(parts) {
  return h("ul", { class: "reasons" }, parts.map((part_) => h("li", { "data-tone": part_.holds ? "finished" : "failed" }, h("span", { class: "hidden" }, part_.holds ? "holds: " : "does not hold: "), part_.says, part_.parts ? reasons(part_.parts) : null)));
}

function answered(one, call) {
  const result = one.answer ? body("Result", { body: JSON.stringify(one.answer) }) : null;
  if (!call?.answer) return result ? step("Answer", one.ended, result) : null;
  const good = call.answer.status < 400;
  const told = [h("p", {}, badge(String(call.answer.status), good ? "finished" : "failed")), body("Raw answer", call.answer)];
  if (one.mode === "sync") return step("Answered", call.at, ...told);
  return step("Acknowledged", call.at, ...told, result);
}

function callback(back, context) {
  const waits = back.state === "scheduled" && back.due;
  const what = back.kind === "webhook" ? "Webhook" : "Callback";
  return [
    ...back.attempts.map((one) => step(what, one.at, attempt(one))),
    h("li", { "data-key": back.id }, h("h3", {}, `${what} ${back.id}`), h("p", {}, badge(back.state), waits ? [" next attempt due ", time(back.due)] : null), h("p", { class: "faint" }, `To ${back.url}`), h("p", { class: "row" }, actions(back, context))),
  ];
}
