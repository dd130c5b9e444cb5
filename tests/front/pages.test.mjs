/** Every hook in Chromium, under the policy: it works, breaks no rule, and asks no other host. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launch, visit } from "./browser.mjs";
import { start } from "./site.mjs";

let site;
let browser;

before(async () => {
  [site, browser] = await Promise.all([start(), launch()]);
});

after(async () => {
  await browser?.close();
  site?.stop();
});

/** Tests that run side by side: a browser mostly waits. */
const cases = [];

/** A test on one page, which must leave nothing wrong behind. */
function on(path, title, act, options) {
  cases.push([
    title,
    async () => {
      const seen = await visit(browser, site.address + path, options);
      seen.page.setDefaultTimeout(30_000);
      try {
        await act(seen);
        assert.deepEqual(seen.wrong, []);
      } finally {
        await seen.context.close();
      }
    },
  ]);
}

const DESK = "textarea[name=query] + .sparql-editor";
const EDITOR = `${DESK} .cm-content`;
const cells = (page) =>
  page
    .locator(".front-table tbody tr")
    .evaluateAll((rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent)));

/** Put a query in the editor as a reader would. */
async function write(page, query) {
  await page.locator(EDITOR).click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(query);
}

async function run(page) {
  await page.locator(".front-main").click();
}

/** Move by keys, first up, then down, to a thing in the graph. */
async function goTo(page, name) {
  for (const key of [...Array(9).fill("ArrowUp"), ...Array(9).fill("ArrowDown")]) {
    if ((await page.locator(".graph-caption").innerText()).includes(name)) return;
    await page.keyboard.press(key);
  }
}

on(
  "doc/organisation/mecatech.html",
  "a neighbourhood is drawn, listed, walked by keys, expanded and followed",
  async ({ page, serious }) => {
    await page.waitForSelector(".graph-legend li");
    assert.equal(
      await page
        .locator(".graph-legend")
        .innerText()
        .then((text) => /concluded by a rule/.test(text)),
      true,
    );
    assert.deepEqual(await serious(), []);
    await page.getByText("The same as a list").click();
    assert.match(await page.locator(".graph-list").innerText(), /MecaTech focuses on Mechatronics \(inferred\)/);
    assert.equal(await page.locator(".graph-list b").count(), 0, "a label is never markup");
    await page.locator(".graph-canvas").focus();
    await page.keyboard.press("ArrowRight");
    assert.match(await page.locator(".graph-caption").innerText(), /has strand|operates in/);
    await goTo(page, "Wallonia");
    await page.keyboard.press("+");
    await page.waitForFunction(() => /BioWin/.test(document.querySelector(".graph-list").textContent));
    await page.locator(".graph-canvas").focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(/doc\/territory\/wallonia\.html/);
  },
);

on(
  "doc/strand/smart-maintenance.html",
  "a mouse opens what it clicks on, and zooms",
  async ({ page }) => {
    await page.waitForSelector(".graph-legend li");
    for (const name of ["Zoom in", "Zoom out", "Show all"]) await page.getByRole("button", { name }).click();
    await page.locator(".graph-canvas").focus();
    await page.keyboard.press("ArrowRight");
    const plus = await page.locator(".graph-plus").boundingBox();
    await page.locator(".graph-plus").click();
    await page.waitForFunction(() => document.querySelectorAll(".graph-list li").length > 2);
    // The thing itself stands where the plus is not needed any more.
    await page.getByRole("button", { name: "Show all" }).click();
    await page.locator(".graph-canvas").focus();
    for (let x = 0; x < 40 && /smart-maintenance/.test(page.url()); x += 4) {
      await page.mouse.click(plus.x + x, plus.y + plus.height / 2);
      await page.waitForTimeout(30);
    }
    await page.waitForURL(/doc\/(topic|organisation)\//);
  },
  { colorScheme: "dark" },
);

on(
  "doc/organisation/mecatech.html",
  "on a phone, expanding a thing puts it in the centre",
  async ({ page }) => {
    await page.waitForSelector(".graph-legend li");
    await page.locator(".graph-canvas").focus();
    await page.keyboard.press("ArrowRight");
    await goTo(page, "Wallonia");
    await page.locator(".graph-caption").getByRole("button", { name: "Show neighbours" }).click();
    await page.waitForFunction(() => /BioWin/.test(document.querySelector(".graph-list").textContent));
    await page.getByRole("link", { name: "Open page" }).waitFor();
  },
  { viewport: { width: 375, height: 720 }, hasTouch: true, isMobile: true },
);

on("map.html", "a map has names, opens places by keys, and says the same as a list", async ({ page, serious }) => {
  await page.waitForSelector(".map-marker");
  assert.deepEqual(await serious(), []);
  assert.ok((await page.locator(".map-land").count()) === 1);
  assert.ok((await page.locator(".map-degree").count()) > 2);
  await page.getByText("The same as a list").click();
  assert.equal(await page.locator("details .map-list li").count(), 4);
  await page.locator(".map-marker", { hasText: /^2/ }).first().focus();
  await page.keyboard.press("Enter");
  await page.locator(".leaflet-popup a", { hasText: "Sirris" }).waitFor();
  await page.locator(".map-marker", { hasText: /^Namur/ }).focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/doc\/territory\/namur\.html/);
});

on("index.html", "search completes without accents, by other names and despite slips", async ({ page, serious }) => {
  const input = page.getByRole("combobox", { name: "Search" });
  await page.locator("header input").click();
  await input.waitFor();
  for (const [typed, expected] of [
    ["liege", "Liège"],
    ["uliege", "University of Liège"],
    ["mecatehc", "MecaTech"],
  ]) {
    await input.fill(typed);
    await page.locator("[role=option]", { hasText: expected }).first().waitFor();
  }
  await page.keyboard.press("ArrowDown");
  assert.equal(
    await input.getAttribute("aria-activedescendant"),
    await page.locator("[role=option]").first().getAttribute("id"),
  );
  assert.deepEqual(await serious(), []);
  await page.keyboard.press("Escape");
  assert.equal(await input.getAttribute("aria-expanded"), "false");
  await page.keyboard.press("ArrowDown");
  await page.locator("[role=option][aria-selected=true]").waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(/doc\/organisation\/mecatech\.html/);
});

on("index.html", "letters typed before the list is there are not lost", async ({ page }) => {
  await page.locator("header input").click();
  await page.keyboard.type("biow");
  await page.locator("[role=option]", { hasText: "BioWin" }).click();
  await page.waitForURL(/biowin/);
});

on("search.html?q=li%C3%A8ge", "the search page lists what is called so", async ({ page, serious }) => {
  await page.locator(".front-found li").first().waitFor();
  assert.equal(await page.locator(".front-found a").first().innerText(), "Liège");
  assert.equal(await page.locator("main input").inputValue(), "liège");
  assert.deepEqual(await serious(), []);
});

on("search.html?q=%3Cimg%20src%3Dx%3E", "what is searched for is never markup", async ({ page }) => {
  await page.getByText("Nothing is called “<img src=x>”").waitFor();
  assert.equal(await page.locator("main img").count(), 0);
});

on(
  "sparql.html",
  "a query runs in the browser with the network off, is stopped, and runs again",
  async ({ page, context, serious }) => {
    await page.locator(EDITOR).click();
    await page.getByText("Nothing you ask leaves it").waitFor();
    await context.setOffline(true);
    await run(page);
    await page.locator(".front-table").waitFor();
    await page.locator("a", { hasText: "Advanced materials" }).waitFor();
    assert.equal(
      await page.locator(".front-table a").first().getAttribute("href"),
      `${site.address}doc/organisation/mecatech.html`,
    );
    assert.match(page.url(), /#query=PREFIX/);
    assert.deepEqual(await serious(), []);
    const long = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o . ?p ?q ?r }";
    await write(page, long);
    await run(page);
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText("Stopped.").waitFor();
    await write(page, "SELECT (COUNT(*) AS ?n) { ?s a <https://w3id.org/terril/ns#Cluster> }");
    await run(page);
    await page.locator("td.front-number", { hasText: /^4$/ }).waitFor();
  },
);

on("sparql.html", "the other forms answer too, and errors are sentences that show the place", async ({ page }) => {
  await write(page, "ASK { ?s ?p ?o }");
  await run(page);
  await page.locator(".front-truth", { hasText: "Yes" }).waitFor();
  await write(page, "DESCRIBE <https://w3id.org/terril/id/organisation/mecatech>");
  await run(page);
  await page.getByText(/\d+ triples in/).waitFor();
  assert.ok((await cells(page)).some((row) => row.includes("213")));
  for (const [query, sentence] of [
    ["SELECT * {\n?s ?p }", /Line 2, column \d+: this cannot be read as SPARQL/],
    ["SELECT * { ?s foo:bar ?o }", /the prefix before this colon is not declared/],
    ["SELECT * { ?s ?p 'x }", /A string begins on line 1 and is never closed/],
    ["INSERT DATA { <a:a> <a:b> <a:c> }", /A query may only read/],
    ["SELECT * { SERVICE <https://example.org/> { ?s ?p ?o } }", /SERVICE is refused/],
  ]) {
    await write(page, query);
    await run(page);
    await page.locator(".front-error", { hasText: sentence }).waitFor();
  }
  await write(page, "SELECT * { ?s a <https://example.org/Nothing> }");
  await run(page);
  await page.getByText("No row.").waitFor();
});

on("sparql.html", "names of the graph are completed, and their prefixes declared", async ({ page }) => {
  await page.locator(EDITOR).click();
  await page.getByText("Nothing you ask leaves it").waitFor();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("SELECT * { ?c a clust");
  await page.locator(".cm-completionLabel", { hasText: "terril:Cluster" }).waitFor();
  await page.waitForTimeout(120);
  await page.keyboard.press("Enter");
  await page.keyboard.type(" . ?c ?p meca");
  await page.locator(".cm-completionLabel", { hasText: "organisation:mecatech" }).waitFor();
  await page.waitForTimeout(120);
  await page.keyboard.press("Enter");
  const text = await page.locator("textarea[name=query]").inputValue();
  assert.match(
    text,
    /^PREFIX organisation: .*\nPREFIX terril: .*\nSELECT \* \{ \?c a terril:Cluster \. \?c \?p organisation:mecatech/,
  );
});

on("sparql.html", "an answer is saved as CSV and as JSON", async ({ page }) => {
  await run(page);
  await page.locator(".front-table").waitFor();
  for (const [name, expected] of [
    ["CSV", /^cluster,strand\r\nhttps/],
    ["JSON", /"vars"/],
  ]) {
    const [saved] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name }).click()]);
    const chunks = [];
    for await (const chunk of await saved.createReadStream()) chunks.push(chunk);
    assert.match(Buffer.concat(chunks).toString(), expected);
  }
});

on(
  "sparql.html?lang=fr#query=ASK%20%7B%7D",
  "a query in the address runs at once, in the page’s language",
  async ({ page }) => {
    await page.locator(".front-truth", { hasText: "Oui" }).waitFor();
    await page.getByRole("button", { name: "Exécuter" }).waitFor();
  },
  { viewport: { width: 375, height: 700 } },
);

on(
  "server.html",
  "with a server, queries go to its endpoint, and its refusals are shown",
  async ({ page, serious }) => {
    await run(page);
    await page.locator("a", { hasText: "Smart maintenance" }).waitFor();
    assert.deepEqual(await serious(), []);
    await write(page, "SELECT * {");
    await run(page);
    await page.locator(".front-error", { hasText: "The server answers 400: The query is not valid SPARQL" }).waitFor();
  },
);

on(
  "question.html",
  "a question is answered with a value that is typed, chosen or unknown",
  async ({ page, serious }) => {
    await page.locator("main button").click();
    await page.locator("a", { hasText: "MecaTech" }).waitFor();
    assert.deepEqual(await cells(page), [["MecaTech", "213"]]);
    assert.deepEqual(await serious(), []);
    await page.locator("#strand").fill("mater");
    await page.locator("[role=option]", { hasText: "Advanced materials" }).click();
    await page.locator("main form button").click();
    await page.getByText("The SPARQL that was run").click();
    assert.match(
      await page.locator(".question-query pre").innerText(),
      /VALUES \?strand \{ <https:\/\/w3id.org\/terril\/id\/strand\/advanced-materials> \}/,
    );
    await page.locator("#strand").fill("x> } UNION { ?s ?p ?o");
    await page.keyboard.press("Escape");
    await page.locator("main form button").click();
    await page.locator(".front-error", { hasText: "nothing of this kind is called" }).waitFor();
  },
);

on("question.html", "a page whose graph cannot be fetched says so", async ({ page, context }) => {
  await context.route("**/graph.nq.gz", (route) => route.fulfill({ status: 404 }));
  await page.locator("main button").click();
  await page.locator(".front-error", { hasText: "The graph cannot be fetched (404)" }).waitFor();
});

describe("pages", { concurrency: 3 }, () => {
  for (const [title, act] of cases) test(title, act);
});
