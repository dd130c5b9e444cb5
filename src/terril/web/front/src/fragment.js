/** The query in the address: a link to the page with a fragment shows the same query elsewhere, and asks no server. */

/** @param {string} hash */
export function queryIn(hash) {
  return new URLSearchParams(hash.replace(/^#/, "").replaceAll("+", "%2B")).get("query");
}

/** @param {string} query */
export const fragmentOf = (query) => `#query=${encodeURIComponent(query)}`;
