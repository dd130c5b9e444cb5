/** The neighbourhood of a thing as a graph to explore; the same as a list for those who read rather than look. */

import cytoscape from "cytoscape";
import { adopt, carried, element, isCalm, onTheme, uniqueId } from "./elements.js";
import { graphStyle } from "./graphstyle.js";
import { Looks, sign } from "./kinds.js";
import { legend, listed } from "./legend.js";
import { fetched, lines, merged, neighbours, read, spoken } from "./neighbourhood.js";
import { around, beyond, nextTo } from "./places.js";
import { say } from "./words.js";
import css from "./graph.css";

/** Pixels of width below which everything stands on one side. */
const NARROW = 620;
const PADDING = 18;
/** Few things need not fill the stage with giant letters. */
const LARGEST = 1.15;

/** Cytoscape would add an inline style element, unless one of that name is there; its rule stands in our sheet. */
const ITS_STYLE = "__________cytoscape_stylesheet";

/** Draw the neighbourhood that a section carries. @param {HTMLElement} section */
export function drawGraph(section) {
  const whole = read(carried(section), document.baseURI);
  if (!whole || whole.nodes.length < 2 || section.dataset.drawn !== undefined) return;
  section.dataset.drawn = "";
  if (!document.getElementById(ITS_STYLE)) {
    document.head.append(element("meta", { id: ITS_STYLE, name: "graph-style" }));
    adopt(css);
  }
  new Graph(section, whole);
}

/**
 * @typedef {import("./neighbourhood.js").Neighbourhood} Neighbourhood
 * @typedef {import("./neighbourhood.js").Line} Line
 * @typedef {import("./places.js").Place} Place
 */

class Graph {
  /** @param {HTMLElement} section @param {Neighbourhood} whole */
  constructor(section, whole) {
    this.section = section;
    this.whole = whole;
    this.looks = new Looks();
    /** @type {Map<string, Place>} */
    this.places = new Map();
    /** By which thing each was brought in. @type {Map<string, string>} */
    this.parents = new Map();
    /** @type {Set<string>} */
    this.expanded = new Set([whole.centre]);
    this.current = whole.centre;
    this.home = whole.centre;
    const centre = whole.nodes.find(({ id }) => id === whole.centre);
    this.canvas = element("div.graph-canvas", {
      tabindex: "0",
      role: "application",
      "aria-label": say("graph.label", { name: centre?.label ?? "" }),
    });
    this.caption = element("div.graph-caption", { id: uniqueId("graph-caption") });
    this.canvas.setAttribute("aria-describedby", this.caption.id);
    // What a mouse needs to expand a thing must be beside it: on the way to anywhere else it would point at others.
    this.plus = element(
      "button.graph-plus",
      {
        type: "button",
        tabindex: "-1",
        title: say("graph.expand"),
        "aria-label": say("graph.expand"),
        hidden: true,
        onclick: () => this.expand(this.current),
      },
      "+",
    );
    this.status = element("p.front-hidden", { role: "status" });
    this.legend = element("ul.graph-legend");
    this.more = element("p.graph-more", { hidden: true });
    this.list = element("ul.graph-list");
    const stage = element("div.graph-stage", {}, this.canvas, this.plus);
    const list = element("details.graph-details", {}, element("summary", {}, say("graph.list")), this.list);
    section.append(
      stage,
      element("div.graph-bar", {}, this.caption, this.zoom()),
      this.legend,
      this.more,
      list,
      this.status,
    );
    this.isNarrow = stage.clientWidth < NARROW;
    this.cy = cytoscape({
      container: this.canvas,
      style: graphStyle(this.canvas, this.isNarrow),
      minZoom: 0.25,
      maxZoom: 2.5,
      userZoomingEnabled: false,
      boxSelectionEnabled: false,
      autoungrabify: true,
    });
    this.place();
    this.listen();
  }

  /** Put the first neighbours around the centre. */
  place() {
    const { centre } = this.whole;
    const shown = neighbours(this.whole, centre);
    const spots = around(shown.length, this.isNarrow);
    this.places.set(centre, { x: 0, y: 0, side: "right" });
    shown.forEach(({ id }, i) => {
      this.places.set(id, spots[i]);
      this.parents.set(id, centre);
    });
    const left = neighbours(this.whole, centre, Infinity).length - shown.length;
    this.more.hidden = left < 1;
    this.more.textContent = say("graph.more", { count: left });
    this.draw();
    this.size();
    this.hide();
  }

  /** Make the stage as high as what stands on it, within reason. */
  size() {
    const { w, h } = this.cy.elements().boundingBox();
    const zoom = Math.min(LARGEST, (this.canvas.clientWidth - 2 * PADDING) / w);
    this.canvas.style.height = `${Math.round(Math.min(Math.max(180, h * zoom + 2 * PADDING), 720))}px`;
    this.cy.resize();
    this.fit();
  }

  /** Show what has a place. */
  draw() {
    const { nodes, edges, centre } = this.whole;
    const shown = nodes.filter(({ id }) => this.places.has(id));
    const drawn = lines(edges.filter(({ source, target }) => this.places.has(source) && this.places.has(target)));
    drawn.sort((a, b) => this.height(a) - this.height(b));
    const voices = this.voices(drawn);
    for (const { id, label, kind } of shown) {
      if (this.cy.getElementById(id).nonempty()) continue;
      const { x, y, side } = /** @type {Place} */ (this.places.get(id));
      const { colour, shape } = this.looks.of(kind);
      this.cy.add({ data: { id, label, colour, shape }, position: { x, y }, classes: id === centre ? "centre" : side });
    }
    for (const line of drawn) {
      const { id, source, target, labels, inferred, isMutual } = line;
      if (this.cy.getElementById(id).empty()) this.cy.add({ data: { id, source, target } });
      const edge = this.cy.getElementById(id);
      const all = labels.join(" · ");
      const short = all.length > 24 && labels.length > 1 ? `${labels[0]} · …` : all;
      // Words stand at the outer end, where lines are apart: so far from it that they do not touch the thing.
      edge.data({ label: all, short, offset: 22 + short.length * 2.9 });
      edge.toggleClass("inward", this.parents.get(source) === target);
      // What did not bring one of its ends in lies across the others: it bends out of their way and is silent.
      edge
        .toggleClass("inferred", inferred)
        .toggleClass("mutual", isMutual)
        .toggleClass("voice", voices.has(id))
        .toggleClass("across", !this.leads(line));
    }
    for (const id of this.expanded) this.cy.getElementById(id).toggleClass("opened", id !== centre);
    this.legend.replaceChildren(
      ...legend(
        this.looks,
        drawn.some(({ inferred }) => inferred),
      ),
    );
    this.list.replaceChildren(...listed(this.whole));
  }

  /** Whether a line leads from a thing to one that it brought in. @param {Line} line */
  leads({ source, target }) {
    return this.parents.get(source) === target || this.parents.get(target) === source;
  }

  /** The lines that carry words; on a narrow page there is no room for any. @param {Line[]} drawn */
  voices(drawn) {
    const leading = this.isNarrow ? [] : drawn.filter((line) => this.leads(line));
    const own = (/** @type {string} */ id) => leading.filter(({ source, target }) => source === id || target === id);
    return new Set([...this.expanded].flatMap((id) => [...spoken(own(id), id)]));
  }

  /** @param {Line} line */
  height({ source, target }) {
    return (this.places.get(source)?.y ?? 0) + (this.places.get(target)?.y ?? 0);
  }

  listen() {
    const { cy, canvas } = this;
    cy.on("mouseover", "node", ({ target }) => this.point(target.id()));
    cy.on("tap", "node", ({ target, originalEvent }) => {
      // A finger cannot hover: its first touch shows what a mouse sees by pointing.
      if (/** @type {any} */ (originalEvent).pointerType === "touch" || originalEvent.type.startsWith("touch"))
        this.point(target.id());
      else this.open(target.id(), originalEvent);
    });
    cy.on("tap", ({ target }) => target === cy && this.hide());
    cy.on("viewport", () => this.plus.hidden || this.position());
    canvas.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.press(event));
    canvas.addEventListener("focus", () => canvas.matches(":focus-visible") && this.point(this.current));
    canvas.addEventListener(
      "wheel",
      (/** @type {WheelEvent} */ event) => {
        // A wheel scrolls the page; with Ctrl (and by pinching) it zooms, as on a map.
        if (!event.ctrlKey) return;
        event.preventDefault();
        const box = canvas.getBoundingClientRect();
        this.zoomTo(cy.zoom() * Math.exp(-event.deltaY / 200), {
          x: event.clientX - box.left,
          y: event.clientY - box.top,
        });
      },
      { passive: false },
    );
    onTheme(() => cy.style(/** @type {any} */ (graphStyle(canvas, this.isNarrow))));
    new ResizeObserver(() => this.fit()).observe(canvas);
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const moves = /** @type {Record<string, [number, number]>} */ ({
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
    });
    if (event.altKey || event.metaKey) return;
    if (event.key in moves) this.point(nextTo(this.places, this.current, ...moves[event.key]));
    else if (event.key === "Enter") this.open(this.current, event);
    else if (event.key === "+" || event.key === "=") void this.expand(this.current);
    else if (event.key === "Escape") this.hide();
    else return;
    event.preventDefault();
  }

  /** Show what a thing is and what may be done with it. @param {string} id */
  point(id) {
    const thing = this.whole.nodes.find((node) => node.id === id);
    if (!thing) return;
    this.current = id;
    this.cy.elements().removeClass("pointed near");
    const node = this.cy.getElementById(id);
    node.addClass("pointed");
    // All lines of the centre at once would say too much.
    if (id !== this.whole.centre) node.connectedEdges().addClass("near");
    const said = this.said(id);
    this.status.textContent = [thing.label, thing.kind, ...said].join(", ");
    const expand = element(
      "button.front-button",
      { type: "button", onclick: () => this.expand(id) },
      say("graph.expand"),
    );
    const parts = [
      sign(this.looks.of(thing.kind)),
      element("strong", {}, thing.label),
      element("span.graph-said", {}, [thing.kind, ...said].join(" · ")),
      id !== this.home && element("a", { href: thing.href }, say("graph.open")),
      !this.expanded.has(id) && expand,
    ];
    this.caption.replaceChildren(...parts.filter((part) => part !== false));
    this.position();
  }

  /** What ties a thing to the centre, in words. @param {string} id */
  said(id) {
    const { edges, centre } = this.whole;
    const ties = edges.filter(
      ({ source, target }) => id !== centre && [source, target].includes(id) && [source, target].includes(centre),
    );
    return [...new Set(ties.map(({ label, inferred }) => (inferred ? `${label} (${say("graph.inferred")})` : label)))];
  }

  /** Keep the plus beside its thing, on the side where no name stands. */
  position() {
    this.plus.hidden = this.expanded.has(this.current);
    const { x, y } = this.cy.getElementById(this.current).renderedPosition();
    const turn = this.places.get(this.current)?.side === "left" ? 1 : -1;
    this.plus.style.left = `${x + turn * 24 - 11}px`;
    this.plus.style.top = `${y - 11}px`;
  }

  hide() {
    this.plus.hidden = true;
    this.cy.elements().removeClass("pointed near");
    this.caption.replaceChildren(
      element("span.graph-said", {}, say(matchMedia("(hover: none)").matches ? "graph.touch" : "graph.hint")),
    );
  }

  /** @param {string} id @param {MouseEvent | KeyboardEvent} event */
  open(id, event) {
    const href = this.whole.nodes.find((node) => node.id === id)?.href;
    if (!href || id === this.home) return;
    if (event.ctrlKey || event.shiftKey) window.open(href, "_blank", "noopener");
    else location.assign(href);
  }

  /** Add the neighbours of a thing, which its own page carries. @param {string} id */
  async expand(id) {
    const thing = this.whole.nodes.find((node) => node.id === id);
    // One at a time: a late answer must not turn the stage under a reader who has moved on.
    if (!thing || this.expanded.has(id) || this.canvas.ariaBusy === "true") return;
    this.canvas.ariaBusy = "true";
    const more = await fetched(thing.href);
    this.canvas.ariaBusy = "false";
    if (!more) {
      this.status.textContent = say("graph.failed", { name: thing.label });
      this.caption.replaceChildren(element("span.front-error", {}, this.status.textContent));
      return;
    }
    this.whole = merged(this.whole, more);
    if (this.isNarrow) return this.walk(id);
    this.expanded.add(id);
    const added = neighbours(more, id).filter((node) => !this.places.has(node.id));
    const from = /** @type {Place} */ (this.places.get(id));
    const spots = beyond(added.length, from, [...this.places.values()]);
    added.forEach((node, i) => {
      this.places.set(node.id, spots[i]);
      this.parents.set(node.id, id);
    });
    this.draw();
    this.size();
    this.point(id);
    this.status.textContent = say("graph.expanded", { count: added.length, name: thing.label });
  }

  /** Where there is no room for more, put a thing in the centre instead. @param {string} id */
  walk(id) {
    this.whole.centre = id;
    this.places.clear();
    this.parents.clear();
    this.expanded = new Set([id]);
    this.cy.elements().remove();
    this.place();
    this.point(id);
  }

  zoom() {
    const button = (
      /** @type {string} */ sign,
      /** @type {import("./words.js").Word} */ word,
      /** @type {() => void} */ act,
    ) => {
      return element(
        "button.front-button",
        { type: "button", title: say(word), "aria-label": say(word), onclick: act },
        sign,
      );
    };
    return element(
      "div.graph-zoom",
      {},
      button("+", "graph.in", () => this.zoomTo(this.cy.zoom() * 1.3)),
      button("−", "graph.out", () => this.zoomTo(this.cy.zoom() / 1.3)),
      button("⤢", "graph.fit", () => this.fit(true)),
    );
  }

  /** @param {number} level @param {{x: number, y: number}} [around] */
  zoomTo(level, around = { x: this.cy.width() / 2, y: this.cy.height() / 2 }) {
    this.cy.zoom({ level, renderedPosition: around });
  }

  /** @param {boolean} [moves] */
  fit(moves = false) {
    const { cy } = this;
    const before = { zoom: cy.zoom(), pan: { ...cy.pan() } };
    cy.fit(undefined, PADDING);
    if (cy.zoom() > LARGEST) {
      cy.zoom(LARGEST);
      cy.center();
    }
    if (!moves || isCalm()) return;
    const after = { zoom: cy.zoom(), pan: { ...cy.pan() } };
    cy.viewport(before);
    cy.animate({ ...after, duration: 250 });
  }
}
