/** The classes and properties of the graph, asked of the graph itself, for completion. */

import { compact } from "./addresses.js";
import { fold } from "./matching.js";

/**
 * @typedef {{iri: string, name: string, label: string, role: "class" | "property"}} Word
 * @typedef {import("./matching.js").Named<Word>[]} Vocabulary
 */

const QUERY = `
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?term ?role ?label WHERE {
  { ?term a owl:Class BIND("class" AS ?role) }
  UNION { ?term a owl:ObjectProperty BIND("property" AS ?role) }
  UNION { ?term a owl:DatatypeProperty BIND("property" AS ?role) }
  UNION { ?term a owl:AnnotationProperty BIND("property" AS ?role) }
  OPTIONAL { ?term rdfs:label ?label }
  FILTER isIRI(?term)
}`;

const RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const RDFS = "http://www.w3.org/2000/01/rdf-schema#";
const SKOS = "http://www.w3.org/2004/02/skos/core#";

/** What every graph uses and few declare. @type {[string, Word["role"]][]} */
const ALWAYS = [
  [`${RDF}type`, "property"],
  [`${RDFS}label`, "property"],
  [`${RDFS}subClassOf`, "property"],
  [`${SKOS}prefLabel`, "property"],
  [`${SKOS}altLabel`, "property"],
  [`${SKOS}broader`, "property"],
];

/**
 * @param {{run: (query: string) => Promise<import("./terms.js").Answer>}} engine
 * @param {string} lang
 * @returns {Promise<Vocabulary>}
 */
export async function vocabulary(engine, lang) {
  const answer = await engine.run(QUERY);
  /** @type {Map<string, Word & {others: string[]}>} */
  const words = new Map(ALWAYS.map(([iri, role]) => [iri, word(iri, role)]));
  for (const { term, role, label } of answer.form === "rows" ? answer.rows : []) {
    const known = words.get(term.value) ?? word(term.value, role.value);
    words.set(term.value, known);
    if (!label) continue;
    if (!known.label || label["xml:lang"] === lang) known.label = label.value;
    known.others.push(label.value);
  }
  return [...words.values()].map(({ others, ...item }) => ({
    item,
    names: [item.name.replace(/^.*:/, ""), ...others].map(fold),
  }));
}

/** @param {string} iri @param {Word["role"]} role */
const word = (iri, role) => ({ iri, name: compact(iri), label: "", role, others: /** @type {string[]} */ ([]) });
