// A long list of which only what is in sight exists: thousands of rows cost what twenty do.

import { h } from "./dom.js";

const BEYOND = 6;
const NEAR_THE_END = 20;

/** `row` makes the content of an item; `more` is told when the end comes near. */
export class VirtualList {
  constructor({ label, height, row, more }) {
    this.height = height;
    this.row = row;
    this.more = more;
    this.items = [];
    this.shown = new Map();
    this.inner = h("div", { class: "inner", role: "list", "aria-label": label });
    this.node = h("div", { class: "rows", onkeydown: (event) => this.key(event) }, this.inner);
    this.node.addEventListener("scroll", () => this.draw(), { passive: true });
    this.watch = new ResizeObserver(() => this.draw());
    this.watch.observe(this.node);
  }

  close() {
    this.watch.disconnect();
  }

  set(items) {
    const top = this.items[Math.floor(this.node.scrollTop / this.height)];
    const before = this.items.length && this.node.scrollTop > 0 ? top : null;
    const offset = this.node.scrollTop % this.height;
    this.items = items;
    this.inner.style.height = `${items.length * this.height}px`;
    // Whoever reads further down stays where he is, whatever comes in above.
    const at = before ? items.findIndex((one) => one.id === before.id) : -1;
    if (at >= 0) this.node.scrollTop = at * this.height + offset;
    this.draw();
  }

  draw() {
    const first = Math.max(0, Math.floor(this.node.scrollTop / this.height) - BEYOND);
    const many = Math.ceil((this.node.clientHeight || 600) / this.height) + 2 * BEYOND;
    const wanted = this.items.slice(first, first + many);
    const kept = new Map();
    wanted.forEach((item, at) => {
      const old = this.shown.get(item.id);
      const told = JSON.stringify(item);
      const node = old && old.told === told ? old.node : this.made(item, old?.node);
      node.style.transform = `translateY(${(first + at) * this.height}px)`;
      node.setAttribute("aria-posinset", first + at + 1);
      node.setAttribute("aria-setsize", this.items.length);
      node.dataset.at = first + at;
      kept.set(item.id, { node, told });
    });
    for (const [id, one] of this.shown) if (!kept.has(id)) one.node.remove();
    this.shown = kept;
    this.order([...kept.values()].map((one) => one.node));
    if (this.more && first + many > this.items.length - NEAR_THE_END) this.more();
  }

  // In the document too rows stand in their order, for those who go from one to the next.
  order(nodes) {
    nodes.forEach((node, at) => {
      if (this.inner.children[at] !== node) this.inner.insertBefore(node, this.inner.children[at] ?? null);
    });
  }

  made(item, old) {
    const node = h("div", { role: "listitem", class: "item" }, this.row(item));
    node.style.height = `${this.height}px`;
    if (old) {
      const focused = old.contains(document.activeElement);
      old.replaceWith(node);
      if (focused) node.querySelector("a")?.focus();
    } else this.inner.append(node);
    return node;
  }

  key(event) {
    const steps = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: 10, PageUp: -10, Home: -1e9, End: 1e9 };
    const step = steps[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    const item = event.target.closest(".item");
    if (!item) return;
    event.preventDefault();
    const at = Math.min(Math.max(Number(item.dataset.at) + step, 0), this.items.length - 1);
    const top = at * this.height;
    if (top < this.node.scrollTop) this.node.scrollTop = top;
    const bottom = top + this.height - this.node.clientHeight;
    if (bottom > this.node.scrollTop) this.node.scrollTop = bottom;
    this.draw();
    this.inner.querySelector(`[data-at="${at}"] a`)?.focus({ preventScroll: true });
  }
}
