/** What must hold on every page: no rule of the policy is broken, nothing fails, nobody else is asked, all can read it. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { FRONT } from "./site.mjs";

const AXE = await readFile(createRequire(FRONT).resolve("axe-core/axe.min.js"), "utf8");
export const DESK = { width: 1100, height: 800 };
export const PHONE = { width: 390, height: 760 };

/**
 * A context whose every page is watched.
 * @param {string} origin the only host that may be asked
 * @returns the context and what went wrong so far, one line each
 */
export async function watched(browser, origin, options = {}) {
  const context = await browser.newContext({ viewport: DESK, reducedMotion: "reduce", acceptDownloads: true, ...options });
  context.setDefaultTimeout(60_000); // machines that do much else are slow
  const wrong = [];
  const note = (page, text) => wrong.push(`${page?.url() ?? ""}: ${text}`);
  context.on("request", (request) => {
    if (!/^(blob|data):/.test(request.url()) && !request.url().startsWith(origin)) note(null, `request to ${request.url()}`);
  });
  context.on("requestfailed", (request) => {
    const { errorText } = request.failure();
    // A page that is left ends what it was fetching; a browser asks for the icon anew whenever the address changes.
    if (errorText !== "net::ERR_ABORTED" && !request.url().endsWith(".svg")) note(null, `${errorText} ${request.url()}`);
  });
  context.on("response", (response) => {
    if (response.status() >= 400) note(null, `${response.status()} ${response.url()}`);
  });
  context.on("weberror", (error) => note(error.page(), error.error().message));
  context.on("console", (message) => {
    // What cannot be fetched is noted above, with its address.
    if (["error", "warning"].includes(message.type()) && !message.text().startsWith("Failed to load resource")) note(message.page(), `console: ${message.text()}`);
  });
  context.on("dialog", (dialog) => {
    note(dialog.page(), `dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
  });
  return { context, wrong };
}

/**
 * A watched page for one test after the other, which must leave nothing wrong behind; where tests run side by side, one
 * for each of these. Pages keep nothing in the browser, and opening one costs more than going to an address.
 * @param {() => Parameters<typeof watched>} given what a page is opened with
 */
export function pages(given) {
  const free = [];
  const open = async () => {
    const tab = await watched(...given());
    return { ...tab, page: await tab.context.newPage() };
  };
  const on = async (act) => {
    const tab = free.pop() ?? (await open());
    await act(tab.page);
    assert.deepEqual(tab.wrong.splice(0), []);
    free.push(tab); // one on which something went wrong is not used again
  };
  return { on, close: () => Promise.all(free.map(({ context }) => context.close())) };
}

/** What is wrong with how a page looks: violations that axe calls serious or critical, and what juts out. */
export async function flaws(page, { axe = true } = {}) {
  const found = await page.evaluate(jutting);
  if (!axe) return found;
  // The test adds axe from outside; the page's policy would rightly refuse it as an inline script.
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  for (const { id, impact, nodes } of violations) {
    if (impact !== "serious" && impact !== "critical") continue;
    found.push(`${id}: ${nodes.slice(0, 3).map(({ html, failureSummary }) => `${html.slice(0, 120)} ${failureSummary.split("\n")[1]}`).join(" | ")}`);
  }
  return found;
}

/** Elements because of which the page scrolls sideways; what scrolls within a frame of its own may be wide. */
function jutting() {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const wide = [...document.body.querySelectorAll("*")].filter((one) => one.getBoundingClientRect().right > width + 1);
  return [`scrolls sideways: ${document.documentElement.scrollWidth} > ${width}: ${wide.slice(0, 4).map((one) => one.outerHTML.slice(0, 100)).join(" | ")}`];
}
