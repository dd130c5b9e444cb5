/** RDF terms as the SPARQL results format for JSON gives them, and texts made of them. */

/**
 * @typedef {{type: "uri" | "literal" | "bnode" | "triple", value: any, "xml:lang"?: string, datatype?: string}} Term
 * @typedef {Record<string, Term>} Row
 * @typedef {{form: "rows" | "triples", variables: string[], rows: Row[]} | {form: "truth", value: boolean}} Answer
 */

const XSD = "http://www.w3.org/2001/XMLSchema#";
const NUMBERS = /#(integer|decimal|double|float|int|long|short|byte|nonNegativeInteger|positiveInteger|gYear)$/;

/** An answer from the text of SPARQL results in JSON. @param {string} text @returns {Answer} */
export function answerOf(text) {
  const { head, results, boolean } = JSON.parse(text);
  if (typeof boolean === "boolean") return { form: "truth", value: boolean };
  return { form: "rows", variables: head.vars, rows: results.bindings };
}

/** An answer from N-Triples, which a CONSTRUCT or DESCRIBE gives. @param {string} text @returns {Answer} */
export function triplesOf(text) {
  const variables = ["subject", "predicate", "object"];
  const rows = text.split("\n").map((line) => {
    const parts = line.match(/<[^>]*>|_:[^\s]+|"(?:[^"\\]|\\.)*"(?:@[A-Za-z0-9-]+|\^\^<[^>]*>)?/g);
    return parts?.length === 3 ? Object.fromEntries(parts.map((part, i) => [variables[i], termOf(part)])) : null;
  });
  return { form: "triples", variables, rows: /** @type {Row[]} */ (rows.filter(Boolean)) };
}

/** @param {string} text one term of N-Triples @returns {Term} */
function termOf(text) {
  if (text.startsWith("<")) return { type: "uri", value: unescaped(text.slice(1, -1)) };
  if (text.startsWith("_:")) return { type: "bnode", value: text.slice(2) };
  const end = text.lastIndexOf('"');
  const [value, rest] = [unescaped(text.slice(1, end)), text.slice(end + 1)];
  if (rest.startsWith("@")) return { type: "literal", value, "xml:lang": rest.slice(1) };
  return rest ? { type: "literal", value, datatype: rest.slice(3, -1) } : { type: "literal", value };
}

/** @type {Record<string, string>} */
const ESCAPES = { t: "\t", b: "\b", n: "\n", r: "\r", f: "\f", '"': '"', "'": "'", "\\": "\\" };

/** @param {string} text */
function unescaped(text) {
  return text.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g, (all, short, long, char) =>
    char ? (ESCAPES[char] ?? all) : String.fromCodePoint(parseInt(short ?? long, 16)),
  );
}

/** Whether a term is a number, which a table puts to the right. @param {Term | undefined} term */
export const isNumber = (term) => NUMBERS.test(term?.datatype ?? "");

/**
 * A literal as SPARQL writes it: what a user typed can close no quote.
 * @param {string} value
 * @param {string} [datatype]
 */
export function literal(value, datatype) {
  const quoted = JSON.stringify(value).replace(/[\u007f-\u009f\u2028\u2029]/g, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  return datatype && datatype !== `${XSD}string` ? `${quoted}^^<${datatype}>` : quoted;
}

/** An IRI as SPARQL writes it; null for what is no absolute IRI. @param {string} text */
export function iri(text) {
  return /^[A-Za-z][\w+.-]*:[^\s<>"{}|\\^`\u0000-\u0020]+$/.test(text) ? `<${text}>` : null;
}

/** A term as text that says all of it. @param {Term} term @returns {string} */
export function plain(term) {
  if (term.type === "bnode") return `_:${term.value}`;
  if (term.type === "triple")
    return ["subject", "predicate", "object"].map((part) => plain(term.value[part])).join(" ");
  return term.value;
}

/** Rows as CSV, as SPARQL 1.1 Query Results CSV wants it. @param {string[]} variables @param {Row[]} rows */
export function csv(variables, rows) {
  /** @param {string} text */
  const field = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = rows.map((row) => variables.map((name) => (row[name] ? field(plain(row[name])) : "")).join(","));
  return [variables.map(field).join(","), ...lines, ""].join("\r\n");
}

/** Rows as SPARQL results in JSON. @param {string[]} variables @param {Row[]} rows */
export function json(variables, rows) {
  return JSON.stringify({ head: { vars: variables }, results: { bindings: rows } }, null, 1);
}
