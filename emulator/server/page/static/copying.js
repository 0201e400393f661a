// A task as something to paste: a call for a shell, a fixture for a file, a line for a test.

import { base } from "./api.js";
import { h, renew } from "./dom.js";
import { words } from "./content.js";

const KEYS = { visual: "visual-key", text: "text-key", any: "any-key", dashboard: "dashboard-key" };
const STRONG = 0.5;

const shell = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

/** The same call once more; the keys of one's own projects are never shown, so a variable stands there. */
export function curl(task, sandbox) {
  const path = task.path ?? `/api/v2/task/${task.mode}`;
  const own = KEYS[task.project];
  const suffix = sandbox === "default" ? "" : `~${sandbox}`;
  const key = own ? shell(`Authorization: Token ${own}${suffix}`) : `"Authorization: Token $HIVE_API_KEY${suffix}"`;
  const upload = isUpload(task.submission);
  const fields = Object.entries(fieldsOf(task.submission)).map(([name, value]) => {
    const written = typeof value === "string" ? value : JSON.stringify(value);
    const flag = !upload ? "--data-urlencode" : name === "media" ? "--form" : "--form-string";
    return `  ${flag} ${shell(`${name}=${written}`)}`;
  });
  return [`curl ${shell(new URL(path.slice(1), base).href)} -H ${key}`, ...fields].join(" \\\n");
}

const isUpload = (submission) => submission.kind !== "text" && !submission.url;

function fieldsOf(submission) {
  const media = isUpload(submission) ? { media: `@${submission.filename || "FILE"}` } : {};
  const { text_data, url, patron_id, post_id, metadata, callback_url } = submission;
  const found = { text_data, url, ...media, patron_id, post_id, metadata, callback_url };
  for (const name of ["content_metadata", "patron_metadata"]) {
    if (Object.keys(submission[name] ?? {}).length) found[name] = submission[name];
  }
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== null && value !== undefined));
}

/** What recognises this content and no other. */
export function when(submission) {
  if (submission.kind === "text") return { text: submission.text_data };
  if (submission.sha256) return { sha256: submission.sha256 };
  return { url_full: submission.url };
}

/** What the scores of a task say, as somebody would script it: what was scripted, else what stands out. */
export function said(scores) {
  const scripted = new Set(scores.scripted);
  if (scores.text) {
    const told = scores.text.classes.filter((one) => (scripted.size ? scripted.has(one.class) : one.score > 0));
    return { text: Object.fromEntries(told.map((one) => [one.class, one.score])) };
  }
  const { heads, frames } = scores.visual;
  const order = heads.flatMap((head) => head.classes.map((name) => [name, name === head.negative]));
  const told = order
    .map(([name, negative], at) => [name, negative, Math.max(...frames.map((frame) => frame.scores[at]))])
    .filter(([name, negative, most]) => (scripted.size ? scripted.has(name) : !negative && most >= STRONG));
  return { visual: Object.fromEntries(told.map(([name, , most]) => [name, most])) };
}

/** A fixture as it would be sent: for exactly this content. */
export function fixture(name, submission, says) {
  return { name, when: when(submission), ...says };
}

export function nameFor(submission) {
  const told = words(submission).replaceAll(/\s+/g, " ").trim();
  return `like ${told.length > 40 ? `${told.slice(0, 39)}…` : told}`;
}

// JSON's way of quoting is one of YAML's.
const scalar = (value) => (typeof value === "string" && !/^[a-z][a-z_]*$/.test(value) ? JSON.stringify(value) : String(value));

/** A fixture as it stands in a file. */
export function yaml({ name, when: recognised, ...says }) {
  const flow = (map) => `{${Object.entries(map).map(([key, value]) => `${key}: ${scalar(value)}`).join(", ")}}`;
  const lines = Object.entries({ when: recognised, ...says }).map(
    ([key, value]) => `    ${key}: ${value && typeof value === "object" ? flow(value) : scalar(value)}`,
  );
  return ["fixtures:", `  - name: ${JSON.stringify(name)}`, ...lines, ""].join("\n");
}

// A literal of JSON is one of Python's, as far as texts and numbers go.
const python = (value) => JSON.stringify(value).replaceAll("\u2028", "\\u2028");

/** A line for a test with the plugin of pytest. */
export function pytest(submission, says) {
  const named = Object.entries(says.text ?? says.visual ?? {});
  const plain = named.filter(([name]) => /^[A-Za-z_]\w*$/.test(name));
  // Classes that are no names of Python's go into a mapping.
  const others = named.filter((one) => !plain.includes(one)).map(([name, value]) => `${python(name)}: ${value}`);
  const told = [
    ...(others.length ? [`{${others.join(", ")}}`] : []),
    ...plain.map(([name, value]) => `${name}=${value}`),
    ...(says.fault ? [`fault=${python(says.fault)}`] : []),
  ];
  if (submission.kind === "text") return `hive.text(${[python(submission.text_data), ...told].join(", ")})`;
  if (submission.sha256) return `hive.visual(${[...(others.length ? ["None"] : []), ...told, `sha256=${python(submission.sha256)}`].join(", ")})`;
  return `hive.visual(${[python(submission.url.replace(/[?#].*$/s, "")), ...told].join(", ")})`;
}

/** Put a text where it can be pasted from; without the right to, it is selected for who asked. */
export async function copy(text, node) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    getSelection().selectAllChildren(node);
    return document.execCommand("copy");
  }
}

/** Several texts to copy, one at a time in sight. */
export class Copies {
  constructor(label, notify) {
    this.notify = notify;
    this.texts = {};
    this.chosen = null;
    this.node = h("section", { class: "copies", "aria-label": label });
  }

  set(texts) {
    this.texts = texts;
    if (!(this.chosen in texts)) this.chosen = Object.keys(texts)[0];
    this.show();
  }

  show() {
    const names = Object.keys(this.texts);
    const tabs = names.map((name) =>
      h(
        "button",
        {
          type: "button", class: "chip", "data-key": name, "aria-pressed": String(name === this.chosen),
          onclick: () => {
            this.chosen = name;
            this.show();
          },
        },
        `As ${name}`,
      ),
    );
    const text = this.texts[this.chosen] ?? "";
    const one = h("button", { type: "button", onclick: (event) => this.copy(event) }, "Copy");
    renew(this.node, h("div", { class: "chips" }, tabs, one), h("pre", { tabindex: "0", "aria-label": `As ${this.chosen}` }, text));
  }

  async copy(event) {
    const node = event.currentTarget.closest("section").querySelector("pre");
    const done = await copy(this.texts[this.chosen], node);
    this.notify(done ? "Copied." : "This browser does not let the page copy; the text is selected.", done ? "good" : "bad");
  }
}
