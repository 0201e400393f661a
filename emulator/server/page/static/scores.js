// Scores as people want to see them: by head with bars, text with its matches, video over time.

import { Copies, fixture, nameFor, said, yaml } from "./copying.js";
import { fill, h, renew, s } from "./dom.js";
import { count, duration, plain, score } from "./format.js";

/** The score from which on the guides call something found. */
export const THRESHOLD = 0.9;
const LOUD = 0.1;
const BUCKETS = 300;
const STRONGEST = 6;
const SEEN = 0.05;

const SORTS = { text_filters: "filter", pii_entities: "personal data", custom_classes: "custom class", urls: "address" };

/** The scores of one task, and what can be made of them. */
export class Scores {
  constructor({ api, act, notify, go }, task) {
    this.api = api;
    this.act = act;
    this.notify = notify;
    this.go = go;
    this.task = task;
    this.frame = null;
    this.all = false;
    this.changes = new Map();
    this.shownHeads = new Set();
    this.seen = h("div", {});
    this.form = h("div", {});
    this.node = h("section", { class: "card scores", "aria-label": "Scores" }, this.seen, this.form);
  }

  set(scores) {
    const told = JSON.stringify(scores);
    if (told === this.told) return;
    this.told = told;
    this.scores = scores;
    this.scripted = new Set(scores.scripted);
    this.show();
    this.showForm();
  }

  show() {
    const { visual, text } = this.scores;
    const title = h("h2", {}, "Scores");
    if (text) renew(this.seen, title, ...this.ofText(text));
    else if (visual?.frames.length) renew(this.seen, title, ...this.ofPictures(visual));
    else renew(this.seen, title, h("p", { class: "faint" }, "This model's answer has no classes; the raw answer has all of it."));
  }

  // Text

  ofText(text) {
    return [
      h("blockquote", { class: "text", dir: "auto" }, marked(text)),
      h("p", { class: "faint" }, `Language ${text.language}. `, told(text.matches)),
      h("dl", { class: "severities" }, text.classes.map((one) => this.severity(one))),
    ];
  }

  severity(one) {
    const steps = [1, 2, 3].map((step) => h("i", { class: step <= one.score ? "on" : null, "data-step": step }));
    const value = one.score < 0 ? "not supported" : String(one.score);
    return h(
      "div",
      { class: "severity", "data-key": one.class },
      h("dt", {}, this.name(one.class)),
      h("dd", {}, h("span", { class: "steps", "aria-hidden": "true" }, steps), h("span", { class: "value" }, value)),
    );
  }

  name(one) {
    return [plain(one), this.scripted.has(one) ? h("span", { class: "mark scripted" }, "scripted") : null];
  }

  // Pictures and video

  ofPictures({ heads, frames, total }) {
    const at = this.frame ?? loudest(heads, frames);
    const now = frames[at].scores;
    let first = 0;
    const every = heads.map((head) => {
      const begin = first;
      first += head.classes.length;
      const classes = head.classes.map((name, nth) => ({
        name, negative: name === head.negative, score: now[begin + nth],
        most: Math.max(...frames.map((frame) => frame.scores[begin + nth])),
      }));
      return { ...head, classes, loud: classes.some((one) => !one.negative && one.most >= LOUD) };
    });
    const named = (head) => head.loud || head.classes.some((one) => this.scripted.has(one.name)) || this.shownHeads.has(head.head);
    const shown = this.all ? every : every.filter(named);
    const quiet = every.length - every.filter(named).length;
    return [
      frames.length > 1 ? this.strip(heads, frames, at, total) : null,
      h("p", { class: "faint" }, `The line stands at ${THRESHOLD}, from where on something usually counts as found.`),
      shown.length ? null : h("p", {}, "Nothing stands out in this picture."),
      h("div", { class: "heads" }, shown.map((head) => this.head(head))),
      quiet ? h("button", { type: "button", class: "quiet", "aria-expanded": String(this.all), onclick: () => this.toggle() },
        this.all ? "Only what stands out" : `Show ${count(quiet, "quiet head")}`) : null,
    ];
  }

  toggle() {
    this.all = !this.all;
    this.show();
  }

  head({ head, classes }) {
    return h(
      "section",
      { class: "scored-head", "data-key": head, "aria-label": plain(head) },
      h("h3", {}, plain(head)),
      classes.map((one) => this.bar(one)),
    );
  }

  bar({ name, negative, score: value }) {
    const found = !negative && value >= THRESHOLD;
    const meter = {
      class: "bar", role: "meter", "aria-label": name, "aria-valuemin": 0, "aria-valuemax": 1, "aria-valuenow": value, title: String(value),
    };
    return h(
      "div",
      { class: "scored", "data-key": name, "data-tone": negative ? "negative" : found ? "found" : null },
      h("span", { class: "name" }, this.name(name)),
      h("span", meter, h("i", { style: { width: `${value * 100}%` } })),
      h("span", { class: "value" }, score(value)),
    );
  }

  // A video as a strip: a row for each of the strongest classes, and a slider for the frame.

  strip(heads, frames, at, total) {
    const every = positives(heads, frames);
    const strongest = every.filter((one, nth) => nth === 0 || (nth < STRONGEST && one.most >= SEEN));
    const end = frames.at(-1).time;
    return h(
      "figure",
      { class: "strip" },
      h("figcaption", {}, `${count(total, "frame")} over ${duration(end)}, the strongest ${strongest.length === 1 ? "class" : "classes"} first`),
      strongest.map((one) => h("div", { class: "lane", "data-key": one.name },
        h("span", { class: "name" }, this.name(one.name)), lane(frames, one, at / Math.max(frames.length - 1, 1)),
        h("span", { class: "value", title: "the most in any frame" }, score(one.most)))),
      h("label", { class: "slider" }, `At ${duration(frames[at].time)}`,
        h("input", { type: "range", min: 0, max: frames.length - 1, value: at, "aria-label": "Frame",
          "aria-valuetext": `at ${duration(frames[at].time)}`, oninput: (event) => this.to(Number(event.target.value)) })),
    );
  }

  to(frame) {
    this.frame = frame;
    this.show();
  }

  // Another score, as a fixture for exactly this content

  showForm() {
    const { visual, text } = this.scores;
    if (!(text || visual?.frames.length)) return;
    const classes = text ? text.classes.map((one) => one.class) : visual.heads.flatMap((head) => head.classes);
    this.copies = new Copies("The fixture to copy", this.notify);
    this.changed = h("ul", { class: "changes" });
    this.after = h("p", {});
    const value = text
      ? h("select", { name: "score", "aria-label": "Severity" })
      : h("input", { name: "score", type: "number", min: 0, max: 1, step: "any", value: 0.97, "aria-label": "Score", required: true });
    fill(
      this.form,
      h(
        "details",
        { class: "change" },
        h("summary", {}, "Change a score"),
        h("p", { class: "faint" }, "It becomes a fixture of this sandbox for exactly this content, and counts from the next submission on."),
        h(
          "form",
          { class: "row", onsubmit: (event) => this.add(event), onchange: (event) => event.target.name === "class" && this.offer(event.currentTarget) },
          h("select", { name: "class", "aria-label": "Class" }, classes.map((name) => h("option", { value: name }, name))),
          value,
          h("button", { type: "submit" }, "Set"),
        ),
        this.changed,
        this.copies.node,
        h("button", { type: "button", class: "main", onclick: () => this.save() }, "Add the fixture"),
        this.after,
      ),
    );
    const form = this.form.querySelector("form");
    this.offer(form);
    this.showChanges();
  }

  /** Of a text's class only the severities that it may have. */
  offer(form) {
    const { text } = this.scores;
    if (!text) return;
    const [{ severities }] = text.classes.filter((one) => one.class === form.elements.class.value);
    const options = severities.length ? severities : [0, 1, 2, 3];
    fill(form.elements.score, options.map((one) => h("option", { value: one, selected: one === options.at(-1) }, one)));
  }

  add(event) {
    event.preventDefault();
    const { elements } = event.target;
    this.changes.set(elements.class.value, Number(elements.score.value));
    this.showChanges();
  }

  showChanges() {
    const drop = (name) => {
      this.changes.delete(name);
      this.showChanges();
    };
    renew(this.changed, [...this.changes].map(([name, value]) =>
      h("li", { "data-key": name }, `${name}: ${value} `,
        h("button", { type: "button", class: "quiet", "aria-label": `Leave ${name} as it is`, onclick: () => drop(name) }, "×"))));
    this.copies.set({ YAML: yaml(this.made()) });
  }

  made() {
    const says = said(this.scores);
    const kind = says.text ? "text" : "visual";
    const heads = this.scores.visual?.heads ?? [];
    const touched = heads.filter((head) => head.classes.some((name) => this.changes.has(name))).flatMap((head) => head.classes);
    // Within a head what was scripted before makes way, or it would be more than 1.
    const kept = Object.entries(says[kind]).filter(([name]) => !touched.includes(name));
    return fixture(nameFor(this.task.submission), this.task.submission, { [kind]: Object.fromEntries([...kept, ...this.changes]) });
  }

  async save() {
    const made = this.made();
    const done = await this.act(() => this.api.post("fixtures", made), `The fixture ${made.name} counts from now on.`);
    if (!done) return;
    const { submission } = this.task;
    const again = submission.kind === "text" || submission.url;
    fill(this.after, "Added. ", again ? h("button", { type: "button", onclick: () => this.again() }, "Send this content again") : null);
  }

  async again() {
    const { submission, project } = this.task;
    const whose = submission.post_id ? { application: project } : { project };
    const { text_data, url, post_id, patron_id } = submission;
    const sent = await this.act(() => this.api.post("submit", { text_data, url, post_id, patron_id }, whose));
    if (sent?.task_id) this.go("tasks", sent.task_id);
    else if (sent) this.notify(sent.refusal ?? "It was not taken.", "bad");
  }
}

/** The classes that are no head's negative one, the strongest first. */
function positives(heads, frames) {
  return heads
    .flatMap((head) => head.classes.map((name) => ({ name, negative: name === head.negative })))
    .map((one, nth) => ({ ...one, nth, most: Math.max(...frames.map((frame) => frame.scores[nth])) }))
    .filter((one) => !one.negative)
    .sort((a, b) => b.most - a.most);
}

/** The frame in which most is seen, for a beginning. */
function loudest(heads, frames) {
  const [{ nth, most }] = positives(heads, frames);
  return frames.findIndex((frame) => frame.scores[nth] === most);
}

function lane(frames, { name, nth, most }, now) {
  const width = Math.min(frames.length, BUCKETS);
  const peaks = Array.from({ length: width }, () => 0);
  frames.forEach((frame, at) => {
    const bucket = Math.min(Math.floor((at / frames.length) * width), width - 1);
    peaks[bucket] = Math.max(peaks[bucket], frame.scores[nth]);
  });
  const points = peaks.flatMap((peak, at) => [`${at},${1 - peak}`, `${at + 1},${1 - peak}`]);
  return s(
    "svg",
    { class: "over-time", viewBox: `0 0 ${width} 1`, preserveAspectRatio: "none", role: "img", "aria-label": `${name} over time, at most ${score(most)}` },
    s("polygon", { points: `0,1 ${points.join(" ")} ${width},1` }),
    s("line", { class: "threshold", x1: 0, x2: width, y1: 1 - THRESHOLD, y2: 1 - THRESHOLD }),
    s("line", { class: "at", x1: now * width, x2: now * width, y1: 0, y2: 1 }),
  );
}

function told(matches) {
  if (!matches.length) return "Nothing was found by pattern.";
  return matches.map((one) => `${SORTS[one.sort] ?? plain(one.sort)}: ${one.type}`).join(", ");
}

/** A text in pieces, those that something was found in marked. */
export function marked({ text, matches }) {
  // Places count code points, and so does this.
  const units = [...text];
  const edges = [...new Set([0, units.length, ...matches.flatMap((one) => [one.start, one.end])])].sort((a, b) => a - b);
  return edges.slice(0, -1).map((from, at) => {
    const piece = units.slice(from, edges[at + 1]).join("");
    const found = matches.filter((one) => one.start <= from && one.end > from);
    if (!found.length) return piece;
    const what = found.map((one) => `${SORTS[one.sort] ?? plain(one.sort)}: ${one.type}`).join(", ");
    return h("mark", { title: what, "data-sort": found[0].sort }, piece, h("span", { class: "hidden" }, ` (${what})`));
  });
}
