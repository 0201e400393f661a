// Where the page is: #/SANDBOX/VIEW/…?query, so that no server has to know, under any prefix.

import { ownSandbox } from "./api.js";

/** The address that the browser shows, taken apart. */
export function route() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  const [sandbox, view, ...rest] = path.split("/").map(decoded);
  return {
    sandbox: sandbox || ownSandbox,
    view: view || "tasks",
    rest,
    query: new URLSearchParams(query ?? ""),
  };
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The address of a view in a sandbox. */
export function href(sandbox, ...parts) {
  const last = parts.at(-1);
  const query = last instanceof URLSearchParams || (last && typeof last === "object") ? parts.pop() : null;
  const asked = new URLSearchParams(query ?? "").toString();
  const path = [sandbox, ...parts].map(encodeURIComponent).join("/");
  return `#/${path}${asked ? `?${asked}` : ""}`;
}

export function go(address) {
  location.hash = address;
}

/** Another query in the same place, without a step in the history for every letter. */
export function replaceQuery(query) {
  const [path] = location.hash.split("?");
  const asked = new URLSearchParams(query).toString();
  history.replaceState(null, "", `${path || "#/"}${asked ? `?${asked}` : ""}`);
}
