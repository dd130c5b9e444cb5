/** What a graph shows, in words: what its signs mean, and all that it says as a list. */

import { element } from "./elements.js";
import { sign } from "./kinds.js";
import { say } from "./words.js";

/** @param {import("./kinds.js").Looks} looks @param {boolean} hasInferred @returns {HTMLElement[]} items of a list */
export function legend(looks, hasInferred) {
  const line = (/** @type {string} */ name) => element(`span.graph-line.graph-${name}`, { "aria-hidden": "true" });
  const kinds = [...looks.known.keys()].map((kind) => element("li", {}, sign(looks.of(kind)), kind));
  if (!hasInferred) return kinds;
  const stated = element("li", {}, line("asserted"), say("graph.asserted"));
  return [...kinds, stated, element("li", {}, line("inferred"), say("graph.isInferred"))];
}

/** @param {import("./neighbourhood.js").Neighbourhood} whole @returns {HTMLElement[]} items of a list */
export function listed({ nodes, edges }) {
  const named = new Map(nodes.map((node) => [node.id, node]));
  const link = (/** @type {string} */ id) => element("a", { href: named.get(id)?.href }, named.get(id)?.label ?? id);
  return edges.map(({ source, target, label, inferred }) => {
    const note = inferred && element("small", {}, ` (${say("graph.inferred")})`);
    return element("li", {}, link(source), " ", element("span.graph-verb", {}, label), " ", link(target), note);
  });
}
