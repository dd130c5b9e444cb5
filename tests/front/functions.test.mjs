/** What the front end computes, without a browser. */

import assert from "node:assert/strict";
import test from "node:test";
import { address, compact, harmless, iriOf, pageOf } from "../../src/terril/web/front/src/addresses.js";
import { missingPrefix, roleAt, suggestions } from "../../src/terril/web/front/src/completion.js";
import { fragmentOf, queryIn } from "../../src/terril/web/front/src/fragment.js";
import { grouped, legible, lines as graticule, stepFor } from "../../src/terril/web/front/src/graticule.js";
import { best, fit, fold, slips } from "../../src/terril/web/front/src/matching.js";
import { lines, merged, neighbours, read, spoken } from "../../src/terril/web/front/src/neighbourhood.js";
import { around, beyond, nextTo } from "../../src/terril/web/front/src/places.js";
import { answerOf, csv, iri, literal, triplesOf } from "../../src/terril/web/front/src/terms.js";
import { named, reason } from "../../src/terril/web/front/src/things.js";
import { Unclosed, bind, declared, form, ordered, tokens } from "../../src/terril/web/front/src/tokens.js";
import { untranslated } from "../../src/terril/web/front/src/words.js";

const BASE = "https://w3id.org/terril/";

test("every word is said in both languages", () => {
  assert.deepEqual(untranslated(), []);
});

test("an IRI has a page, and a page an IRI", () => {
  assert.equal(pageOf(`${BASE}id/strand/x`, "en"), "doc/strand/x.html");
  assert.equal(pageOf(`${BASE}id/passage/namur-clusters/0-14`, "fr"), "doc/passage/namur-clusters/0-14.fr.html");
  assert.equal(pageOf(`${BASE}ns#hasStrand`, "en"), "ns.html#hasStrand");
  assert.equal(pageOf(`${BASE}id/topic/../x.ttl`, "en"), "doc/topic/~2E~2E/x~2Ettl.html");
  assert.equal(pageOf(`${BASE}id/strand/index-2`, "en"), "doc/strand/~69ndex-2.html");
  assert.equal(pageOf("https://example.org/x", "en"), null);
  assert.equal(iriOf("doc/topic/~2E~2E/x~2Ettl.fr.html"), `${BASE}auth/topic/../x.ttl`);
  assert.equal(iriOf("doc/nonsense/x.html"), null);
  assert.equal(iriOf("sparql.html"), null);
});

test("an IRI is shown by the longest prefix that fits", () => {
  assert.equal(compact(`${BASE}id/strand/x`), "strand:x");
  assert.equal(compact("https://example.org/x"), "<https://example.org/x>");
  assert.equal(compact(`${BASE}id/passage/a/0-1`), `<${BASE}id/passage/a/0-1>`);
});

test("an address that runs a script is no link", () => {
  for (const bad of ["javascript:alert(1)", "data:text/html,x", " javascript:alert(1)", "java\nscript:1"])
    assert.equal(harmless(bad), null);
  assert.equal(harmless("https://example.org/é"), "https://example.org/é");
  assert.equal(address("../x.html", "https://example.org/a/b/c.html"), "https://example.org/a/x.html");
  assert.equal(address("javascript:alert(1)", "https://example.org/"), "https://example.org/");
  assert.equal(address("http://[", "https://example.org/"), "https://example.org/");
});

test("tokens leave strings and comments whole", () => {
  const texts = tokens("ASK { ?s rdfs:label 'a } # b' } # c").map(({ text }) => text);
  assert.deepEqual(texts, ["ASK", "{", "?s", "rdfs:label", "'a } # b'", "}"]);
  assert.throws(
    () => tokens("SELECT *\n{ ?s ?p 'x }"),
    (error) => error instanceof Unclosed && error.line === 2,
  );
});

test("a value takes the place of the example, whatever else looks like a block", () => {
  const query =
    `# VALUES ?a { x }\nSELECT ?b { VALUES ?a { <http://e/"> } FILTER(?b != "VALUES ?a { y }") VALUES (?a) { (1) } VALUES ?b { 2 } }`.replace(
      '">',
      ">",
    );
  const bound = bind(query, { a: "<http://e/new>" });
  assert.equal(bound, query.replace("{ <http://e/> }", "{ <http://e/new> }"));
  assert.equal(bind(query, {}), query);
  assert.equal(
    bind("SELECT * { VALUES ?a { 1 } } VALUES ?a { 1 }", { a: "22" }),
    "SELECT * { VALUES ?a { 22 } } VALUES ?a { 22 }",
  );
});

test("a value can close neither its block nor its quotes", () => {
  assert.equal(iri("http://e/> } UNION { ?s ?p ?o"), null);
  assert.equal(iri("http://e/x"), "<http://e/x>");
  assert.equal(literal('a" } #\n'), '"a\\" } #\\n"');
  assert.equal(
    literal("4", "http://www.w3.org/2001/XMLSchema#integer"),
    '"4"^^<http://www.w3.org/2001/XMLSchema#integer>',
  );
});

test("the form of a query is its first word after the prologue", () => {
  assert.equal(form("# ASK\nPREFIX select: <http://e/> SELECT * {}"), "SELECT");
  assert.equal(form("describe <http://e/>"), "DESCRIBE");
  assert.equal(form("INSERT DATA { <a:> <b:> <c:> }"), null);
  assert.equal(form(""), null);
});

test("columns of SELECT * come as the query speaks of them", () => {
  assert.deepEqual(ordered("SELECT * { ?s ?p ?o }", ["o", "p", "s"]), ["s", "p", "o"]);
  assert.deepEqual(ordered("SELECT ?o ?s { ?s ?p ?o }", ["o", "s"]), ["o", "s"]);
});

test("answers are read from JSON and from N-Triples", () => {
  assert.deepEqual(answerOf('{"head":{},"boolean":false}'), { form: "truth", value: false });
  const { rows } = triplesOf(
    '<http://e/a> <http://e/b> "x \\"y\\" . \\u00e9"@fr-be .\n_:b <http://e/b> "4"^^<http://e/int> .\n',
  );
  assert.deepEqual(rows[0].object, { type: "literal", value: 'x "y" . é', "xml:lang": "fr-be" });
  assert.deepEqual(rows[1], {
    subject: { type: "bnode", value: "b" },
    predicate: { type: "uri", value: "http://e/b" },
    object: { type: "literal", value: "4", datatype: "http://e/int" },
  });
});

test("CSV is quoted as its standard wants", () => {
  const rows = [{ a: { type: "literal", value: 'x,"y"\n' } }, { b: { type: "bnode", value: "n" } }];
  assert.equal(csv(["a", "b"], rows), 'a,b\r\n"x,""y""\n",\r\n,_:n\r\n');
});

test("names are found whatever their accents, and despite slips", () => {
  assert.equal(fold("Œuvre d’Économie-Liège"), "oeuvre d economie liege");
  assert.equal(slips("mecatehc", "mecatech", 2), 1);
  assert.equal(slips("abc", "xyz", 1), 2);
  assert.equal(fit("liege", "liege"), 0);
  assert.ok(fit("univ lie", "university of liege") < fit("vers", "university of liege"));
  const list = named(
    [
      ["Université de Liège", "Organisation", "doc/organisation/u.html", ["ULiège"]],
      ["Liège", "Territory", "doc/territory/liege.html"],
      ["MecaTech", "Cluster", "doc/organisation/mecatech.html"],
    ],
    new URL("https://example.org/site/search.json"),
  );
  assert.deepEqual(
    best(list, "liege", 5).map(({ label }) => label),
    ["Liège", "Université de Liège"],
  );
  assert.deepEqual(
    best(list, "mecatehc", 5).map(({ href }) => href),
    ["https://example.org/site/doc/organisation/mecatech.html"],
  );
  assert.deepEqual(best(list, "zzzz", 5), []);
  assert.equal(reason(list[0].item, "uliege"), "ULiège");
  assert.equal(list[2].item.iri, `${BASE}id/organisation/mecatech`);
});

test("a search among a hundred thousand names takes a blink", () => {
  const many = Array.from({ length: 100_000 }, (_, i) => ({
    item: i,
    names: [`thing number ${i} of many`, `alias ${i}`],
  }));
  const before = process.cpuUsage();
  best(many, "numbre 777", 10);
  // Its own time: other programs on the machine do not count.
  assert.ok(process.cpuUsage(before).user < 2_000_000);
});

const whole = read(
  {
    centre: "c",
    nodes: ["c", "a", "b", "d"].map((id) => ({ id, label: id.toUpperCase(), kind: "k", href: `../${id}.html` })),
    edges: [
      { source: "c", target: "a", label: "has" },
      { source: "a", target: "c", label: "of", inferred: true },
      { source: "c", target: "b", label: "has" },
      { source: "d", target: "c", label: "in", inferred: true },
      { source: "c", target: "gone", label: "has" },
    ],
  },
  "https://example.org/doc/x/c.html",
);

test("a neighbourhood is read, drawn as lines, and merged", () => {
  assert.equal(whole.nodes[1].href, "https://example.org/doc/a.html");
  assert.equal(whole.edges.length, 4);
  assert.deepEqual(
    neighbours(whole, "c").map(({ id }) => id),
    ["a", "b", "d"],
  );
  const drawn = lines(whole.edges);
  assert.deepEqual(
    drawn.map(({ labels, inferred, isMutual }) => [labels.join(), inferred, isMutual]),
    [
      ["has,of", false, true],
      ["has", false, false],
      ["in", true, false],
    ],
  );
  assert.equal(spoken(drawn, "c").size, 3);
  assert.equal(merged(whole, whole).edges.length, 4);
  assert.equal(read({ nodes: [] }, "https://example.org/"), null);
});

test("of many neighbours every kind of tie keeps its share", () => {
  const ids = Array.from({ length: 60 }, (_, i) => `n${i}`);
  const nodes = ["c", ...ids].map((id) => ({ id, label: id, kind: "k", href: "" }));
  const edges = ids.map((id, i) => ({
    source: "c",
    target: id,
    label: i < 58 ? "often" : `seldom ${i}`,
    inferred: false,
  }));
  const shown = neighbours({ centre: "c", nodes, edges }, "c", 10).map(({ id }) => id);
  assert.equal(shown.length, 10);
  assert.ok(shown.includes("n58") && shown.includes("n59"));
});

test("no two things stand in one row of a side", () => {
  for (const count of [1, 2, 7, 32]) {
    for (const isNarrow of [true, false]) {
      const rows = around(count, isNarrow).map(({ y, side }) => `${side} ${y}`);
      assert.equal(new Set(rows).size, count);
    }
  }
  const first = around(8, false);
  const more = beyond(5, first[0], first);
  assert.ok(
    more.every(({ x, y }) => first.every((place) => Math.abs(place.x - x) > 90 || Math.abs(place.y - y) >= 20)),
  );
});

test("arrow keys lead down a column and across to the other side", () => {
  const spots = around(6, false).map((place, i) => /** @type {const} */ ([`n${i}`, place]));
  const places = new Map([["c", { x: 0, y: 0, side: "right" }], ...spots]);
  assert.equal(nextTo(places, "c", 1, 0), "n1");
  assert.equal(nextTo(places, "n1", 0, 1), "n2");
  assert.equal(nextTo(places, "n2", 0, 1), "n2");
  assert.equal(nextTo(places, "n1", -1, 0), "c");
});

test("a map has lines at round degrees, and names that cover nothing", () => {
  assert.equal(stepFor(3), 0.5);
  assert.deepEqual(
    graticule({ south: 49, west: 3, north: 51, east: 7 })
      .filter(({ isMeridian }) => !isMeridian)
      .map(({ label }) => label),
    ["49° N", "50° N", "51° N"],
  );
  assert.deepEqual(
    grouped(
      [
        { x: 0, y: 0, item: 1 },
        { x: 3, y: 4, item: 2 },
        { x: 90, y: 0, item: 3 },
      ],
      10,
    ).map(({ items }) => items),
    [[1, 2], [3]],
  );
  const points = [
    { x: 0, y: 0 },
    { x: 60, y: 0 },
    { x: 0, y: 80 },
  ];
  assert.deepEqual([...legible(points, () => 100)], [points[1], points[2]]);
});

const known = {
  vocabulary: [
    { item: { iri: `${BASE}ns#Cluster`, name: "terril:Cluster", label: "cluster", role: "class" }, names: ["cluster"] },
    {
      item: { iri: `${BASE}ns#focusesOn`, name: "terril:focusesOn", label: "focuses on", role: "property" },
      names: ["focuseson", "focuses on"],
    },
  ],
  things: named([["MecaTech", "Cluster", "doc/organisation/mecatech.html"]], new URL("https://example.org/")),
};

/** Labels suggested at the bar. */
function at(text) {
  const [before, after] = text.split("¦");
  return suggestions(before, before + after, known, false)?.options.map(({ label }) => label) ?? [];
}

test("what is suggested depends on where the cursor is", () => {
  assert.equal(roleAt(tokens("SELECT * { ?a ")), "predicate");
  assert.equal(roleAt(tokens("SELECT * { ?a ?b ?c ; ")), "predicate");
  assert.equal(roleAt(tokens("SELECT * { ?a ?b/")), "predicate");
  assert.equal(roleAt(tokens("SELECT * { ?a ?b ?c . ")), "subject");
  assert.deepEqual(at("SELECT * { ?x a clu¦ }"), ["terril:Cluster"]);
  assert.deepEqual(at("SELECT * { ?x focus¦ }"), ["terril:focusesOn"]);
  assert.deepEqual(at("SELECT * { ?x terril:focusesOn meca¦ }"), ["organisation:mecatech"]);
  assert.deepEqual(at("SELECT ?thing { ?th¦ }"), ["?thing"]);
  assert.deepEqual(at("PREFIX sko¦"), ["skos:"]);
  assert.ok(at("SELECT * { ?x ?y ?z } ORD¦").includes("ORDER BY"));
  assert.deepEqual(at("SELECT * { ?x ?y 'meca¦ }"), []);
  assert.deepEqual(at("SELECT * # meca¦"), []);
});

test("a prefix is declared once", () => {
  assert.equal(missingPrefix("SELECT * {}", "terril"), `PREFIX terril: <${BASE}ns#>\n`);
  assert.equal(missingPrefix(`PREFIX terril: <${BASE}ns#>\nASK {}`, "terril"), "");
  assert.deepEqual(declared(tokens("PREFIX a: <http://a/> prefix : <http://b/> ASK {}")), {
    a: "http://a/",
    "": "http://b/",
  });
});

test("a query survives in an address", () => {
  const query = "SELECT * { ?s <http://e/#a+b> 'é & 100 %' }";
  assert.equal(queryIn(fragmentOf(query)), query);
  assert.equal(queryIn(""), null);
});
