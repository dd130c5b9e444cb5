/**
 * A text field that suggests, as the ARIA pattern for editable comboboxes with list autocomplete has it: focus stays
 * in the field, arrows move through the list, Enter takes, Escape closes.
 */

import { element, uniqueId } from "./elements.js";
import { say } from "./words.js";

/**
 * @typedef {{label: string, note?: string, hint?: string, value: any}} Option
 * @typedef {{suggest: (text: string) => Promise<Option[]>, take: (option: Option, event: Event) => void, label: string}} Behaviour
 */

/** Make a field suggest. @param {HTMLInputElement} input @param {Behaviour} behaviour */
export function combobox(input, { suggest, take, label }) {
  const list = element("ul.front-options", {
    role: "listbox",
    id: uniqueId("front-options"),
    "aria-label": label,
    hidden: true,
  });
  const status = element("p.front-hidden", { role: "status" });
  input.after(list, status); // The field itself is not moved: that would take the focus from who is typing.
  for (const [name, value] of Object.entries({
    role: "combobox",
    autocomplete: "off",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": list.id,
  }))
    input.setAttribute(name, value);

  /** @type {Option[]} */
  let options = [];
  let chosen = -1;
  let turn = 0;

  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    choose(-1);
  };

  /** @param {number} index */
  const choose = (index) => {
    chosen = index;
    for (const [i, item] of [...list.children].entries()) item.setAttribute("aria-selected", String(i === index));
    const item = list.children[index];
    if (item) {
      input.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  };

  /** @param {Event} event */
  const accept = (event) => {
    const option = options[chosen];
    close();
    take(option, event);
  };

  const refresh = async () => {
    const mine = ++turn;
    const found = await suggest(input.value.trim());
    if (mine !== turn) return; // The reader has typed on: what comes late is not shown.
    options = found;
    list.replaceChildren(...options.map((option, i) => item(option, `${list.id}-${i}`)));
    list.hidden = !options.length;
    place(input, list);
    input.setAttribute("aria-expanded", String(!list.hidden));
    choose(-1);
    const count = options.length;
    status.textContent = !input.value.trim()
      ? ""
      : !count
        ? say("search.none")
        : count === 1
          ? say("search.one")
          : say("search.count", { count });
  };

  input.addEventListener("input", refresh);
  input.addEventListener("blur", () => setTimeout(() => document.activeElement !== input && close(), 150));
  input.addEventListener("keydown", async (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) await refresh();
      const step = event.key === "ArrowDown" ? 1 : -1;
      // One place more than there are options: the field itself, where nothing is chosen.
      const places = options.length + 1;
      choose(((chosen + 1 + step + places) % places) - 1);
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      accept(event);
    } else if (event.key === "Tab") close();
  });
  list.addEventListener("mousedown", (/** @type {MouseEvent} */ event) => event.preventDefault());
  list.addEventListener("click", (/** @type {MouseEvent} */ event) => {
    chosen = [...list.children].indexOf(/** @type {HTMLElement} */ (event.target).closest("[role=option]") ?? list);
    if (chosen >= 0) accept(event);
  });
  // What was typed while this was on its way counts too.
  if (document.activeElement === input && input.value !== input.defaultValue) void refresh();
}

/** Put the list below its field, whatever the page positions them by. @param {HTMLElement} input @param {HTMLElement} list */
function place(input, list) {
  list.style.left = `${input.offsetLeft}px`;
  list.style.top = `${input.offsetTop + input.offsetHeight + 4}px`;
  list.style.minWidth = `${input.offsetWidth}px`;
  const beyond = list.getBoundingClientRect().right - document.documentElement.clientWidth + 8;
  if (beyond > 0) list.style.left = `${input.offsetLeft - beyond}px`;
}

/** @param {Option} option @param {string} id */
function item({ label, note, hint }, id) {
  return element(
    "li",
    { role: "option", id, "aria-selected": "false" },
    element("span.front-option", {}, label, hint && element("small", {}, hint)),
    note && element("span.front-kind", {}, note),
  );
}
