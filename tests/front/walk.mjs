/** Walks through a server or a published site as a reader goes, with nothing but what a reader sees and presses. */

import assert from "node:assert/strict";
import { flaws } from "./watch.mjs";

const ENDING = { en: ".html", fr: ".fr.html" };

/** The language that a page says it is in. */
const languageOf = (page) => page.locator("html").getAttribute("lang");
const canonicalOf = (page) => page.locator("link[rel=canonical]").getAttribute("href");

/** A page of a place in a language. */
export const at = (place, lang, path) => `${place.address}${path}${ENDING[lang]}`;

/** Nothing is wrong with how a page looks. The site has the pages of the server, so axe, which takes long, sees only its. */
export async function isSound(page, place, when = page.url()) {
  assert.deepEqual(await flaws(page, { axe: place.isStatic }), [], when);
}

/** What holds on every page that a walk comes to. */
export async function look(page, place, lang) {
  await page.locator("h1").waitFor();
  assert.equal(await languageOf(page), lang, page.url());
  await isSound(page, place);
}

async function press(page, selector) {
  await page.locator(selector).first().focus();
  await page.keyboard.press("Enter");
}

/** Follow the first link in the text of a page to a page of a kind, by keys. */
async function follow(page, place, kind, lang) {
  await press(page, `main a[href*="${kind}/"]:visible`);
  await page.waitForURL(new RegExp(`/doc/${kind}/`));
  await look(page, place, lang);
}

/** From the first page, by keys only: a name is completed and leads to its page. */
export async function search(page, place, lang) {
  await page.goto(at(place, lang, "index"));
  await look(page, place, lang);
  for (let i = 0; i < 15 && !(await page.locator("header input[type=search]:focus").count()); i++) await page.keyboard.press("Tab");
  await page.keyboard.type(lang === "fr" ? "pole mecat" : "mecatech");
  await page.locator("[role=option]", { hasText: "MecaTech" }).first().waitFor();
  await page.keyboard.press("ArrowDown");
  await isSound(page, place, "with suggestions");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/doc\/organisation\/mecatech/);
  await look(page, place, lang);
}

/** A thing, one of its strands, what that is about, the document that says so, one of its passages. */
export async function links(page, place, lang) {
  await page.goto(at(place, lang, "doc/organisation/mecatech"));
  for (const kind of ["strand", "topic", "document", "passage"]) await follow(page, place, kind, lang);
}

/** A neighbour of a thing shows its own neighbours, and opens. */
export async function neighbourhood(page, place, lang) {
  await page.goto(at(place, lang, "doc/organisation/mecatech"));
  await page.locator("[data-graph]").scrollIntoViewIfNeeded();
  await page.locator(".graph-legend li").first().waitFor();
  await page.locator("[data-graph] details summary").click();
  const count = () => page.locator(".graph-list li").count();
  const before = await count();
  await page.locator(".graph-canvas").focus();
  await page.keyboard.press("ArrowRight");
  for (let i = 0; i < 20 && (await count()) <= before; i++) {
    // Some neighbours have no further ones: the next may.
    await page.keyboard.press("+");
    await page.locator(".graph-canvas:not([aria-busy=true])").waitFor();
    if ((await count()) <= before) await page.keyboard.press("ArrowDown");
  }
  assert.ok((await count()) > before, "a neighbour brings its own");
  await isSound(page, place, "with neighbours");
  await page.locator(".graph-canvas").focus();
  const from = page.url();
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.href !== from && url.pathname.includes("/doc/"));
  await look(page, place, lang);
}

/** A question of the catalogue about something that the reader types. */
export async function question(page, place, lang) {
  await page.goto(at(place, lang, "questions/index"));
  await look(page, place, lang);
  await press(page, 'main a[href*="clusters-of-topic"]');
  await page.waitForURL(/clusters-of-topic/);
  await look(page, place, lang);
  await ask(page, "construction");
  await page.locator('[data-answer] a[href*="cap-2020"]').waitFor();
  assert.equal(await page.locator(".front-error, .error").count(), 0);
  if (!place.isStatic) assert.match(page.url(), /\?topic=construction/);
  await isSound(page, place, "with an answer");
  await ask(page, "<script>alert(1)</script>");
  await page.locator(".front-error, .error").first().waitFor();
}

/** Fill in the form of a question and send it. */
async function ask(page, value) {
  await page.locator("form[data-question] input").first().fill(value);
  await page.keyboard.press("Escape"); // the list of suggestions may lie over the button
  await page.locator("form[data-question] button").click();
}

const QUERY = `PREFIX terril: <https://w3id.org/terril/ns#>
SELECT DISTINCT ?cluster ?strand WHERE { ?cluster terril:hasStrand ?strand } ORDER BY ?strand LIMIT 7`;

/** A query written in the editor: the server answers, or this browser with the network off. */
export async function sparql(page, place, lang) {
  await page.goto(at(place, lang, "sparql"));
  await look(page, place, lang);
  await page.locator(".cm-content").click();
  if (place.isStatic) {
    await page.getByText(/Nothing you ask leaves it|Rien de ce que vous demandez/).last().waitFor();
    await page.context().setOffline(true);
  }
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(QUERY);
  await page.locator(".front-main").click();
  await page.locator(".front-table tbody tr").nth(3).waitFor();
  await isSound(page, place, "with results");
  await page.context().setOffline(false);
  await press(page, '.front-table a[href*="doc/strand/"]');
  await page.waitForURL(/\/doc\/strand\//);
  assert.equal(await languageOf(page), lang);
}

/** The proof of an inferred fact, down to the passage that says what it rests on. */
export async function why(page, place, lang) {
  await page.goto(at(place, lang, "doc/organisation/mecatech"));
  await press(page, "#facts ~ dl .why > summary, .why > summary");
  await isSound(page, place, "with a proof");
  const cite = page.locator(".why[open] .cites a").first();
  const source = await cite.getAttribute("href");
  await cite.click();
  assert.ok(page.url().endsWith(source));
  await page.locator(`${source} a[href*="doc/passage/"], ${source} a[href*="/passage/"]`).first().click();
  await page.waitForURL(/\/doc\/passage\//);
  await look(page, place, lang);
  assert.ok((await page.locator(".stated li").count()) > 0, "the passage states something");
}

/** The other language shows the same thing. */
export async function switchLanguage(page, place, lang) {
  for (const path of ["doc/topic/maintenance", "questions/clusters/clusters-of-topic"]) {
    await page.goto(at(place, lang, path));
    const same = await canonicalOf(page);
    await page.locator(".languages a").click();
    await page.waitForURL((url) => url.pathname.endsWith(lang === "en" ? `${path}.fr.html` : `${path}.html`));
    assert.notEqual(await languageOf(page), lang);
    assert.equal(await canonicalOf(page), same);
  }
}

/** What can be fetched is there: dumps, and the data beside a page. */
export async function downloads(page, place, lang) {
  await page.goto(at(place, lang, "downloads"));
  await look(page, place, lang);
  const files = await page.locator("main a").evaluateAll((links) => links.map((link) => link.href));
  assert.ok(files.length > 3);
  await page.goto(at(place, lang, "doc/strand/mecatech-smart-maintenance"));
  files.push(...(await page.locator("link[rel=alternate][type]").evaluateAll((links) => links.map((link) => link.href))));
  for (const file of files) {
    const answer = await page.context().request.get(file);
    assert.equal(answer.status(), 200, file);
    assert.ok((await answer.body()).length > 50, file);
  }
}

/** Without any script: all is readable, links lead on, forms ask. */
export async function plain(page, place, lang) {
  await page.goto(at(place, lang, "index"));
  await page.locator("header input[type=search]").fill("mecatech");
  await page.keyboard.press("Enter");
  await page.waitForURL(/search.*q=mecatech/);
  const found = page.locator('main a[href*="doc/"]');
  assert.ok((await found.count()) > 0);
  if (!place.isStatic) assert.match(await found.first().getAttribute("href"), /mecatech/);
  await page.goto(at(place, lang, "doc/organisation/mecatech"));
  await page.locator(".why > summary").first().click();
  await page.locator(".why[open] .rule").first().waitFor();
  assert.equal(await page.locator("[data-graph]").isVisible(), false, "no empty frame");
  for (const kind of ["strand", "topic", "document", "passage"]) {
    await page.locator(`main a[href*="${kind}/"]:visible`).first().click();
    await page.waitForURL(new RegExp(`/doc/${kind}/`));
    assert.ok((await page.locator("main").innerText()).length > 100);
  }
  await page.goto(at(place, lang, "questions/clusters/clusters-of-topic"));
  await ask(page, "construction");
  await page.waitForURL(/\?topic=construction/);
  // Files answer for the example only, and say so.
  await page.locator(`[data-answer] a[href*="${place.isStatic ? "mecatech" : "cap-2020"}"]`).waitFor();
  await page.goto(at(place, lang, "sparql"));
  assert.ok(await page.locator("textarea[name=query]").isVisible());
}

/** The tests of a walk: each begins on a page of its own. */
export const WALKS = { search, links, neighbourhood, question, sparql, why, switchLanguage, downloads };
