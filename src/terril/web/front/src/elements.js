/** Elements, made without markup text: nothing that a graph says can become markup. */

/**
 * @typedef {Node | string | number | null | undefined | false} Child
 * @param {string} name a tag, perhaps with classes: `"p.note"`
 * @param {Record<string, any>} [properties] attributes; `on…` are listeners; false and null leave one out
 * @param {...Child} children
 * @returns {any} an element of that kind; callers know which
 */
export function element(name, properties = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const made = document.createElement(tag);
  if (classes.length) made.className = classes.join(" ");
  for (const [key, value] of Object.entries(properties)) {
    if (value === false || value == null) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : String(value));
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false).map(text));
  return made;
}

/** @param {any} child */
const text = (child) => (typeof child === "number" ? String(child) : child);

let made = 0;

/** An id that no other element of the page has. @param {string} stem */
export const uniqueId = (stem) => `${stem}-${++made}`;

/**
 * The JSON that a page carries in a script element, or null if it is not there or no JSON.
 * @param {ParentNode} root
 * @param {string} [selector]
 */
export function carried(root, selector = "script[type='application/json']") {
  try {
    return JSON.parse(root.querySelector(selector)?.textContent ?? "null");
  } catch {
    return null;
  }
}

/**
 * Give the page a style sheet that came inside a script. A constructed sheet is the only one that may be added under
 * a policy which allows no inline style.
 * @param {string} css
 * @param {Document | ShadowRoot} [root]
 */
export function adopt(css, root = document) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}

/** Whether the reader asked for little movement. */
export const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/**
 * Call when the page turns dark or light, by the system or by a switch of the page's own.
 * @param {() => void} act
 */
export function onTheme(act) {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", act);
  new MutationObserver(act).observe(document.documentElement, { attributeFilter: ["class", "data-theme", "style"] });
}
