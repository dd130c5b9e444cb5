/** The SPARQL page: an editor, a button to run and to stop, and what the graph answers. */

import { edit } from "./editor.js";
import { element } from "./elements.js";
import { engineFor, LocalEngine, rootOf } from "./engine.js";
import { Failure, Stopped } from "./failure.js";
import { fragmentOf, queryIn } from "./fragment.js";
import { labels } from "./labels.js";
import { follow } from "./progress.js";
import { downloads, rendered, tally } from "./table.js";
import { things } from "./things.js";
import { vocabulary } from "./vocabulary.js";
import { language, say } from "./words.js";

/** Make a place for queries live. @param {HTMLElement} host */
export function openSparql(host) {
  const area = /** @type {HTMLTextAreaElement | null} */ (host.querySelector("textarea[name=query]"));
  if (!area || host.dataset.live !== undefined) return;
  host.dataset.live = "";
  // The form and its button are there for readers without scripts.
  for (const old of /** @type {NodeListOf<HTMLElement>} */ (
    (host.closest("form") ?? host).querySelectorAll("button, label")
  ))
    old.hidden = true;
  new Desk(host, area);
}

class Desk {
  /** @param {HTMLElement} host @param {HTMLTextAreaElement} area */
  constructor(host, area) {
    this.engine = engineFor(host);
    this.root = rootOf(host);
    const search = /** @type {HTMLElement | null} */ (document.querySelector("[data-index]"));
    this.index = host.dataset.index ?? search?.dataset.index ?? `${this.root}search.json`;
    /** @type {import("./completion.js").Known} */
    this.known = { vocabulary: [], things: [] };
    const asked = queryIn(location.hash) ?? new URLSearchParams(location.search).get("query");
    area.value = asked ?? area.value;
    this.editor = edit(area, {
      label: say("sparql.editor"),
      run: () => this.run(),
      changed: () => {},
      focused: () => this.prepare(),
      known: () => this.known,
    });
    this.runner = element(
      "button.front-button.front-main",
      { type: "button", onclick: () => this.run() },
      say("sparql.run"),
    );
    this.stopper = element(
      "button.front-button",
      { type: "button", hidden: true, onclick: () => this.engine.stop() },
      say("sparql.stop"),
    );
    const share = element(
      "button.front-button",
      { type: "button", onclick: () => this.share(share) },
      say("sparql.share"),
    );
    this.summary = element("span.front-tally", { role: "status" });
    this.saved = element("span.front-saved");
    this.answer = element("div.sparql-answer");
    /** @type {Promise<any> | undefined} */
    this.preparing = undefined;
    const isHere = this.engine instanceof LocalEngine;
    host.append(
      element("div.sparql-acts", {}, this.runner, this.stopper, share, this.summary, this.saved),
      follow(this.engine, say(isHere ? "sparql.here" : "sparql.there")),
      element("p.front-keys", {}, say("sparql.hint")),
      this.answer,
    );
    host.closest("form")?.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.run();
    });
    addEventListener("hashchange", () => {
      const query = queryIn(location.hash);
      if (query !== null && query !== this.editor.value()) this.editor.set(query);
    });
    if (asked) void this.run();
  }

  /** Fetch what completion needs, and with it the graph, when the reader begins to write. */
  prepare() {
    this.preparing ??= Promise.all([
      things(this.index).then((list) => (this.known.things = list)),
      vocabulary(this.engine, language()).then((words) => (this.known.vocabulary = words)),
    ]).catch(() => {
      // Without these lists the editor still edits; running a query tells what is wrong.
      this.preparing = undefined;
    });
    return this.preparing;
  }

  async run() {
    const query = this.editor.value();
    if (this.isRunning || !query.trim()) return;
    history.replaceState(null, "", fragmentOf(query));
    this.working(true);
    try {
      await this.engine.prepare();
      this.summary.textContent = say("sparql.running");
      const start = performance.now();
      const answer = await this.engine.run(query);
      this.show(answer, performance.now() - start);
    } catch (error) {
      this.fail(error);
    } finally {
      this.working(false);
    }
  }

  /** @param {boolean} isRunning */
  working(isRunning) {
    this.isRunning = isRunning;
    this.runner.disabled = isRunning;
    this.stopper.hidden = !isRunning;
    if (!isRunning) return;
    this.editor.mark();
    this.summary.replaceChildren();
    this.saved.replaceChildren();
    this.answer.replaceChildren();
  }

  /** @param {import("./terms.js").Answer} answer @param {number} milliseconds */
  show(answer, milliseconds) {
    const setting = {
      root: this.root,
      engine: this.engine,
      labels: (/** @type {Iterable<string>} */ iris) => labels(this.engine, iris, language()),
    };
    this.summary.textContent = tally(answer, milliseconds);
    this.saved.replaceChildren(downloads(answer) ?? "");
    this.answer.replaceChildren(rendered(answer, setting));
  }

  /** @param {unknown} error */
  fail(error) {
    this.summary.textContent = error instanceof Stopped ? error.message : "";
    if (error instanceof Stopped) return;
    if (!(error instanceof Failure)) throw error;
    this.editor.mark(error.line, error.column);
    this.answer.replaceChildren(element("p.front-error", { role: "alert" }, error.message));
  }

  /** @param {HTMLButtonElement} button */
  async share(button) {
    history.replaceState(null, "", fragmentOf(this.editor.value()));
    await navigator.clipboard?.writeText(location.href).catch(() => {});
    button.textContent = say("sparql.shared");
    setTimeout(() => (button.textContent = say("sparql.share")), 2000);
  }
}
