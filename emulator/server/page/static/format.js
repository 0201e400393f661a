// Times, sizes and words as people read them; the exact value is always a hover away.

import { h } from "./dom.js";

const DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const YEAR = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });
const CLOCK = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
});
const NUMBER = new Intl.NumberFormat();

/** A moment in the reader's own zone. */
export function moment(at) {
  const date = new Date(at);
  const day = date.getFullYear() === new Date().getFullYear() ? DAY : YEAR;
  return `${day.format(date)}, ${CLOCK.format(date)}`;
}

/** The same as an element, with the exact value. */
export function time(at) {
  if (!at) return "";
  return h("time", { datetime: at, title: at }, moment(at));
}

/** Between two moments, such as "2 m 5 s". */
export function between(from, to) {
  return duration((new Date(to) - new Date(from)) / 1000);
}

const UNITS = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];

export function duration(seconds) {
  if (seconds && Math.abs(seconds) < 1) return `${Math.round(seconds * 1000)} ms`;
  const told = [];
  let left = Math.round(seconds);
  for (const [unit, size] of UNITS) {
    const many = Math.floor(left / size);
    left -= many * size;
    if (many && told.length < 2) told.push(`${many} ${unit}`);
  }
  return told.join(" ") || "0 s";
}

export function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 ** 2) return `${(bytes / 1024).toFixed(1)} KiB`;
  return `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}

export const number = (value) => NUMBER.format(value);

/** Several of something, in words. */
export const count = (many, one, more = `${one}s`) => `${number(many)} ${many === 1 ? one : more}`;

/** A word of the API as people write it. */
export const plain = (word) => word.replaceAll("_", " ");

/** A score, short and never rounded up to a certainty that it is not. */
export function score(value) {
  if (value > 0 && value < 0.0005) return "< 0.001";
  if (value < 1 && value > 0.9995) return "> 0.999";
  return value.toFixed(3);
}

/** JSON to be read; whatever is no JSON stays as it is. */
export function pretty(body) {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

/** A state as a coloured word. */
export function badge(word, tone = word) {
  return h("span", { class: "badge", "data-tone": tone }, plain(word));
}
