/* What the bundler puts in: style sheets as text, the engine as an address, the worker's name. */
declare module "*.css" { const text: string; export default text; }
declare module "*.wasm" { const address: string; export default address; }
declare module "oxigraph/web.js" { export function initSync(parts: { module: WebAssembly.Module }): void; export class Store { constructor(); size: number; load(input: Uint8Array, options: object): void; query(query: string, options: object): string; } }
declare const WORKER: string;
