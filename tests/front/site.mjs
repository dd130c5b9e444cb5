/** A small site with every hook in it, served on loopback under the policy that Terril's pages have. */

import { createServer } from "node:http";
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

export const FRONT = new URL("../../src/terril/web/front/", import.meta.url);
const BUILT = new URL("../static/front/", FRONT);
const { Store } = createRequire(FRONT)("oxigraph");

export const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "form-action 'self'",
  "base-uri 'none'",
].join("; ");

const BASE = "https://w3id.org/terril/";
const TERRIL = `${BASE}ns#`;
const SKOS = "http://www.w3.org/2004/02/skos/core#";
const RDFS = "http://www.w3.org/2000/01/rdf-schema#";
const OWL = "http://www.w3.org/2002/07/owl#";
const TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";

/** Path, class, kind in words, label, label in French, other names. */
const THINGS = [
  ["organisation/mecatech", "Cluster", "Cluster", "MecaTech", "MecaTech", ["Pôle MecaTech"]],
  ["organisation/biowin", "Cluster", "Cluster", "BioWin", "BioWin", ["Health Cluster Wallonia"]],
  ["organisation/skywin", "Cluster", "Cluster", "Skywin", "Skywin", []],
  ["organisation/greenwin", "Cluster", "Cluster", "GreenWin", "GreenWin", []],
  ["organisation/sirris", "Organisation", "Organisation", "Sirris", "Sirris", []],
  [
    "organisation/university-of-liege",
    "Organisation",
    "Organisation",
    "University of Liège",
    "Université de Liège",
    ["ULiège"],
  ],
  [
    "strand/smart-maintenance",
    "StrategicStrand",
    "Strategic strand",
    "Smart maintenance",
    "Maintenance intelligente",
    [],
  ],
  ["strand/advanced-materials", "StrategicStrand", "Strategic strand", "Advanced materials", "Matériaux avancés", []],
  [
    "strand/micromachines",
    "StrategicStrand",
    "Strategic strand",
    "Micromachines and mechatronics",
    "Micromachines et mécatronique",
    [],
  ],
  ["topic/mechatronics", "Topic", "Topic", "Mechatronics", "Mécatronique", []],
  ["topic/circular-economy", "Topic", "Topic", "Circular economy", "Économie circulaire", []],
  ["topic/industry-4-0", "Topic", "Topic", "Industry 4.0", "Industrie 4.0", ["smart industry"]],
  ["territory/wallonia", "Territory", "Territory", "Wallonia", "Wallonie", ["Walloon Region"]],
  ["territory/liege", "Territory", "Territory", "Liège", "Liège", ["Luik"]],
  ["territory/namur", "Territory", "Territory", "Namur", "Namur", []],
  ["person/jeanne-d-arc", "Person", "Person", "Jeanne <b>Darc</b>", "Jeanne <b>Darc</b>", []],
];

const POINTS = {
  "territory/liege": [50.633, 5.567],
  "territory/namur": [50.467, 4.867],
  "organisation/sirris": [50.58, 5.56],
  "territory/wallonia": [50.3, 4.8],
};

/** Subject, property, words, object, whether a rule concluded it. */
const TIES = [
  ["organisation/mecatech", "hasStrand", "has strand", "strand/smart-maintenance", false],
  ["organisation/mecatech", "hasStrand", "has strand", "strand/advanced-materials", false],
  ["organisation/mecatech", "hasStrand", "has strand", "strand/micromachines", false],
  ["strand/micromachines", "addresses", "addresses", "topic/mechatronics", false],
  ["strand/smart-maintenance", "addresses", "addresses", "topic/industry-4-0", false],
  ["organisation/mecatech", "focusesOn", "focuses on", "topic/mechatronics", true],
  ["organisation/mecatech", "focusesOn", "focuses on", "topic/industry-4-0", true],
  ["organisation/greenwin", "focusesOn", "focuses on", "topic/circular-economy", false],
  ["organisation/mecatech", "operatesIn", "operates in", "territory/wallonia", false],
  ["organisation/biowin", "operatesIn", "operates in", "territory/wallonia", false],
  ["organisation/skywin", "operatesIn", "operates in", "territory/wallonia", false],
  ["organisation/greenwin", "operatesIn", "operates in", "territory/wallonia", false],
  ["organisation/sirris", "memberOf", "member of", "organisation/mecatech", false],
  ["organisation/university-of-liege", "memberOf", "member of", "organisation/mecatech", false],
  ["person/jeanne-d-arc", "worksFor", "works for", "organisation/mecatech", false],
  ["territory/liege", "within", "within", "territory/wallonia", false],
  ["territory/namur", "within", "within", "territory/wallonia", false],
  ["organisation/sirris", "locatedIn", "located in", "territory/liege", true],
];

const isTopic = (path) => path.startsWith("topic/");
const iriOf = (path) => `${BASE}${isTopic(path) ? "auth" : "id"}/${path}`;

function quads() {
  const line = (s, p, o) => `<${s}> <${p}> ${o} .`;
  const text = (value, lang) => `${JSON.stringify(value)}@${lang}`;
  const lines = THINGS.flatMap(([path, kind, , en, fr, others]) => [
    line(iriOf(path), TYPE, `<${TERRIL}${kind}>`),
    line(iriOf(path), `${SKOS}prefLabel`, text(en, "en")),
    line(iriOf(path), `${SKOS}prefLabel`, text(fr, "fr")),
    ...others.map((name) => line(iriOf(path), `${SKOS}altLabel`, text(name, "en"))),
  ]);
  for (const kind of new Set(THINGS.map((thing) => thing[1]))) {
    lines.push(
      line(TERRIL + kind, TYPE, `<${OWL}Class>`),
      line(TERRIL + kind, `${RDFS}label`, text(kind.replace(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase(), "en")),
    );
  }
  for (const [property, words] of new Map(TIES.map(([, property, words]) => [property, words]))) {
    lines.push(
      line(TERRIL + property, TYPE, `<${OWL}ObjectProperty>`),
      line(TERRIL + property, `${RDFS}label`, text(words, "en")),
    );
  }
  for (const [s, p, , o] of TIES) lines.push(line(iriOf(s), TERRIL + p, `<${iriOf(o)}>`));
  lines.push(
    line(iriOf("organisation/mecatech"), `${TERRIL}members`, '"213"^^<http://www.w3.org/2001/XMLSchema#integer>'),
  );
  return `${lines.join("\n")}\n`;
}

function neighbourhood(path, up) {
  const ties = TIES.filter(([s, , , o]) => s === path || o === path);
  const paths = new Set([path, ...ties.flatMap(([s, , , o]) => [s, o])]);
  return {
    centre: `doc/${path}`,
    nodes: THINGS.filter(([one]) => paths.has(one)).map(([one, , kind, label]) => ({
      id: `doc/${one}`,
      label,
      kind,
      href: `${up}doc/${one}.html`,
    })),
    edges: ties.map(([s, , label, o, inferred]) => ({ source: `doc/${s}`, target: `doc/${o}`, label, inferred })),
  };
}

/** JSON that no markup can end. */
const script = (value, type = "application/json") =>
  `<script type="${type}">${JSON.stringify(value).replaceAll("<", "\\u003c")}</script>`;

export const QUESTION = `# Which clusters pursue a strand? It's { no VALUES ?strand { x } block }
PREFIX strand: <${BASE}id/strand/>
PREFIX terril: <${TERRIL}>
SELECT ?cluster ?members WHERE {
  VALUES ?strand { strand:smart-maintenance }
  ?cluster terril:hasStrand ?strand .
  OPTIONAL { ?cluster terril:members ?members }
}`;

const SAMPLE = `PREFIX terril: <${TERRIL}>
SELECT ?cluster ?strand WHERE {
  ?cluster terril:hasStrand ?strand .
}
ORDER BY ?strand`;

const OUTLINE = {
  type: "Feature",
  properties: {},
  geometry: {
    type: "Polygon",
    coordinates: [
      [
        [2.9, 50.75],
        [4.6, 50.78],
        [5.7, 50.8],
        [6.3, 50.5],
        [6.1, 50.1],
        [5.8, 49.55],
        [5.4, 49.5],
        [4.9, 49.8],
        [4.8, 50.15],
        [4.1, 49.95],
        [3.2, 50.5],
      ],
    ],
  },
};

const PAGES = {
  "index.html": () => "<h1>Home</h1><p>Everything that was dug up, in one place.</p>",
  "search.html": () =>
    '<h1>Search</h1><form action="search.html"><input type="search" name="q" data-search data-index="search.json" aria-label="Words"><button>Search</button></form><div data-search-results></div>',
  "map.html": () =>
    `<h1>Places</h1><section data-map>${script(Object.entries(POINTS).map(([path, [lat, long]]) => ({ label: THINGS.find(([one]) => one === path)[3], href: `doc/${path}.html`, lat, long })))}${script(OUTLINE, "application/geo+json")}</section>`,
  "sparql.html": () =>
    `<h1>SPARQL</h1><div data-sparql data-mode="static" data-endpoint="sparql" data-dump="downloads/graph.nq.gz"><textarea name="query" aria-label="Query">${SAMPLE}</textarea></div>`,
  "server.html": () =>
    `<h1>SPARQL</h1><form action="sparql"><div data-sparql data-mode="server" data-endpoint="sparql"><textarea name="query" aria-label="Query">${SAMPLE}</textarea><button>Run</button></div></form>`,
  "question.html": () =>
    `<h1>Which clusters pursue a strand?</h1><form data-question data-mode="static" data-dump="downloads/graph.nq.gz"><label for="strand">the strand asked about</label> <input id="strand" name="strand" value="Smart maintenance"> <button>Ask</button>${script({ query: QUESTION, parameters: [{ name: "strand", class: "terril:StrategicStrand", default: "strand:smart-maintenance" }] })}</form>`,
};
for (const [path, , kind, en] of THINGS) {
  PAGES[`doc/${path}.html`] = () =>
    `<p>${kind}</p><h1>${en.replaceAll("<", "&lt;")}</h1><section class="neighbourhood" data-graph>${script(neighbourhood(path, "../../"))}</section>`;
}

function page(path, lang) {
  const up = "../".repeat(path.split("/").length - 1);
  return `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${path}</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="${up}page.css"><link rel="stylesheet" href="${up}static/front/app.css">
<script type="module" src="${up}static/front/app.js"></script></head><body>
<header><a href="${up}index.html">Terril</a><form role="search" action="${up}search.html"><input type="search" name="q" data-search data-index="${up}search.json" aria-label="Search"></form></header>
<main>${PAGES[path]()}</main></body></html>`;
}

const STYLE = `:root { color-scheme: light dark; --ink: #26302c; --paper: #fbfaf6; --accent: #1d6a55; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e4dc; --paper: #16191a; --accent: #74c7ad; } }
section:has(> script:only-child) { display: none }
body { margin: 0; font: 1rem/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
header { display: flex; gap: 2rem; align-items: center; padding: .8rem 1.2rem; border-bottom: 1px solid color-mix(in srgb, var(--ink) 20%, var(--paper)); }
header form { flex: 1; max-width: 26rem; display: flex } main { max-width: 60rem; margin: 0 auto; padding: 0 1.2rem 3rem; }
a { color: var(--accent) } input { font: inherit; padding: .3em .6em; color: inherit; background: transparent; border: 1px solid #888; border-radius: 6px; flex: 1 }`;

const TYPES = {
  js: "text/javascript",
  css: "text/css",
  wasm: "application/wasm",
  html: "text/html; charset=utf-8",
  json: "application/json",
  gz: "application/octet-stream",
  txt: "text/plain",
};

/** Start the site; give its address and what stops it. */
export async function start() {
  const graph = quads();
  const store = new Store();
  store.load(graph, { format: "application/n-quads" });
  const files = {
    "search.json": () =>
      JSON.stringify(THINGS.map(([path, , kind, label, , others]) => [label, kind, `doc/${path}.html`, others])),
    "downloads/graph.nq.gz": () => gzipSync(graph),
    "page.css": () => STYLE,
  };
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, "http://localhost");
    const lang = url.searchParams.get("lang") ?? "en";
    const path = decodeURIComponent(url.pathname.slice(1)) || "index.html";
    response.setHeader("content-security-policy", POLICY);
    if (path === "sparql") return answer(store, request, response);
    try {
      const body =
        path in PAGES
          ? page(path, lang)
          : (files[path]?.() ?? (await readFile(new URL(path.replace("static/front/", ""), BUILT))));
      response.setHeader("content-type", TYPES[path.split(".").pop()] ?? "application/octet-stream");
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    address: `http://127.0.0.1:${server.address().port}/`,
    stop: () => (server.closeAllConnections(), server.close()),
  };
}

/** Answer as an endpoint does: results, or a problem in words. */
async function answer(store, request, response) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const query = new URLSearchParams(Buffer.concat(chunks).toString()).get("query");
  try {
    const body = store.query(query, { results_format: request.headers.accept });
    response.writeHead(200, { "content-type": request.headers.accept }).end(body);
  } catch (error) {
    const problem = {
      title: "Bad query",
      status: 400,
      detail: `The query is not valid SPARQL: ${error.message.slice(0, 80)}`,
    };
    response.writeHead(400, { "content-type": "application/problem+json" }).end(JSON.stringify(problem));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log((await start()).address);
