// What the journal hears, as it happens; a line that breaks is mended, and nothing is missed.

import { ask, Refused } from "./api.js";

const FIRST_WAIT = 500;
const LONGEST_WAIT = 8000;

/** Follows one sandbox: `heard` is told each entry, `changed` how the line is. */
export class Events {
  constructor(sandbox, { heard, changed }) {
    this.sandbox = sandbox;
    this.heard = heard;
    this.changed = changed;
    this.last = null;
    this.wait = FIRST_WAIT;
    this.stopped = false;
    this.follow();
  }

  stop() {
    this.stopped = true;
    this.line?.abort();
    clearTimeout(this.timer);
  }

  /** Try again at once. */
  now() {
    clearTimeout(this.timer);
    if (!this.stopped) this.follow();
  }

  async follow() {
    this.line = new AbortController();
    try {
      const query = { sandbox: this.sandbox, since: this.last };
      const answer = await ask("GET", "events", { query, signal: this.line.signal });
      this.wait = FIRST_WAIT;
      this.changed({ state: "live" });
      await this.read(answer.body.pipeThrough(new TextDecoderStream()).getReader());
      this.lost();
    } catch (error) {
      if (!this.stopped) this.lost(error);
    }
  }

  async read(reader) {
    let kept = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (kept + value).split("\n\n");
      kept = blocks.pop();
      for (const block of blocks) this.take(block);
    }
  }

  take(block) {
    const fields = new Map();
    for (const line of block.split("\n")) {
      const at = line.indexOf(": ");
      if (at > 0) fields.set(line.slice(0, at), line.slice(at + 2));
    }
    if (!fields.has("event")) return;
    const id = Number(fields.get("id") ?? 0);
    // Ids begin anew where a sandbox does, and where the server is another one.
    const anew = fields.get("event") === "reset" || id <= (this.last ?? -1);
    this.last = id;
    this.heard(anew ? null : JSON.parse(fields.get("data")));
  }

  lost(error) {
    if (this.stopped) return;
    if (error instanceof Refused && error.status < 500) {
      this.changed({ state: "refused", error });
      return;
    }
    this.changed({ state: "lost", wait: this.wait });
    this.timer = setTimeout(() => this.follow(), this.wait);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
  }
}
