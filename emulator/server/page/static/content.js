// What was submitted, in a line: never as anything but text.

import { h, icon } from "./dom.js";

/** The words that stand for a submission: its text, its address, or the name of its file. */
export function words(submission) {
  if (!submission) return "";
  return submission.text_data ?? submission.url ?? (submission.filename || "an upload");
}

export function content(submission) {
  if (!submission) return h("span", { class: "faint" }, "nothing was taken in");
  const empty = submission.text_data === "";
  return [
    h("span", { class: "kind", title: submission.kind }, icon(submission.kind), h("span", { class: "hidden" }, submission.kind)),
    h("span", { class: "cut" }, empty ? "(empty text)" : words(submission)),
  ];
}

/** Who scored it, with the place of the file beneath. */
export function origin(told) {
  const [, who, place] = told.match(/^(.*?)(?: \(([^()]*)\))?$/s);
  return [h("b", {}, who), place ? h("code", { class: "place" }, place) : null];
}

/** The same in a word, without the place of the file, which is a hover away. */
export function source(told) {
  const [, who, place] = told.match(/^(.*?)(?: \(([^()]*)\))?$/s);
  const short = who.replace(/^bundled fixture/, "fixture");
  return h("span", { class: "source cut", title: place ? `${who}, ${place}` : who }, short);
}
