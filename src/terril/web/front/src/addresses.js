/** Which page of this site describes an IRI, and which IRI a page is about: as `terril.web.addresses` in Python. */

import PREFIXES from "./prefixes.json" with { type: "json" };

/** @type {Record<string, string>} */
export const prefixes = PREFIXES;

export const BASE = prefixes.terril.replace(/ns#$/, "");
const SPACES = [`${BASE}id/`, `${BASE}auth/`];
const encoder = new TextEncoder();

/**
 * The path of the page that tells of an IRI, from the top of the site; null for what lies elsewhere.
 * @param {string} iri
 * @param {string} lang
 */
export function pageOf(iri, lang) {
  const ending = lang === "en" ? ".html" : `.${lang}.html`;
  if (iri.startsWith(prefixes.terril)) return `ns${ending}#${iri.slice(prefixes.terril.length)}`;
  const space = SPACES.find((one) => iri.startsWith(one));
  const segments = space ? iri.slice(space.length).split("/") : [];
  if (segments.length < 2 || segments.some((segment) => !segment)) return null;
  return `doc/${segments.map(escaped).join("/")}${ending}`;
}

/**
 * The IRI of the thing that a page is about; null for other pages.
 * @param {string} path from the top of the site
 */
export function iriOf(path) {
  const found = /^doc\/([^/]+)\/(.+?)(\.[a-z]{2})?\.html$/.exec(path);
  if (!found || !(found[1] in prefixes)) return null;
  try {
    return prefixes[found[1]] + decodeURIComponent(found[2].replace(/~([0-9A-F]{2})/g, "%$1"));
  } catch {
    return null;
  }
}

/**
 * An IRI as a reader would write it, with the longest prefix that fits; in angle brackets if there is none.
 * @param {string} iri
 */
export function compact(iri) {
  const [prefix, space] = Object.entries(prefixes)
    .filter(([, one]) => iri.startsWith(one))
    .reduce((best, next) => (next[1].length > best[1].length ? next : best), ["", ""]);
  const local = iri.slice(space.length);
  return space && /^[\w-]*$/.test(local) ? `${prefix}:${local}` : `<${iri}>`;
}

/** An address that may stand in a link; `javascript:` and the like give null. @param {string} iri */
export function harmless(iri) {
  return /^(https?:\/\/|mailto:)[^\s<>"]+$/i.test(iri) ? iri : null;
}

/**
 * The full address that a page or a list gives for a page of this site; the page itself for one that is no address.
 * @param {string} href
 * @param {string | URL} page
 */
export function address(href, page) {
  try {
    return harmless(new URL(href, page).href) ?? String(page);
  } catch {
    return String(page);
  }
}

/** @param {string} segment */
function escaped(segment) {
  const isIndex = /^index(-\d+)?$/.test(segment);
  const [first, rest] = isIndex ? [segment.slice(0, 1), segment.slice(1)] : ["", segment];
  return hexed(first) + rest.replace(/[^A-Za-z0-9_-]/gu, hexed);
}

/** @param {string} text */
function hexed(text) {
  return [...encoder.encode(text)].map((byte) => `~${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
}
