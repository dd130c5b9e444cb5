/**
 * The query engine, in a worker of its own: reading the graph and running queries never hold up the page, and a query
 * is stopped by ending the worker. It asks nothing of the network: the page hands it the compiled engine and the dump.
 *
 * In:  {module, dump, isPacked} once, then {id, query, form}.
 * Out: {statements} while reading, {ready: statements}, then {id, body} or {id, error}; {broken} if reading fails.
 */

import { initSync, Store } from "oxigraph/web.js";

/** Bytes given to the engine at once: large enough to be quick, small enough to show progress. */
const PIECE = 1 << 20;
const NEWLINE = 10;

const FORMATS = { rows: "application/sparql-results+json", triples: "application/n-triples" };

/** @type {any} */
let store;

onmessage = async ({ data }) => {
  if (data.module) await read(data).catch((error) => postMessage({ broken: sentence(error) }));
  else answer(data);
};

/** @param {{module: WebAssembly.Module, dump: Blob, isPacked: boolean}} parts */
async function read({ module, dump, isPacked }) {
  initSync({ module });
  store = new Store();
  let statements = 0;
  const stream = isPacked ? dump.stream().pipeThrough(new DecompressionStream("gzip")) : dump.stream();
  for await (const lines of wholeLines(stream)) {
    store.load(lines, { format: "application/n-quads", no_transaction: true, lenient: true });
    statements += lines.filter((byte) => byte === NEWLINE).length;
    postMessage({ statements });
  }
  postMessage({ ready: store.size });
}

/**
 * The bytes of a stream in pieces that end where a line ends, so that no statement is cut.
 * @param {ReadableStream<Uint8Array>} stream
 */
async function* wholeLines(stream) {
  /** @type {Uint8Array<any>[]} */
  let held = [];
  let size = 0;
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    const end = next.value.lastIndexOf(NEWLINE) + 1;
    if (size + end > PIECE && end) {
      yield joined([...held, next.value.subarray(0, end)]);
      held = [next.value.subarray(end)];
    } else held.push(next.value);
    size = held.reduce((sum, part) => sum + part.length, 0);
  }
  if (size) yield joined(held);
}

/** @param {Uint8Array<any>[]} parts */
function joined(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** @param {{id: number, query: string, form: "rows" | "triples"}} asked */
function answer({ id, query, form }) {
  try {
    postMessage({ id, body: store.query(query, { results_format: FORMATS[form] }) });
  } catch (error) {
    postMessage({ id, error: sentence(error) });
  }
}

/** @param {unknown} error */
const sentence = (error) => (error instanceof Error ? error.message : String(error));
