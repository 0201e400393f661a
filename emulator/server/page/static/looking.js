// What is typed into a search box: `kind:text project:comments "two words" hello`.

const WORD = /(?:([a-z]+):)?(?:"([^"]*)"|(\S+))/gi;

/** The words of a box: those that name one of the `known` fields, and the rest as text. */
export function read(written, known) {
  const found = {};
  const rest = [];
  for (const [whole, name, quoted, bare] of written.matchAll(WORD)) {
    const field = known[name?.toLowerCase()];
    const value = quoted ?? bare;
    if (field) found[field] = value;
    else rest.push(quoted === undefined || name ? whole.replaceAll('"', "") : quoted);
  }
  return { ...found, q: rest.join(" ") };
}

/** The box with a field set to that value, or without it where it is set to that already. */
export function toggled(written, field, value) {
  const own = new RegExp(`(?:^|\\s)${field}:(?:"[^"]*"|\\S+)`, "gi");
  const before = written.match(own)?.some((one) => one.trim() === word(field, value));
  const rest = written.replace(own, "").trim();
  return before ? rest : `${rest} ${word(field, value)}`.trim();
}

const word = (field, value) => `${field}:${/\s/.test(value) ? `"${value}"` : value}`;
