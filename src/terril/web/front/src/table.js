/** Answers as tables that link to pages. */

import { compact, harmless, pageOf } from "./addresses.js";
import { element } from "./elements.js";
import { csv, isNumber, json, plain } from "./terms.js";
import { language, say } from "./words.js";

/** Rows shown before the reader asks for more: more would make a page slow. */
const STEP = 200;

/**
 * @typedef {import("./terms.js").Answer} Answer
 * @typedef {import("./terms.js").Term} Term
 * @typedef {import("./terms.js").Row} Row
 * @typedef {{root: string, engine: any, labels: (things: Iterable<string>) => Promise<Map<string, string>>}} Setting
 */

/** An answer as an element: a table, or yes or no. @param {Answer} answer @param {Setting} setting */
export function rendered(answer, setting) {
  if (answer.form === "truth") return element("p.front-truth", {}, say(answer.value ? "sparql.yes" : "sparql.no"));
  if (!answer.rows.length) return element("p.front-note", {}, say("sparql.empty"));
  const body = element("tbody");
  const head = element(
    "tr",
    {},
    ...answer.variables.map((name) => {
      return element(
        "th",
        { scope: "col", class: answer.rows.every((row) => isNumber(row[name])) && "front-number" },
        name,
      );
    }),
  );
  const more = element("button.front-button", { type: "button", onclick: () => show() });
  let shown = 0;
  const show = () => {
    const rows = answer.rows.slice(shown, shown + STEP);
    body.append(...rows.map((row) => tableRow(answer.variables, row, setting.root)));
    shown += rows.length;
    const left = answer.rows.length - shown;
    more.hidden = !left;
    more.textContent = say("sparql.more", { count: Math.min(left, STEP) });
    void name(body, rows, setting);
  };
  show();
  const table = element("table.front-table", {}, element("thead", {}, head), body);
  // What scrolls must be reachable by keyboard, and say what it is.
  const scroller = { tabindex: "0", role: "region", "aria-label": say("sparql.results") };
  return element("div.front-rows", {}, element("div.front-scroll", scroller, table), more);
}

/** @param {string[]} variables @param {Row} row @param {string} root */
function tableRow(variables, row, root) {
  const cells = variables.map((name) => {
    return element("td", { class: isNumber(row[name]) && "front-number" }, row[name] && cell(row[name], root));
  });
  return element("tr", {}, ...cells);
}

/** @param {Term} term @param {string} root */
function cell(term, root) {
  if (term.type !== "uri") {
    const foreign = term["xml:lang"] && term["xml:lang"] !== language() ? term["xml:lang"] : null;
    const text = plain(term);
    // The name of a blank node tells nothing but whether two are the same.
    if (term.type === "bnode") return element("span.front-kind", { title: text }, text.slice(0, 10));
    return element("span", { lang: foreign }, text, foreign && element("small.front-tag", {}, foreign));
  }
  const page = pageOf(term.value, language());
  const address = page ? root + page : harmless(term.value);
  const properties = { "data-iri": term.value, title: term.value };
  if (!address) return element("span", properties, compact(term.value));
  return element("a", { ...properties, href: address, rel: page ? null : "external noreferrer" }, compact(term.value));
}

/** Put labels in the place of short names, once they are known. @param {HTMLElement} body @param {Row[]} rows @param {Setting} setting */
async function name(body, rows, setting) {
  const things = rows.flatMap((row) =>
    Object.values(row)
      .filter(({ type }) => type === "uri")
      .map(({ value }) => value),
  );
  if (!things.length) return;
  const known = await setting.labels(things);
  for (const link of /** @type {NodeListOf<HTMLElement>} */ (body.querySelectorAll("[data-iri]:not([data-named])"))) {
    const label = known.get(link.dataset.iri ?? "");
    if (!label) continue;
    link.dataset.named = "";
    link.textContent = label;
  }
}

/** Buttons that save an answer as CSV or JSON. @param {Answer} answer */
export function downloads(answer) {
  if (answer.form === "truth" || !answer.rows.length) return null;
  const { variables, rows } = answer;
  return element(
    "span.front-downloads",
    {},
    saver("CSV", "csv", "text/csv", () => csv(variables, rows)),
    saver("JSON", "json", "application/sparql-results+json", () => json(variables, rows)),
  );
}

/** @param {string} label @param {string} ending @param {string} type @param {() => string} write */
function saver(label, ending, type, write) {
  const save = () => {
    const address = URL.createObjectURL(new Blob([write()], { type }));
    element("a", { href: address, download: `terril.${ending}` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  };
  return element(
    "button.front-button",
    { type: "button", onclick: save, "aria-label": `${say("sparql.download")} ${label}` },
    label,
  );
}

/** How many rows or triples there are, and how long that took. @param {Answer} answer @param {number} milliseconds */
export function tally(answer, milliseconds) {
  const seconds = milliseconds / 1000;
  const digits = { maximumFractionDigits: seconds < 10 ? 2 : 0, minimumFractionDigits: 0 };
  const time =
    milliseconds < 1000
      ? `${Math.max(1, Math.round(milliseconds))} ms`
      : `${seconds.toLocaleString(language(), digits)} s`;
  if (answer.form === "truth") return time;
  const [one, many] =
    answer.form === "rows"
      ? /** @type {const} */ (["sparql.row", "sparql.rows"])
      : /** @type {const} */ (["sparql.triple", "sparql.triples"]);
  return answer.rows.length === 1 ? say(one, { time }) : say(many, { count: answer.rows.length, time });
}
