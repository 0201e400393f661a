// Building and renewing what is seen. Text is only ever text: nothing here reads markup.

/** An element with attributes (null and false leave one out), handlers (`onclick`) and children. */
export function h(tag, given, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(given ?? {})) dress(node, name, value);
  return add(node, children);
}

function dress(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) node[name] = value;
  else if (name === "style") {
    // Through the object model: the policy of the page forbids the attribute.
    for (const [key, one] of Object.entries(value)) node.style.setProperty(key, one);
  } else if (name === "value") node.value = value;
  else node.setAttribute(name, value === true ? "" : String(value));
}

function add(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : String(child));
  }
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

/** An element of a drawing. */
export function s(tag, given, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(given ?? {})) {
    if (name.startsWith("on")) node[name] = value;
    else node.setAttribute(name, value);
  }
  return add(node, children);
}

/** Put these in the place of everything in a node. */
export function fill(node, ...children) {
  node.replaceChildren();
  return add(node, children);
}

/** Make what is in a node like these, keeping what is there already: focus, scrolling, what is open. */
export function renew(node, ...children) {
  const next = node.cloneNode(false);
  add(next, children);
  mend(node, next);
}

const HANDLERS = ["onclick", "onchange", "oninput", "onsubmit", "onkeydown", "ontoggle"];
const KEPT = new Set(["open", "style"]);

function morph(old, next) {
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== next.data) old.data = next.data;
    return;
  }
  for (const { name } of [...old.attributes]) {
    if (!next.hasAttribute(name) && !KEPT.has(name)) old.removeAttribute(name);
  }
  for (const { name, value } of [...next.attributes]) {
    if (!KEPT.has(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  if (old.style && old.style.cssText !== next.style.cssText) old.style.cssText = next.style.cssText;
  for (const name of HANDLERS) old[name] = next[name];
  mend(old, next);
}

function mend(old, next) {
  const keyed = new Map();
  for (const child of old.children) if (child.dataset.key) keyed.set(child.dataset.key, child);
  let at = old.firstChild;
  for (const child of [...next.childNodes]) {
    const key = child.dataset?.key;
    const known = key ? keyed.get(key) : at?.dataset?.key ? null : at;
    if (known && known.nodeName === child.nodeName) {
      if (known === at) at = at.nextSibling;
      else old.insertBefore(known, at);
      morph(known, child);
    } else old.insertBefore(child, at);
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}

const PATHS = {
  tasks: "M4 6h12M4 10h12M4 14h8",
  calls: "M3 7h13m-4-4 4 4-4 4M17 13H4m4-4-4 4 4 4",
  callbacks: "M16 9a6 6 0 1 0-1.5 5M16 4v5h-5",
  moderation: "M10 3 4 5.5V10c0 3.5 2.5 6 6 7 3.5-1 6-3.5 6-7V5.5zM7.5 10l2 2 3.5-4",
  scenarios: "M4 16V4l5 4 3-3 4 3v8",
  compose: "M4 16l1-4 8.5-8.5 3 3L8 15z",
  text: "M4 5h12M10 5v11",
  picture: "M3 4h14v12H3zM6 13l3-4 3 3 2-2 3 3M12.5 7.5h1",
  video: "M3 5h10v10H3zM13 9l4-2.5v7L13 11",
  audio: "M8 15V5l8-2v10M8 15a2 2 0 1 1-4 0 2 2 0 0 1 4 0zM16 13a2 2 0 1 1-4 0 2 2 0 0 1 4 0z",
};

/** A small drawing beside a word; it says nothing by itself. */
export function icon(name) {
  const path = s("path", { d: PATHS[name] ?? PATHS.tasks });
  return s("svg", { class: "icon", viewBox: "0 0 20 20", "aria-hidden": "true" }, path);
}
