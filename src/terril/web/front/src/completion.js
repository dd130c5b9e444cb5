/** What may stand at the cursor of a query: prefixes, variables, words, classes, properties and things of the graph. */

import { compact, prefixes } from "./addresses.js";
import { best } from "./matching.js";
import { Unclosed, declared, tokens } from "./tokens.js";

const KEYWORDS = [
  "SELECT",
  "DISTINCT",
  "WHERE",
  "FILTER",
  "OPTIONAL",
  "UNION",
  "MINUS",
  "VALUES",
  "BIND",
  "GRAPH",
  "ORDER BY",
  "GROUP BY",
  "HAVING",
  "LIMIT",
  "OFFSET",
  "PREFIX",
  "ASK",
  "CONSTRUCT",
  "DESCRIBE",
  "EXISTS",
  "NOT EXISTS",
  "COUNT",
  "SUM",
  "AVG",
  "MIN",
  "MAX",
  "SAMPLE",
  "GROUP_CONCAT",
  "STR",
  "LANG",
  "LANGMATCHES",
  "DATATYPE",
  "BOUND",
  "REGEX",
  "CONTAINS",
  "STRSTARTS",
  "LCASE",
  "COALESCE",
  "IF",
  "YEAR",
  "DESC",
  "ASC",
];

const MOST = 24;

/**
 * @typedef {"subject" | "predicate" | "object" | "none"} Role
 * @typedef {{label: string, apply: string, detail: string, type: string, prefix?: string}} Suggestion
 * @typedef {{
 *   vocabulary: import("./vocabulary.js").Vocabulary,
 *   things: import("./matching.js").Named<import("./things.js").Thing>[],
 * }} Known
 */

/**
 * The part of a triple that stands at the end of this text.
 * @param {import("./tokens.js").Token[]} before
 * @returns {Role}
 */
export function roleAt(before) {
  /** @type {Role[]} */
  const open = [];
  /** @type {Role} */
  let role = "none";
  let depth = 0;
  for (const { kind, text } of before) {
    if (text === "{") {
      open.push(role);
      role = "subject";
    } else if (text === "}") {
      open.pop();
      role = open.length ? "subject" : "none";
    } else if (text === "(") depth++;
    else if (text === ")") depth = Math.max(0, depth - 1);
    else if (!open.length || depth) continue;
    else if (text === ".") role = "subject";
    else if (text === ";") role = "predicate";
    else if (text === ",") role = "object";
    else if (/^[/|^!*+?]$/.test(text)) role = "predicate";
    else if (kind === "word" && text !== "a") role = "subject";
    else if (kind !== "sign" && kind !== "tag") role = role === "subject" ? "predicate" : "object";
  }
  return role;
}

/**
 * Suggestions for the word that ends at the end of this text, and where that word starts; null if there are none.
 * @param {string} text the query before the cursor
 * @param {string} whole the whole query
 * @param {Known} known
 * @param {boolean} isAsked whether the reader asked for suggestions, so that no letter need be there yet
 */
export function suggestions(text, whole, known, isAsked) {
  let before;
  try {
    before = tokens(text);
  } catch (error) {
    if (error instanceof Unclosed) return null;
    throw error;
  }
  if (isInside(text)) return null;
  const word = /(?:[?$][\p{L}\p{N}_]*|[\p{L}][\p{L}\p{N}_-]*:?[\p{L}\p{N}_%-]*|:)$/u.exec(text)?.[0] ?? "";
  if (!word && !isAsked) return null;
  const start = text.length - word.length;
  const past = before.filter((token) => token.start < start);
  const last = past.at(-1)?.text.toUpperCase();
  /** @type {Suggestion[]} */
  const options = last === "PREFIX" ? prefixOptions(word) : at(word, roleAt(past), past, whole, known);
  return options.length ? { start, options } : null;
}

/** Whether a comment or an IRI is being typed. @param {string} text */
function isInside(text) {
  const line = text.slice(text.lastIndexOf("\n") + 1);
  return /(^|\s)#[^<>]*$/.test(line) || /<[^<>"{}|^`\\\s]*$/.test(line);
}

/** @param {string} word @returns {Suggestion[]} */
function prefixOptions(word) {
  return Object.entries(prefixes)
    .filter(([name]) => name.startsWith(word.replace(/:.*/, "")))
    .map(([name, space]) => ({ label: `${name}:`, apply: `${name}: <${space}>`, detail: space, type: "namespace" }));
}

/**
 * @param {string} word
 * @param {Role} role
 * @param {import("./tokens.js").Token[]} past
 * @param {string} whole
 * @param {Known} known
 * @returns {Suggestion[]}
 */
function at(word, role, past, whole, known) {
  if (/^[?$]/.test(word)) return variableOptions(word, whole);
  const [prefix, local] = word.includes(":") ? word.split(":", 2) : [null, word];
  const isClass = past.at(-1)?.text === "a" || /^(rdf:type|terril:appliesTo)$/.test(past.at(-1)?.text ?? "");
  const terms = vocabularyOptions(known, prefix, local, isClass ? "class" : role === "predicate" ? "property" : null);
  if (isClass || (role === "predicate" && prefix !== null)) return terms;
  if (role === "predicate") return [...terms, ...keywordOptions(word)];
  const named = prefix === "terril" || role === "none" ? [] : thingOptions(known, prefix, local);
  if (prefix !== null) return [...named, ...terms];
  return [...keywordOptions(word), ...named, ...(role === "none" ? [] : terms)];
}

/** @param {string} word @param {string} whole */
function variableOptions(word, whole) {
  const names = new Set(whole.match(/[?$][\p{L}\p{N}_]+/gu) ?? []);
  names.delete(word);
  return [...names]
    .filter((name) => name.slice(1).startsWith(word.slice(1)))
    .sort()
    .map((name) => {
      return { label: name, apply: name, detail: "", type: "variable" };
    });
}

/** @param {string} word */
function keywordOptions(word) {
  const typed = word.toUpperCase();
  return typed
    ? KEYWORDS.filter((name) => name.startsWith(typed)).map((name) => ({
        label: name,
        apply: name,
        detail: "",
        type: "keyword",
      }))
    : [];
}

/**
 * @param {Known} known
 * @param {string | null} prefix
 * @param {string} local
 * @param {"class" | "property" | null} role
 */
function vocabularyOptions({ vocabulary }, prefix, local, role) {
  const fitting = vocabulary.filter(
    ({ item }) => (!role || item.role === role) && (prefix === null || item.name.startsWith(`${prefix}:`)),
  );
  const found = local ? best(fitting, apart(local), MOST) : fitting.slice(0, MOST * 4).map(({ item }) => item);
  return found.map(({ name, iri, label, role: type }) =>
    option(name, iri, label, type === "class" ? "class" : "property"),
  );
}

/** @param {Known} known @param {string | null} prefix @param {string} local */
function thingOptions({ things }, prefix, local) {
  if (!local && prefix === null) return [];
  const space = prefix === null ? "" : prefixes[prefix];
  if (space === undefined) return [];
  const fitting = things.filter(({ item }) => item.iri?.startsWith(space));
  const found = local ? best(fitting, apart(local), MOST) : fitting.slice(0, MOST).map(({ item }) => item);
  return found.map(({ iri, label, kind }) =>
    option(compact(/** @type {string} */ (iri)), /** @type {string} */ (iri), `${label} · ${kind}`, "constant"),
  );
}

/** @param {string} local a name such as hasStrand or smart-city, whose words a reader may type */
const apart = (local) => local.replace(/-/g, " ");

/** @param {string} name @param {string} iri @param {string} detail @param {string} type @returns {Suggestion} */
function option(name, iri, detail, type) {
  const prefix = name.startsWith("<") ? undefined : name.slice(0, name.indexOf(":"));
  return { label: name.startsWith("<") ? `<${iri}>` : name, apply: name, detail, type, prefix };
}

/**
 * The line that declares a prefix, if a query needs it and lacks it.
 * @param {string} whole
 * @param {string | undefined} prefix
 */
export function missingPrefix(whole, prefix) {
  if (prefix === undefined || !(prefix in prefixes)) return "";
  try {
    return prefix in declared(tokens(whole)) ? "" : `PREFIX ${prefix}: <${prefixes[prefix]}>\n`;
  } catch {
    return "";
  }
}
