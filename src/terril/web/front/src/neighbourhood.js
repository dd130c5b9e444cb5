/** A neighbourhood as data: things, what ties them, and how neighbourhoods of several pages become one. */

/**
 * @typedef {{id: string, label: string, kind: string, href: string}} Thing
 * @typedef {{source: string, target: string, label: string, inferred: boolean}} Tie
 * @typedef {{centre: string, nodes: Thing[], edges: Tie[]}} Neighbourhood
 */

import { address } from "./addresses.js";
import { carried } from "./elements.js";

/** Neighbours shown at once around one thing: more than a reader takes in, and than fit. */
export const MOST = 32;

/**
 * What a page carries, with full addresses; null if it is no neighbourhood.
 * @param {any} data
 * @param {string} page the page's address
 * @returns {Neighbourhood | null}
 */
export function read(data, page) {
  if (!data?.centre || !Array.isArray(data.nodes) || !Array.isArray(data.edges)) return null;
  const nodes = data.nodes.map((/** @type {any} */ node) => ({
    id: String(node.id),
    label: String(node.label ?? node.id),
    kind: String(node.kind ?? ""),
    href: address(node.href ?? "", page),
  }));
  const known = new Set(nodes.map((/** @type {Thing} */ { id }) => id));
  const edges = data.edges.filter(
    (/** @type {Tie} */ { source, target }) => known.has(source) && known.has(target) && source !== target,
  );
  return {
    centre: data.centre,
    nodes,
    edges: edges.map((/** @type {any} */ edge) => ({ ...edge, inferred: !!edge.inferred })),
  };
}

/** @param {Tie} tie */
const tieId = ({ source, target, label }) => `${source}→${target}→${label}`;

/**
 * The neighbours of a thing, those tied alike side by side, those that a document states first. If there are more
 * than `most`, every kind of tie keeps its share.
 * @param {Neighbourhood} whole
 * @param {string} id
 * @param {number} [most]
 */
export function neighbours({ nodes, edges }, id, most = MOST) {
  /** @type {Map<string, string>} */
  const keys = new Map();
  for (const edge of edges) {
    if (edge.source !== id && edge.target !== id) continue;
    const other = edge.source === id ? edge.target : edge.source;
    const key = `${edge.inferred ? 1 : 0}${edge.source === id ? 0 : 1}${edge.label}`;
    if (key < (keys.get(other) ?? "2")) keys.set(other, key);
  }
  const keyOf = (/** @type {Thing} */ node) => keys.get(node.id) ?? "";
  const all = nodes.filter(keyOf).sort((a, b) => keyOf(a).localeCompare(keyOf(b)) || a.label.localeCompare(b.label));
  // The first of each kind, then the second of each, and so on until there are enough.
  const turns = turnsWithin(all.map(keyOf));
  const kept = new Set([...all.keys()].sort((a, b) => turns[a] - turns[b] || a - b).slice(0, most));
  return all.filter((_, i) => kept.has(i));
}

/** For each of these, how many like it come before it. @param {string[]} keys */
function turnsWithin(keys) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  return keys.map((key) => {
    const turn = counts.get(key) ?? 0;
    counts.set(key, turn + 1);
    return turn;
  });
}

/**
 * Two neighbourhoods as one, around the centre of the first.
 * @param {Neighbourhood} one
 * @param {Neighbourhood} other
 * @returns {Neighbourhood}
 */
export function merged(one, other) {
  const nodes = new Map([...one.nodes, ...other.nodes].reverse().map((node) => [node.id, node]));
  const edges = new Map([...one.edges, ...other.edges].map((edge) => [tieId(edge), edge]));
  return { centre: one.centre, nodes: [...nodes.values()].reverse(), edges: [...edges.values()] };
}

/**
 * @typedef {{id: string, source: string, target: string, labels: string[], inferred: boolean, isMutual: boolean}} Line
 */

/**
 * Ties as lines: one between two things, whatever number of ties there is, inferred if all of them are.
 * @param {Tie[]} edges
 * @returns {Line[]}
 */
export function lines(edges) {
  /** @type {Map<string, Line>} */
  const drawn = new Map();
  for (const { source, target, label, inferred } of edges) {
    const id = [source, target].sort().join("↔");
    const line = drawn.get(id) ?? { id, source, target, labels: [], inferred: true, isMutual: false };
    drawn.set(id, line);
    if (!line.labels.includes(label)) line.labels.push(label);
    line.inferred &&= inferred;
    line.isMutual ||= source !== line.source;
  }
  return [...drawn.values()];
}

/**
 * Of the lines of a thing that say the same, the middle one: it carries the words, once is enough.
 * @param {Line[]} drawn in the order in which their ends are placed
 * @param {string} centre
 */
export function spoken(drawn, centre) {
  /** @type {Map<string, Line[]>} */
  const groups = new Map();
  for (const line of drawn) {
    const key = `${line.source === centre} ${line.inferred} ${line.labels.join(" · ")}`;
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  return new Set([...groups.values()].map((group) => group[Math.floor((group.length - 1) / 2)].id));
}

/** The neighbourhood that another page carries; null if it cannot be had. @param {string} href */
export async function fetched(href) {
  try {
    const answer = await fetch(href, { headers: { accept: "text/html" } });
    if (!answer.ok) return null;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const section = page.querySelector("[data-graph]");
    return section && read(carried(section), answer.url || href);
  } catch {
    return null;
  }
}
