/** What things are called, in the language of the page, else in English, else in any: as `terril.results` in Python. */

import { iri } from "./terms.js";

const PROPERTIES = [
  "http://www.w3.org/2004/02/skos/core#prefLabel",
  "http://www.w3.org/2000/01/rdf-schema#label",
  "http://purl.org/dc/terms/title",
  "http://xmlns.com/foaf/0.1/name",
];

/** Things whose labels are asked for at once. */
const BATCH = 500;

/** @param {string[]} iris written as SPARQL writes them */
function labelQuery(iris) {
  const branches = PROPERTIES.map((one, i) => `{ ?thing <${one}> ?label BIND(${i} AS ?rank) }`).join(" UNION ");
  return `SELECT DISTINCT ?thing ?rank ?label WHERE { VALUES ?thing { ${iris.join(" ")} } ${branches} }`;
}

/**
 * The labels of things by IRI; what has none is left out, and so is everything if the engine fails: a table without
 * labels still answers.
 * @param {{run: (query: string) => Promise<import("./terms.js").Answer>}} engine
 * @param {Iterable<string>} things
 * @param {string} lang
 * @returns {Promise<Map<string, string>>}
 */
export async function labels(engine, things, lang) {
  const wanted = [...new Set(things)].map(iri).filter((one) => one !== null);
  /** @type {Map<string, {label: string, rank: number}>} */
  const found = new Map();
  for (let start = 0; start < wanted.length; start += BATCH) {
    const answer = await engine.run(labelQuery(wanted.slice(start, start + BATCH))).catch(() => null);
    for (const { thing, rank, label } of answer?.form === "rows" ? answer.rows : []) {
      const order = distance(label["xml:lang"], lang) * PROPERTIES.length + Number(rank.value);
      const known = found.get(thing.value);
      if (!known || order < known.rank) found.set(thing.value, { label: label.value, rank: order });
    }
  }
  return new Map([...found].map(([thing, { label }]) => [thing, label]));
}

/** @param {string | undefined} tag @param {string} lang */
function distance(tag, lang) {
  const plain = tag?.toLowerCase().split("-")[0];
  return plain === lang ? 0 : plain === "en" ? 1 : plain === undefined ? 2 : 3;
}
