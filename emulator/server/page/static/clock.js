// The clock of the sandbox: always in sight, and moved from here.

import { h, renew } from "./dom.js";
import { count, moment } from "./format.js";

export class Clock {
  constructor(node, api, act) {
    this.node = node;
    this.api = api;
    this.act = act;
    this.told = null;
    this.passing = false;
  }

  async refresh() {
    this.told = await this.api.get("clock");
    // How far the sandbox's time is ahead of this machine's; only to be shown.
    this.ahead = new Date(this.told.now) - Date.now();
    this.show();
  }

  tick() {
    if (this.told?.mode === "system") this.show();
  }

  show() {
    const frozen = this.told.mode === "manual";
    const now = frozen ? this.told.now : new Date(Date.now() + this.ahead).toISOString();
    renew(
      this.node,
      h("span", { class: "badge", "data-tone": frozen ? "frozen" : "live" }, frozen ? "frozen" : "running"),
      h("time", { class: "now", datetime: now, title: frozen ? now : `${now} (follows this machine)` }, moment(now)),
      h("button", { type: "button", onclick: () => this.toggle() }, frozen ? "Let run" : "Freeze"),
      h(
        "form",
        { class: "row", onsubmit: (event) => this.advance(event) },
        h("input", { name: "by", value: "5m", size: 5, "aria-label": "Advance by", title: "Such as 250ms, 5s, 2m, 1h or 30d", required: true }),
        h("button", { type: "submit", disabled: this.passing }, "Advance"),
      ),
      h("button", { type: "button", disabled: this.passing, onclick: () => this.idle() }, "Run until idle"),
    );
  }

  toggle() {
    const mode = this.told.mode === "manual" ? "system" : "manual";
    // An unused sandbox would begin anew at its start; whoever freezes means the moment that is shown.
    const body = mode === "manual" ? { mode, now: new Date(Date.now() + this.ahead + 5).toISOString() } : { mode };
    this.act(async () => {
      try {
        return await this.api.put("clock", body);
      } catch (error) {
        if (error.status !== 409) throw error;
        return this.api.put("clock", { mode });
      }
    });
  }

  advance(event) {
    event.preventDefault();
    const by = event.target.elements.by.value.trim();
    this.pass("clock/advance", { by: /^\d+(\.\d+)?$/.test(by) ? Number(by) : by });
  }

  idle() {
    this.pass("clock/run-until-idle", {});
  }

  async pass(path, body) {
    this.passing = true;
    this.show();
    await this.act(() => this.api.post(path, body), passed);
    this.passing = false;
    this.show();
  }
}

function passed({ now, delivered, failed, pending }) {
  const told = [
    delivered && `${count(delivered, "callback")} delivered`,
    failed && `${count(failed, "callback")} failed`,
    pending && `${pending} still pending`,
  ].filter(Boolean);
  return `It is ${moment(now)}${told.length ? `: ${told.join(", ")}` : ", and nothing was due"}.`;
}
