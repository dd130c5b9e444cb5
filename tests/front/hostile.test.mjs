/** A graph that carries script wherever it can, as a server gives it (TERRIL_SERVER): in Chromium nothing of it runs. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launch } from "./browser.mjs";
import { pages } from "./watch.mjs";

const SERVER = process.env.TERRIL_SERVER;
const SCRIPT = `"><script>window.ran=1;alert(1)</script><img src=x onerror="window.ran=1">`;
let browser;

before(async () => {
  browser = await launch();
});

after(() => browser?.close());

/** Pages with and without the policy that would stop what got through. */
const ways = [false, true].map((bypassCSP) => [bypassCSP ? ", without a policy" : "", pages(() => [browser, SERVER, { bypassCSP }])]);

/** On a page of the hostile graph, in both ways. */
function on(path, act = async () => {}) {
  for (const [how, { on }] of ways) {
    test(`${path}${how}`.slice(0, 90), () => on(async (page) => {
      const answer = await page.goto(`${SERVER}${path}`);
      assert.equal(answer.status(), 200);
      await act(page);
      // Whatever waits for a picture that cannot be fetched, or for a next turn, has had it.
      await page.waitForTimeout(150);
      assert.equal(await page.evaluate(() => globalThis.ran), undefined);
      assert.deepEqual(await page.evaluate(harm), []);
    }));
  }
}

/** Markup that came of a value: what could run, and links that would. */
function harm() {
  const may = (one) => (one.localName === "script" ? !one.src && /json/.test(one.type) : /^(https?:|blob:|mailto:)/.test(new URL(one.href, location.href).protocol));
  const found = [...document.querySelectorAll("main script, main iframe, main object, main img, a[href]")].filter((one) => one.localName === "img" || !may(one));
  const handlers = [...document.querySelectorAll("*")].filter((one) => [...one.attributes].some(({ name }) => name.startsWith("on")));
  return [...found, ...handlers].map((one) => one.outerHTML.slice(0, 200));
}

/** Run a query in the editor. */
async function run(page, query) {
  await page.locator(".cm-content").click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(query);
  await page.locator(".front-main").click();
}

const asked = encodeURIComponent(SCRIPT);

describe("a hostile graph", { concurrency: 2 }, () => {
  on("doc/organisation/evil.html", async (page) => {
    assert.match(await page.locator("h1").innerText(), /<script>/);
    for (const why of await page.locator("main details > summary").all()) if (await why.isVisible()) await why.click();
    await page.locator("[data-graph]").first().scrollIntoViewIfNeeded();
    await page.locator(".graph-legend li").first().waitFor();
  });
  on("doc/organisation/evil.fr.html");
  on("doc/organisation/index.html");
  on("doc/index.html");
  on("index.html", async (page) => {
    await page.locator("header input").click();
    await page.keyboard.type("script");
    await page.locator("[role=option]").first().waitFor();
  });
  on("search.html?q=script", async (page) => {
    await page.locator('main a[href*="evil"]').first().waitFor();
  });
  on(`search.html?q=${asked}`);
  on(`questions/clusters/clusters-of-topic.html?topic=${asked}`, async (page) => {
    await page.locator(".error").waitFor();
  });
  on(`questions/clusters/clusters-of-topic.html?topic=${encodeURIComponent("javascript:alert(1)")}`);
  on("questions/clusters/clusters-of-topic.html?topic=evil", async (page) => {
    await page.locator('[data-answer] a[href*="evil"]').waitFor();
  });
  on(`sparql.html?query=${encodeURIComponent(`</textarea>${SCRIPT}`)}`);
  on("sparql.html", async (page) => {
    await run(page, "SELECT * { ?s ?p ?o } LIMIT 200");
    await page.locator(".front-table tbody tr").nth(5).waitFor();
    await run(page, "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }");
    await page.locator(".front-table tbody tr").nth(5).waitFor();
    await run(page, `SELECT ("${SCRIPT.replaceAll('"', '\\"')}" AS ?x) (STRLANG("a", "en") AS ?y) {}`);
    await page.locator(".front-table td", { hasText: "<script>" }).waitFor();
  });
});
