/** Search: a field that completes names of things, and a page of results from names and, where there is one, full text. */

import { element } from "./elements.js";
import { combobox } from "./combobox.js";
import { find, reason } from "./things.js";
import { say } from "./words.js";

const SUGGESTED = 8;
const LISTED = 50;

/** Make a search field complete. @param {HTMLInputElement} input with the address of the list in `data-index` */
export function completeSearch(input) {
  const index = input.dataset.index ?? "search.json";
  combobox(input, {
    label: say("search.suggestions"),
    suggest: async (text) => {
      const found = text ? await find(index, text, SUGGESTED).catch(() => []) : [];
      return found.map((thing) => ({
        label: thing.label,
        note: thing.kind,
        hint: reason(thing, text),
        value: thing.href,
      }));
    },
    take: ({ value }) => location.assign(value),
  });
}

/**
 * Show what is found for `?q=`.
 * @param {HTMLElement} place
 * @param {HTMLInputElement | null} input
 */
export async function showResults(place, input) {
  const words = new URLSearchParams(location.search).get("q")?.trim() ?? "";
  if (input && !input.value) input.value = words;
  if (!words) return;
  const index = place.dataset.index ?? input?.dataset.index ?? "search.json";
  const folder = new URL(
    input?.dataset.pagefind ?? new URL("pagefind/", new URL(index, document.baseURI)),
    document.baseURI,
  ).href;
  place.setAttribute("aria-live", "polite");
  const [found, pages] = await Promise.all([find(index, words, LISTED).catch(() => null), fullText(folder, words)]);
  if (!found && !pages.length) return place.replaceChildren(element("p.front-note", {}, say("search.failed")));
  const parts = [...byName(found ?? [], words), ...byText(pages, found ?? [])];
  place.replaceChildren(...(parts.length ? parts : [element("p.front-note", {}, say("search.nothing", { words }))]));
}

/** @param {import("./things.js").Thing[]} found @param {string} words */
function byName(found, words) {
  if (!found.length) return [];
  const items = found.map((thing) => {
    const also = reason(thing, words);
    return element(
      "li",
      {},
      element("a", { href: thing.href }, thing.label),
      element("span.front-kind", {}, thing.kind),
      also && element("small", {}, say("search.also", { names: also })),
    );
  });
  const title = found.length === 1 ? say("search.thing") : say("search.things", { count: found.length });
  return [element("h2.front-heading", {}, title), element("ol.front-found", {}, ...items)];
}

/**
 * @typedef {{url: string, title: string, excerpt: string}} Page
 * @param {Page[]} pages
 * @param {import("./things.js").Thing[]} found things that are listed by name already
 */
function byText(pages, found) {
  const listed = new Set(found.map(({ href }) => href));
  const others = pages.filter(({ url }) => !listed.has(url));
  if (!others.length) return [];
  const items = others.map(({ url, title, excerpt }) => {
    return element("li", {}, element("a", { href: url }, title), element("p", {}, ...marked(excerpt)));
  });
  const title = others.length === 1 ? say("search.page") : say("search.pages", { count: others.length });
  return [element("h2.front-heading", {}, title), element("ol.front-found", {}, ...items)];
}

/** An excerpt with its marked words, read as text: what pages say must not become markup. @param {string} excerpt */
function marked(excerpt) {
  const parsed = new DOMParser().parseFromString(excerpt, "text/html");
  return [...parsed.body.childNodes].map((node) => {
    const text = node.textContent ?? "";
    return node.nodeName === "MARK" ? element("mark", {}, text) : text;
  });
}

/**
 * Pages that say the words, by the full-text index that may lie beside the pages; none if there is no such index.
 * @param {string} folder
 * @param {string} words
 * @returns {Promise<Page[]>}
 */
async function fullText(folder, words) {
  try {
    const pagefind = await import(`${folder}pagefind.js`);
    const root = new URL("..", folder);
    await pagefind.options({ baseUrl: root.pathname });
    const { results } = await pagefind.search(words);
    const pages = await Promise.all(results.slice(0, LISTED).map((/** @type {any} */ one) => one.data()));
    return pages.map((page) => ({
      url: new URL(page.url, root).href,
      title: page.meta?.title ?? page.url,
      excerpt: page.excerpt,
    }));
  } catch {
    return [];
  }
}
