/**
 * A SPARQL editor of CodeMirror's parts in the place of a text area. It lives in a shadow root: there CodeMirror keeps
 * its styles in constructed sheets, which a policy without inline styles allows; in a document it would add an element.
 */

import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  insertCompletionText,
  pickedCompletion,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { HighlightStyle, StreamLanguage, bracketMatching, syntaxHighlighting } from "@codemirror/language";
import { sparql } from "@codemirror/legacy-modes/mode/sparql";
import { EditorState, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { missingPrefix, suggestions } from "./completion.js";
import { adopt, element } from "./elements.js";
import css from "./editor.css";

/**
 * @typedef {{value: () => string, mark: (line?: number, column?: number) => void, focus: () => void, set: (text: string) => void}} Editor
 * @typedef {{run: () => void, changed: () => void, focused: () => void, known: () => import("./completion.js").Known, label: string}} Behaviour
 */

const colours = HighlightStyle.define([
  { tag: tags.keyword, class: "word" },
  { tag: [tags.atom, tags.name, tags.propertyName, tags.typeName], class: "name" },
  { tag: [tags.variableName, tags.special(tags.variableName), tags.definition(tags.variableName)], class: "variable" },
  { tag: [tags.string, tags.number, tags.literal], class: "literal" },
  { tag: tags.comment, class: "comment" },
  { tag: [tags.standard(tags.variableName), tags.meta], class: "iri" },
]);

/** The place of a failure. @type {import("@codemirror/state").StateEffectType<number | null>} */
const fault = StateEffect.define();

const faults = StateField.define({
  create: () => Decoration.none,
  update(marks, change) {
    if (change.docChanged) return Decoration.none;
    for (const effect of change.effects) {
      if (!effect.is(fault)) continue;
      if (effect.value === null) return Decoration.none;
      const line = change.state.doc.lineAt(effect.value);
      return Decoration.set([Decoration.line({ class: "fault" }).range(line.from)]);
    }
    return marks;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/**
 * Put an editor in the place of a text area, which stays in the form and keeps the text.
 * @param {HTMLTextAreaElement} area
 * @param {Behaviour} behaviour
 * @returns {Editor}
 */
export function edit(area, { run, changed, focused, known, label }) {
  const host = element("div.sparql-editor");
  area.after(host);
  area.hidden = true;
  const root = host.attachShadow({ mode: "open", delegatesFocus: true });
  adopt(css, root);
  const view = new EditorView({
    parent: root,
    root,
    state: EditorState.create({
      doc: area.value,
      extensions: [
        lineNumbers(),
        history(),
        drawSelection(),
        highlightActiveLine(),
        bracketMatching(),
        closeBrackets(),
        faults,
        StreamLanguage.define(sparql),
        syntaxHighlighting(colours),
        EditorView.lineWrapping,
        EditorState.tabSize.of(2),
        autocompletion({ override: [(context) => completed(context, known())], icons: false, maxRenderedOptions: 40 }),
        keymap.of([
          { key: "Mod-Enter", run: () => (run(), true) },
          // Escape, then Tab leaves the editor: a reader without a mouse must not be caught in it.
          { key: "Escape", run: (editor) => (editor.setTabFocusMode(2000), true) },
          ...closeBracketsKeymap,
          ...historyKeymap,
          ...defaultKeymap,
          indentWithTab,
        ]),
        EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", autocapitalize: "off" }),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return;
          area.value = update.state.doc.toString();
          changed();
        }),
        EditorView.domEventHandlers({ focus: () => void focused(), beforeinput: overtype }),
      ],
    }),
  });
  return {
    value: () => view.state.doc.toString(),
    focus: () => view.focus(),
    set: (text) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }),
    mark(line, column = 1) {
      if (!line || line > view.state.doc.lines) return view.dispatch({ effects: fault.of(null) });
      const { from, to } = view.state.doc.line(line);
      const at = Math.min(from + column - 1, to);
      view.dispatch({ effects: [fault.of(at), EditorView.scrollIntoView(at)], selection: { anchor: at } });
    },
  };
}

/**
 * Type over a selection without the browser's help: what it puts in place of several lines keeps their look by a style
 * attribute, which the policy refuses and reports.
 * @param {InputEvent} event
 * @param {EditorView} view
 */
function overtype(event, view) {
  const { from, to, empty } = view.state.selection.main;
  const text = event.data;
  if (event.inputType !== "insertText" || text === null || empty || view.composing) return false;
  event.preventDefault();
  const insert = () =>
    view.state.update(view.state.replaceSelection(text), { userEvent: "input.type", scrollIntoView: true });
  if (!view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, text, insert)))
    view.dispatch(insert());
  return true;
}

/** @param {import("@codemirror/autocomplete").CompletionContext} context @param {import("./completion.js").Known} known */
function completed(context, known) {
  const whole = context.state.doc.toString();
  const found = suggestions(whole.slice(0, context.pos), whole, known, context.explicit);
  if (!found) return null;
  const options = found.options.map(({ label, apply, detail, type, prefix }, i) => ({
    label,
    detail,
    type,
    sortText: String(i).padStart(4, "0"),
    apply: inserting(apply, prefix),
  }));
  return { from: found.start, options, filter: false };
}

/**
 * Insert a name, and declare its prefix above the query if that is missing.
 * @param {string} text
 * @param {string | undefined} prefix
 */
function inserting(text, prefix) {
  return (
    /** @type {EditorView} */ view,
    /** @type {any} */ completion,
    /** @type {number} */ from,
    /** @type {number} */ to,
  ) => {
    const line = missingPrefix(view.state.doc.toString(), prefix);
    view.dispatch({
      ...insertCompletionText(view.state, text, from, to),
      annotations: pickedCompletion.of(completion),
    });
    if (line) view.dispatch({ changes: { from: 0, insert: line } });
  };
}
