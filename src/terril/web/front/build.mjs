/**
 * Bundles `src` into `../static/front`: `app.js` and `app.css`, which pages name, and parts that are fetched when they
 * are needed, whose names change with their content. `node build.mjs --sizes` tells how large each is.
 */

import { build } from "esbuild";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "static", "front");

const common = {
  bundle: true,
  minify: true,
  charset: "utf8",
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
  target: ["chrome111", "firefox113", "safari16.4"],
  absWorkingDir: here,
  outdir: out,
};

/** A style sheet that a script imports becomes text, which the script gives to a constructed sheet. */
const sheets = {
  name: "sheets",
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { outputFiles } = await build({
        ...common,
        entryPoints: [path],
        write: false,
        metafile: false,
        external: ["*.png"],
      });
      // Pictures of markers and layers that no map of ours shows.
      const text = outputFiles[0].text.replace(/url\([^)]*\.png[^)]*\)/g, "none");
      return { contents: text, loader: "text" };
    });
  },
};

/** What licences ask of those who pass programs on: the text of each, for the packages that went into the bundle. */
async function licences(inputs) {
  const folders = new Set(
    inputs.map((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]).filter(Boolean),
  );
  const texts = [];
  for (const folder of [...folders].sort()) {
    const { name, version, license, repository } = JSON.parse(
      await readFile(join(here, folder, "package.json"), "utf8"),
    );
    const files = (await readdir(join(here, folder))).filter((file) => /^licen[cs]e/i.test(file)).sort();
    const source = (repository?.url ?? repository ?? "").replace(/^git\+/, "");
    const text = files.length
      ? await readFile(join(here, folder, files[0]), "utf8")
      : `The text is with the sources: ${source}`;
    texts.push(`${name} ${version} (${license})\n\n${text.trim()}\n`);
  }
  return texts.join(`\n${"-".repeat(78)}\n\n`);
}

async function sizes() {
  for (const file of (await readdir(out)).sort()) {
    const bytes = await readFile(join(out, file));
    const packed = gzipSync(bytes, { level: 9 }).length;
    console.log(`${file.padEnd(32)} ${String(bytes.length).padStart(9)} ${String(packed).padStart(9)}`);
  }
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const worker = await build({
  ...common,
  entryPoints: ["src/worker.js"],
  format: "iife",
  entryNames: "[name]-[hash]",
  define: { "import.meta.url": '""' },
});
const program = basename(Object.keys(worker.metafile.outputs)[0]);
const app = await build({
  ...common,
  entryPoints: ["src/app.js"],
  format: "esm",
  splitting: true,
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".wasm": "file" },
  plugins: [sheets],
  define: { WORKER: JSON.stringify(`./${program}`) },
});
const style = await build({ ...common, entryPoints: ["src/app.css"] });
const inputs = [worker, app, style]
  .flatMap(({ metafile }) => Object.keys(metafile.inputs))
  .concat("node_modules/leaflet/dist/leaflet.css");
await writeFile(join(out, "licences.txt"), await licences(inputs));
if (process.argv.includes("--sizes")) await sizes();
else console.log(`The front end is in ${relative(process.cwd(), out)}.`);
