/** A plain host of static files on loopback: a published site in a subfolder, with the headers that the site asks for. */

import { createServer } from "node:http";
import { readFile, stat } from "node:fs/promises";
import { join, normalize } from "node:path";

const TYPES = { html: "text/html", css: "text/css", js: "text/javascript", json: "application/json", svg: "image/svg+xml", xml: "application/xml" };

/** The rules of a `_headers` file: a pattern and the headers of what fits it. @param {string} text */
export function rules(text) {
  const found = [];
  for (const line of text.split("\n").filter((one) => one.trim())) {
    if (/^\S/.test(line)) found.push([new RegExp(`^${line.trim().split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join(".*")}$`), {}]);
    else {
      const [, name, value] = /^\s+([^:]+):\s*(.*)$/.exec(line);
      found.at(-1)[1][name.toLowerCase()] = value;
    }
  }
  return found;
}

/** Serve a folder under `/terril/`; give its address and what stops it. @param {string} folder */
export async function host(folder) {
  const given = rules(await readFile(join(folder, "_headers"), "utf8"));
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, "http://localhost").pathname)).replace(/^\/terril/, "");
    for (const [pattern, headers] of given) {
      if (pattern.test(path)) for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    }
    try {
      let file = join(folder, path);
      if ((await stat(file)).isDirectory()) file = join(file, "index.html");
      const type = TYPES[file.split(".").pop()];
      if (type) response.setHeader("content-type", type === "text/html" ? `${type}; charset=utf-8` : type);
      response.end(await readFile(file));
    } catch {
      response.writeHead(404, { "content-type": "text/plain" }).end("Not found");
    }
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return { address: `http://127.0.0.1:${server.address().port}/terril/`, stop: () => (server.closeAllConnections(), server.close()) };
}
