/** How far the engine is, in words and as a bar. */

import { element } from "./elements.js";
import { say } from "./words.js";

/**
 * A line that follows an engine.
 * @param {{listeners: Set<(progress: any) => void>}} engine
 * @param {string} first what it says before anything happens
 */
export function follow(engine, first) {
  const bar = element("progress", { hidden: true, "aria-hidden": "true", max: "1", value: "0" });
  const text = element("span", { role: "status" }, first);
  engine.listeners.add((progress) => {
    bar.hidden = progress.stage === "ready";
    if (progress.stage === "fetching") {
      bar.value = progress.done / progress.total;
      text.textContent = say("sparql.fetching", { done: megabytes(progress.done), total: megabytes(progress.total) });
    } else {
      bar.removeAttribute("value");
      text.textContent = say(progress.stage === "ready" ? "sparql.ready" : "sparql.loading", { count: progress.count });
    }
  });
  return element("p.front-progress", {}, text, bar);
}

/** @param {number} bytes */
const megabytes = (bytes) => Math.round(bytes / 1e5) / 10;
