/** Chromium, watched: what breaks the policy, what goes to another host, what fails. */

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { FRONT } from "./site.mjs";

const load = createRequire(FRONT);
const { chromium } = load("playwright-core");
const AXE = load.resolve("axe-core/axe.min.js");
export const PROGRAM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) =>
  existsSync(path),
);

const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
];

export const launch = () => chromium.launch({ executablePath: PROGRAM, args: QUIET });

/**
 * Open a page in a context of its own.
 * @returns the page, its context, what went wrong so far, and a function that asks axe for serious violations
 */
export async function visit(browser, address, options = {}) {
  const context = await browser.newContext({
    viewport: { width: 1100, height: 800 },
    reducedMotion: "reduce",
    ...options,
  });
  const page = await context.newPage();
  const wrong = [];
  const origin = new URL(address).origin;
  page.on("request", (request) => {
    if (!/^(blob|data):/.test(request.url()) && new URL(request.url()).origin !== origin)
      wrong.push(`request to ${request.url()}`);
  });
  page.on("pageerror", (error) => wrong.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (/Content Security Policy/i.test(message.text())) wrong.push(message.text());
  });
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) =>
      console.error(
        `Content Security Policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`,
      ),
    );
  });
  await page.goto(address);
  return { page, context, wrong, serious: () => serious(page) };
}

/** Serious and critical violations that axe finds, one line each. */
async function serious(page) {
  // The test adds axe from outside; the page's policy would rightly refuse it as an inline script.
  await page.evaluate(await readFile(AXE, "utf8"));
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ html, failureSummary }) => `${html.slice(0, 120)} ${failureSummary.split("\n")[1]}`).join(" | ")}`,
    );
}
