/** What went wrong with a query, in words. */

import { say } from "./words.js";

/** A failure with a sentence for the reader, and the place in the query if it is about one. */
export class Failure extends Error {
  /** @param {string} message @param {{line?: number, column?: number}} [place] */
  constructor(message, { line, column } = {}) {
    super(message);
    this.line = line;
    this.column = column;
  }
}

/** A query that the reader stopped. */
export class Stopped extends Failure {
  constructor() {
    super(say("sparql.stopped"));
  }
}

/**
 * What a query engine said, as a failure. Engines say where they stopped reading as `error at 2:10: expected …`.
 * @param {string} said
 */
export function failureOf(said) {
  const found = /error at (\d+):(\d+)(?:: expected ([^]*))?/.exec(said);
  if (found) {
    const place = { line: Number(found[1]), column: Number(found[2]) };
    if (found[3]?.includes("Prefix not found")) return new Failure(say("error.prefix", place), place);
    return new Failure([say("error.syntax", place), expectation(found[3] ?? "")].filter(Boolean).join(" "), place);
  }
  if (/service .* not supported/i.test(said)) return new Failure(say("error.service"));
  if (/memory|unreachable|out of bounds|call stack/i.test(said)) return new Failure(say("error.memory"));
  return new Failure(say("error.other", { reason: said.slice(0, 300) }));
}

/**
 * What a parser expected, if it is little enough to help. Its ranges of letters tell a reader nothing, nor do lists of
 * every function there is.
 * @param {string} text
 */
function expectation(text) {
  const parts = text
    .replace(/\[(?:[^[\]']|'[^']*')*\]/g, "")
    .replace("one of", "")
    .split(",")
    .map((part) => part.trim());
  const known = [
    ...new Set(
      parts.map((part) => part.replace(/^"(.*)"$/, "$1")).filter((part) => /^(\S{1,2}|[A-Z]{2,})$/.test(part)),
    ),
  ];
  return known.length && known.length < 7 ? say("error.expected", { expected: known.join("  ") }) : "";
}
