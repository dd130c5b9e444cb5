/** The list of things that the site carries for search: `[[label, kind, address, [other names]], …]`. */

import { address, iriOf } from "./addresses.js";
import { best, fold } from "./matching.js";

/** @typedef {{label: string, kind: string, href: string, others: string[], iri: string | null}} Thing */

/** @type {Map<string, Promise<import("./matching.js").Named<Thing>[]>>} */
const lists = new Map();

/**
 * The things of a list, fetched once. Rejects if it cannot be fetched.
 * @param {string} index address of the list; addresses in it are relative to the folder it lies in
 */
export function things(index) {
  const full = new URL(index, document.baseURI);
  let list = lists.get(full.href);
  if (!list) {
    list = fetch(full)
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)))
      .then((rows) => named(rows, full));
    list.catch(() => lists.delete(full.href));
    lists.set(full.href, list);
  }
  return list;
}

/** @param {[string, string, string, string[]?][]} rows @param {URL} place where the list lies */
export function named(rows, place) {
  return rows.map(([label, kind, path, others = []]) => ({
    item: { label, kind, href: address(path, place), others, iri: iriOf(path) },
    names: [label, ...others].map(fold),
  }));
}

/** The things whose names are like these words, best first. @param {string} index @param {string} words @param {number} limit */
export async function find(index, words, limit) {
  return best(await things(index), words, limit);
}

/** The other name by which a thing was found, if its label does not tell why. @param {Thing} thing @param {string} words */
export function reason({ label, others }, words) {
  const typed = fold(words);
  if (fold(label).includes(typed)) return undefined;
  return others.find((name) => fold(name).includes(typed));
}
