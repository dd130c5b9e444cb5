/** Query text as tokens, and values put in the place of examples: as `terril.syntax` and `terril.catalogue` in Python. */

/** @typedef {{kind: string, text: string, start: number}} Token */

/** A query that no tokens can be cut from. */
export class Unclosed extends Error {
  /** @param {number} line */
  constructor(line) {
    super(`a string begins on line ${line} and is never closed`);
    this.line = line;
  }
}

const TOKEN = new RegExp(
  [
    /(?<space>\s+|#[^\r\n]*)/u,
    /(?<iri><[^<>"{}|^`\\\u0000-\u0020]*>)/u,
    /(?<string>"""(?:[^"\\]|\\[^]|"(?!""))*"""|'''(?:[^'\\]|\\[^]|'(?!''))*'''|"(?!"")(?:[^"\\\r\n]|\\[^])*"|'(?!'')(?:[^'\\\r\n]|\\[^])*')/u,
    /(?<unclosed>["'])/u,
    /(?<variable>[?$][\p{L}\p{N}_]+)/u,
    /(?<tag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)/u,
    /(?<name>(?:\p{L}(?:[\p{L}\p{N}_\u00B7-]|\.+(?=[\p{L}\p{N}_-]))*)?:(?:[\p{L}\p{N}_\u00B7:%-]|\\[^]|\.+(?=[\p{L}\p{N}_:%\\-]))*)/u,
    /(?<word>[\p{L}_](?:[\p{L}\p{N}_\u00B7-]|\.+(?=[\p{L}\p{N}_-]))*)/u,
    /(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/u,
    /(?<sign>&&|\|\||\^\^|!=|<=|>=|<<|>>|[^])/u,
  ]
    .map((part) => part.source)
    .join("|"),
  "gu",
);

/**
 * The tokens of a query, without white space and comments. Throws `Unclosed`.
 * @param {string} sparql
 * @returns {Token[]}
 */
export function tokens(sparql) {
  const found = [];
  for (const match of sparql.matchAll(TOKEN)) {
    const kind = Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined)?.[0] ?? "sign";
    if (kind === "unclosed") throw new Unclosed(sparql.slice(0, match.index).split("\n").length);
    if (kind !== "space") found.push({ kind, text: match[0], start: match.index });
  }
  return found;
}

/**
 * The VALUES blocks of one variable without brackets: those that hold a parameter's example.
 * @param {Token[]} found
 * @returns {{name: string, opening: number, closing: number}[]} offsets of the braces
 */
export function parameterBlocks(found) {
  const blocks = [];
  for (const [i, token] of found.entries()) {
    const [variable, brace] = [found[i + 1], found[i + 2]];
    if (token.kind !== "word" || token.text.toUpperCase() !== "VALUES") continue;
    if (variable?.kind !== "variable" || brace?.text !== "{") continue;
    const end = found.slice(i + 3).find((one) => one.text === "{" || one.text === "}");
    if (end?.text === "}") blocks.push({ name: variable.text.slice(1), opening: brace.start, closing: end.start });
  }
  return blocks;
}

/**
 * The query with these terms, written as SPARQL, in place of the examples. Throws `Unclosed`.
 * @param {string} sparql
 * @param {Record<string, string>} values
 */
export function bind(sparql, values) {
  return parameterBlocks(tokens(sparql))
    .filter(({ name }) => Object.hasOwn(values, name))
    .reverse()
    .reduce((text, { name, opening, closing }) => {
      return `${text.slice(0, opening)}{ ${values[name]} }${text.slice(closing + 1)}`;
    }, sparql);
}

/**
 * What a query asks for: SELECT, ASK, CONSTRUCT or DESCRIBE; null if it is none of these. Throws `Unclosed`.
 * @param {string} sparql
 */
export function form(sparql) {
  const word = tokens(sparql)
    .find(({ kind, text }) => kind === "word" && !/^(BASE|PREFIX|VERSION)$/i.test(text))
    ?.text.toUpperCase();
  return word && /^(SELECT|ASK|CONSTRUCT|DESCRIBE)$/.test(word) ? word : null;
}

/** The prefixes that a query declares. @param {Token[]} found @returns {Record<string, string>} */
export function declared(found) {
  /** @type {Record<string, string>} */
  const names = {};
  for (const [i, token] of found.entries()) {
    const [name, iri] = [found[i + 1], found[i + 2]];
    if (token.text.toUpperCase() === "PREFIX" && name?.kind === "name" && iri?.kind === "iri") {
      names[name.text.slice(0, -1)] = iri.text.slice(1, -1);
    }
  }
  return names;
}

/**
 * Names of columns in the order in which a query first speaks of them; engines give those of `SELECT *` in any order.
 * @param {string} sparql
 * @param {string[]} names
 */
export function ordered(sparql, names) {
  const found = tokens(sparql);
  const select = found.findIndex(({ text }) => /^SELECT$/i.test(text));
  const first = found.slice(select + 1).find(({ text }) => !/^(DISTINCT|REDUCED)$/i.test(text));
  if (first?.text !== "*") return names;
  const spoken = found.filter(({ kind }) => kind === "variable").map(({ text }) => text.slice(1));
  return [...names].sort((a, b) => spoken.indexOf(a) - spoken.indexOf(b));
}
