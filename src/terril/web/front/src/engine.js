/**
 * Where queries run: in this browser, over a dump that is fetched once, or on the server that gave the page. Both
 * engines answer `run(query)` with the same answers and fail with the same `Failure`s.
 */

import { Failure, Stopped, failureOf } from "./failure.js";
import { answerOf, triplesOf } from "./terms.js";
import { form, ordered } from "./tokens.js";
import { say } from "./words.js";
import wasm from "oxigraph/web_bg.wasm";

/**
 * @typedef {import("./terms.js").Answer} Answer
 * @typedef {{stage: "fetching", done: number, total: number} | {stage: "loading" | "ready", count: number}} Progress
 * @typedef {{module: WebAssembly.Module, dump: Blob, isPacked: boolean, program: string}} Parts
 * @typedef {{resolve: (text: string) => void, reject: (why: Error) => void}} Waiting
 */

/** The form of an answer, or a failure if the query is none that may be asked. @param {string} query */
function formOf(query) {
  let asked;
  try {
    asked = form(query);
  } catch (error) {
    const line = /** @type {any} */ (error).line;
    throw new Failure(say("error.unclosed", { line }), { line, column: 1 });
  }
  if (!asked) throw new Failure(say("error.update"));
  return asked === "SELECT" || asked === "ASK" ? "rows" : "triples";
}

/** @param {string} text @param {string} asked @param {string} query @returns {Answer} */
function read(text, asked, query) {
  const answer = asked === "rows" ? answerOf(text) : triplesOf(text);
  return answer.form === "rows" ? { ...answer, variables: ordered(query, answer.variables) } : answer;
}

/** Oxigraph in a worker of this browser. Once it is ready it needs no network, even after a query was stopped. */
export class LocalEngine {
  /** @param {string} dump address of N-Quads, packed with gzip or not */
  constructor(dump) {
    this.dump = dump;
    /** @type {Set<(progress: Progress) => void>} */
    this.listeners = new Set();
    /** @type {Map<number, Waiting>} */
    this.waiting = new Map();
    this.asked = 0;
    /** @type {Promise<Parts> | null} */
    this.parts = null;
    /** @type {Promise<Worker> | null} */
    this.worker = null;
    /** @type {() => void} */
    this.end = () => {};
  }

  /** Fetch and read the graph, if that was not done yet. @returns {Promise<Worker>} */
  prepare() {
    this.worker ??= this.start().catch((error) => {
      this.worker = null;
      throw error;
    });
    return this.worker;
  }

  /** @param {string} query @returns {Promise<Answer>} */
  async run(query) {
    const asked = formOf(query);
    const worker = await this.prepare();
    const text = await this.ask(worker, query, asked);
    return read(text, asked, query);
  }

  /** End what runs. The graph is read again for the next query, from what was fetched. */
  stop() {
    this.end();
    this.worker = null;
    for (const { reject } of this.waiting.values()) reject(new Stopped());
    this.waiting.clear();
  }

  /** @param {Worker} worker @param {string} query @param {string} asked @returns {Promise<string>} */
  ask(worker, query, asked) {
    const id = ++this.asked;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      worker.postMessage({ id, query, form: asked });
    });
  }

  /** @returns {Promise<Worker>} */
  async start() {
    this.parts ??= this.fetch().catch((error) => {
      this.parts = null;
      throw error;
    });
    const { program, ...parts } = await this.parts;
    const worker = new Worker(program);
    return new Promise((resolve, reject) => {
      this.end = () => {
        worker.terminate();
        reject(new Stopped());
      };
      worker.onmessage = ({ data }) => {
        if (data.id) this.settle(data);
        else if (data.broken) reject(failureOf(data.broken));
        else if (data.statements) this.tell({ stage: "loading", count: data.statements });
        else {
          this.tell({ stage: "ready", count: data.ready });
          resolve(worker);
        }
      };
      // A worker that dies of a query takes its memory along; the next query gets a new one.
      worker.onerror = (event) => {
        event.preventDefault();
        const failure = failureOf(event.message || "out of memory");
        for (const one of this.waiting.values()) one.reject(failure);
        this.waiting.clear();
        this.worker = null;
        reject(failure);
      };
      worker.postMessage(parts);
    });
  }

  /** @param {{id: number, body?: string, error?: string}} answer */
  settle({ id, body, error }) {
    const one = this.waiting.get(id);
    this.waiting.delete(id);
    if (error === undefined) one?.resolve(body ?? "");
    else {
      if (/unreachable|memory|out of bounds|recursive use/.test(error)) this.stop();
      one?.reject(failureOf(error));
    }
  }

  /** Everything that comes over the network, ever. @returns {Promise<Parts>} */
  async fetch() {
    const [program, module, dump] = await Promise.all([this.fetchProgram(), fetchModule(), this.fetchDump()]);
    const [first, second] = new Uint8Array(await dump.slice(0, 2).arrayBuffer());
    // Some hosts unpack the file on the way: then what arrives is plain text.
    return { program, module, dump, isPacked: first === 0x1f && second === 0x8b };
  }

  /** The worker's program as an address that outlives the network. */
  async fetchProgram() {
    const answer = await got(new URL(WORKER, import.meta.url).href, "error.engine");
    return URL.createObjectURL(new Blob([await answer.text()], { type: "text/javascript" }));
  }

  async fetchDump() {
    const answer = await got(this.dump, "error.dump");
    const total = Number(answer.headers.get("content-length"));
    const chunks = [];
    let done = 0;
    const reader = /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (answer.body).getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      chunks.push(next.value);
      done += next.value.length;
      this.tell({ stage: "fetching", done, total: Math.max(total, done) });
    }
    return new Blob(chunks);
  }

  /** @param {Progress} progress */
  tell(progress) {
    for (const listener of this.listeners) listener(progress);
  }
}

/** Not `compileStreaming`: hosts that do not know the media type of WebAssembly would make it fail. */
async function fetchModule() {
  const answer = await got(new URL(/** @type {any} */ (wasm), import.meta.url).href, "error.engine");
  try {
    return await WebAssembly.compile(await answer.arrayBuffer());
  } catch (error) {
    throw new Failure(say("error.engine", { reason: String(error) }));
  }
}

/** @param {string} address @param {"error.dump" | "error.engine"} word */
async function got(address, word) {
  /** @type {Response | undefined} */
  const answer = await fetch(address).catch(() => undefined);
  if (answer?.ok) return answer;
  throw new Failure(say(word, { reason: answer ? String(answer.status) : "network" }));
}

/** The SPARQL endpoint of the server that gave the page. */
export class RemoteEngine {
  /** @param {string} endpoint */
  constructor(endpoint) {
    this.endpoint = endpoint;
    this.listeners = new Set();
    this.controller = new AbortController();
  }

  async prepare() {}

  /** @param {string} query @returns {Promise<Answer>} */
  async run(query) {
    const asked = formOf(query);
    const answer = await this.send(query, asked);
    const text = await answer.text().catch(() => "");
    if (!answer.ok) throw refusal(answer.status, text);
    return read(text, asked, query);
  }

  stop() {
    this.controller.abort();
    this.controller = new AbortController();
  }

  /** @param {string} query @param {string} asked */
  async send(query, asked) {
    const accept = asked === "rows" ? "application/sparql-results+json" : "application/n-triples";
    try {
      return await fetch(this.endpoint, {
        method: "POST",
        headers: { accept, "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({ query }),
        signal: this.controller.signal,
      });
    } catch (error) {
      throw /** @type {Error} */ (error).name === "AbortError" ? new Stopped() : new Failure(say("error.network"));
    }
  }
}

/** What a server said with its refusal: problem+json has a sentence in `detail`. @param {number} status @param {string} text */
function refusal(status, text) {
  let reason = text.slice(0, 300);
  try {
    const problem = JSON.parse(text);
    reason = problem.detail ?? problem.title ?? reason;
  } catch {
    // A plain text is the reason itself.
  }
  const place = /(?:line|error at) (\d+)(?:, column |:)(\d+)/i.exec(reason);
  const where = place ? { line: Number(place[1]), column: Number(place[2]) } : {};
  return new Failure(say("error.server", { status: String(status), reason }), where);
}

/** @type {Map<string, LocalEngine | RemoteEngine>} */
const engines = new Map();

/**
 * The engine that an element asks for by `data-mode`, `data-dump` and `data-endpoint`; several hooks on a page share
 * one, so the graph is read once.
 * @param {HTMLElement} host
 */
export function engineFor(host) {
  const { mode, dump, endpoint } = host.dataset;
  const isLocal = dump !== undefined && mode !== "server";
  const address = new URL((isLocal ? dump : endpoint) ?? "", document.baseURI).href;
  const made = engines.get(address) ?? (isLocal ? new LocalEngine(address) : new RemoteEngine(address));
  engines.set(address, made);
  return made;
}

/** The top of the site, from where pages and lists lie: the folder of the endpoint, or the one above the dump's. @param {HTMLElement} host */
export function rootOf({ dataset }) {
  const [address, up] = dataset.endpoint !== undefined ? [dataset.endpoint, "."] : [dataset.dump ?? "", ".."];
  return new URL(up, new URL(address, document.baseURI)).href;
}
