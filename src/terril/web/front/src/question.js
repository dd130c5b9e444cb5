/** A catalogued question with its own values, answered in this browser where there is no server. */

import { prefixes } from "./addresses.js";
import { combobox } from "./combobox.js";
import { element } from "./elements.js";
import { engineFor, rootOf } from "./engine.js";
import { Failure } from "./failure.js";
import { labels } from "./labels.js";
import { best, fold } from "./matching.js";
import { follow } from "./progress.js";
import { downloads, rendered, tally } from "./table.js";
import { iri, literal } from "./terms.js";
import { bind } from "./tokens.js";
import { language, say } from "./words.js";

const XSD = prefixes.xsd;

/**
 * @typedef {{name: string, class: string, default?: string}} Parameter
 * @typedef {{query: string, parameters: Parameter[]}} Asked
 * @typedef {import("./matching.js").Named<{iri: string, label: string}>[]} Choices
 */

/** The class or datatype of a parameter as an IRI. @param {Parameter} parameter */
function kindOf(parameter) {
  const [prefix, local] = parameter.class.replace(/^<|>$/g, "").split(/:(?!\/\/)/, 2);
  return local !== undefined && prefix in prefixes ? prefixes[prefix] + local : parameter.class;
}

/**
 * A typed value as SPARQL writes it: an IRI, a short name, or the value of a datatype; null if it must be looked up.
 * @param {string} text
 * @param {string} kind
 */
export function term(text, kind) {
  if (kind.startsWith(XSD)) return literal(text, kind);
  const plain = text.replace(/^<(.*)>$/, "$1");
  const [prefix, local] = plain.split(":", 2);
  if (local && prefix in prefixes && /^[\w./-]+$/.test(local)) return iri(prefixes[prefix] + local);
  return /^https?:\/\//.test(plain) ? iri(plain) : null;
}

/** The things of a class by every name. @param {string} kind */
const choiceQuery = (kind) => `
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?thing ?name WHERE {
  ?kind rdfs:subClassOf* ${iri(kind)} . ?thing a ?kind .
  ?thing skos:prefLabel|rdfs:label|skos:altLabel|<http://purl.org/dc/terms/title>|<http://xmlns.com/foaf/0.1/name> ?name
}`;

/** Make a question's form answer on its own page. @param {HTMLFormElement} form @param {Asked} asked @returns {() => Promise<void>} answers once */
export function answerQuestion(form, { query, parameters }) {
  const engine = engineFor(form);
  const root = rootOf(form);
  const place = /** @type {HTMLElement | null} */ (document.querySelector("[data-answer]")) ?? element("section");
  if (!place.isConnected) form.after(place);
  const heading = place.querySelector("h2") ?? element("h2.front-heading", {}, say("question.answer"));
  const progress = follow(engine, "");
  progress.hidden = true;
  form.append(progress);
  /** @type {Map<string, Promise<Choices>>} */
  const lists = new Map();

  /** @param {string} kind @returns {Promise<Choices>} */
  const choices = (kind) => {
    const list = lists.get(kind) ?? choicesOf(engine, kind);
    lists.set(kind, list);
    list.catch(() => lists.delete(kind));
    return list;
  };

  for (const parameter of parameters) {
    const input = form.elements.namedItem(parameter.name);
    if (!(input instanceof HTMLInputElement) || kindOf(parameter).startsWith(XSD)) continue;
    input.removeAttribute("list");
    combobox(input, {
      label: say("search.suggestions"),
      suggest: async (text) => {
        progress.hidden = false;
        const list = await choices(kindOf(parameter)).catch(() => []);
        const found = text ? best(list, text, 10) : list.slice(0, 10).map(({ item }) => item);
        return found.map((thing) => ({ label: thing.label, value: thing }));
      },
      take: ({ label, value }) => {
        input.value = label;
        input.dataset.iri = value.iri;
        input.dataset.label = label;
      },
    });
  }

  return async () => {
    progress.hidden = false;
    // What the page says of the evidence is about its own example.
    for (const one of /** @type {NodeListOf<HTMLElement>} */ (
      document.querySelectorAll("[data-evidence], [aria-labelledby=evidence], .sources")
    ))
      one.hidden = true;
    place.replaceChildren(heading, element("p.front-note", { role: "status" }, say("sparql.running")));
    try {
      /** @type {Record<string, string>} */
      const values = {};
      for (const parameter of parameters) values[parameter.name] = await valueOf(form, parameter, choices);
      const bound = bind(query, values);
      await engine.prepare();
      const start = performance.now();
      const answer = await engine.run(bound);
      const setting = {
        root,
        engine,
        labels: (/** @type {Iterable<string>} */ iris) => labels(engine, iris, language()),
      };
      const head = element(
        "div.question-head",
        {},
        element("span", { role: "status" }, tally(answer, performance.now() - start)),
        downloads(answer),
      );
      const shown = element(
        "details.question-query",
        {},
        element("summary", {}, say("question.query")),
        element("pre", { tabindex: "0" }, bound),
      );
      place.replaceChildren(heading, head, rendered(answer, setting), shown);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      place.replaceChildren(heading, element("p.front-error", { role: "alert" }, error.message));
    }
  };
}

/**
 * @param {HTMLFormElement} form
 * @param {Parameter} parameter
 * @param {(kind: string) => Promise<Choices>} choices
 */
async function valueOf(form, parameter, choices) {
  const input = /** @type {HTMLInputElement | null} */ (form.elements.namedItem(parameter.name));
  const text = input?.value.trim() || parameter.default || "";
  const name = input?.labels?.[0]?.firstChild?.textContent?.trim() || parameter.name;
  if (!text) throw new Failure(say("question.choose", { name }));
  // A name taken from the list says which thing is meant, as long as it still stands there.
  if (input?.dataset.iri && input.dataset.label === text) return /** @type {string} */ (iri(input.dataset.iri));
  const kind = kindOf(parameter);
  const written = term(text, kind);
  if (written) return written;
  const found = (await choices(kind)).find(({ names }) => names.includes(fold(text)));
  if (!found) throw new Failure(say("question.unknown", { name, value: text }));
  return /** @type {string} */ (iri(found.item.iri));
}

/** @param {ReturnType<typeof engineFor>} engine @param {string} kind @returns {Promise<Choices>} */
async function choicesOf(engine, kind) {
  const answer = await engine.run(choiceQuery(kind));
  /** @type {Map<string, string[]>} */
  const names = new Map();
  for (const { thing, name } of answer.form === "rows" ? answer.rows : []) {
    names.set(thing.value, [...(names.get(thing.value) ?? []), name.value]);
  }
  const shown = await labels(engine, names.keys(), language());
  const list = [...names].map(([one, all]) => {
    const label = shown.get(one) ?? all[0];
    return { item: { iri: one, label }, names: [label, ...all].map(fold) };
  });
  return list.sort((a, b) => a.item.label.localeCompare(b.item.label, language()));
}
