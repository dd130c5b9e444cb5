/** Colours and shapes by which kinds of thing are told apart; never by colour alone. */

/** Hues that readers who see colours differently can tell apart, readable on light and on dark. */
const COLOURS = [
  "#2f7fb8",
  "#d07a1f",
  "#2c9a78",
  "#b85c96",
  "#7a6fd0",
  "#b8952a",
  "#5b9bd5",
  "#c4574a",
  "#6f8f3a",
  "#8a7f76",
];
const SHAPES = [
  "ellipse",
  "round-rectangle",
  "diamond",
  "round-hexagon",
  "round-triangle",
  "round-pentagon",
  "rectangle",
  "star",
  "octagon",
  "vee",
];

/** Signs that look like the shapes, for legends. @type {Record<string, string>} */
const OUTLINES = {
  ellipse: "M8 1a7 7 0 1 0 .01 0z",
  "round-rectangle":
    "M3 2h10a1.5 1.5 0 0 1 1.5 1.5v9a1.5 1.5 0 0 1-1.5 1.5H3a1.5 1.5 0 0 1-1.5-1.5v-9A1.5 1.5 0 0 1 3 2z",
  diamond: "M8 .5 15.5 8 8 15.5.5 8z",
  "round-hexagon": "M4.5 2h7L15 8l-3.5 6h-7L1 8z",
  "round-triangle": "M8 1.5 15 14H1z",
  "round-pentagon": "M8 1l7 5.3-2.7 8.2H3.7L1 6.3z",
  rectangle: "M2 2h12v12H2z",
  star: "M8 .5l2.2 5.1 5.3.4-4 3.6 1.2 5.4L8 12.2 3.3 15l1.2-5.4-4-3.6 5.3-.4z",
  octagon: "M5 1h6l4 4v6l-4 4H5l-4-4V5z",
  vee: "M1 2l7 3.5L15 2 8 15z",
};

/** @typedef {{colour: string, shape: string, outline: string}} Look */

/** How each kind looks, in the order in which kinds are first met. */
export class Looks {
  constructor() {
    /** @type {Map<string, Look>} */
    this.known = new Map();
  }

  /** @param {string} kind @returns {Look} */
  of(kind) {
    let look = this.known.get(kind);
    if (!look) {
      const [turn, round] = [this.known.size % SHAPES.length, Math.floor(this.known.size / SHAPES.length)];
      const shape = SHAPES[(turn + 3 * round) % SHAPES.length];
      look = { colour: COLOURS[turn], shape, outline: OUTLINES[shape] };
      this.known.set(kind, look);
    }
    return look;
  }
}

/** A sign for a legend. @param {Look} look */
export function sign({ colour, outline }) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", outline);
  path.setAttribute("fill", colour);
  svg.append(path);
  return svg;
}
