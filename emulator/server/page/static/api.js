// The control API, asked about one sandbox. Nothing else is ever asked.

const here = new URL(".", location.href);
const inSandbox = here.pathname.match(/^(.*)\/s\/([A-Za-z0-9._-]{1,64})\/$/);

/** Where the server is, whatever stands before its addresses. */
export const base = new URL(inSandbox ? `${inSandbox[1]}/` : here.pathname, here).href;
/** The sandbox that the page's own address names. */
export const ownSandbox = inSandbox ? inSandbox[2] : "default";

const TOKEN = "hive-emulator-admin-token";

export const token = {
  get: () => sessionStorage.getItem(TOKEN),
  set: (value) => sessionStorage.setItem(TOKEN, value),
};

/** The server says no, in its own words, with whatever stands beside them. */
export class Refused extends Error {
  constructor(status, told) {
    super(told.error ?? `The server answered with ${status}.`);
    this.status = status;
    this.told = told;
  }
}

/** Nobody answers. */
export class Silent extends Error {}

/** A request to the control API as it comes back, not read yet; `Refused` where it is refused. */
export async function ask(method, path, { query = {}, body, signal } = {}) {
  const url = new URL(`_emulator/${path}`, base);
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") url.searchParams.set(name, value);
  }
  const headers = {};
  if (token.get()) headers.authorization = `Bearer ${token.get()}`;
  const plain = body !== undefined && !(body instanceof FormData);
  if (plain) headers["content-type"] = "application/json";
  const sent = plain ? JSON.stringify(body) : body;
  let answer;
  try {
    answer = await fetch(url, { method, headers, body: sent, signal, cache: "no-store" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Silent("The emulator does not answer.");
  }
  if (answer.ok) return answer;
  throw new Refused(answer.status, await answer.json().catch(() => ({})));
}

/** The control API as one sandbox's. */
export class Api {
  constructor(sandbox) {
    this.sandbox = sandbox;
  }

  async ask(method, path, { query = {}, body } = {}) {
    const answer = await ask(method, path, { query: { sandbox: this.sandbox, ...query }, body });
    try {
      return await answer.json();
    } catch {
      throw new Silent("The emulator's answer broke off.");
    }
  }

  get(path, query) {
    return this.ask("GET", path, { query });
  }

  post(path, body, query) {
    return this.ask("POST", path, { body, query });
  }

  put(path, body) {
    return this.ask("PUT", path, { body });
  }

  remove(path) {
    return this.ask("DELETE", path);
  }
}

/** A part of a path, whatever it holds. */
export const part = encodeURIComponent;
