/** How a graph looks: in the colours and letters of the page, dark or light. */

import { element } from "./elements.js";

/** @param {HTMLElement} host @param {boolean} isNarrow @returns {any[]} a style sheet of Cytoscape */
export function graphStyle(host, isNarrow) {
  const [ink, paper, quiet, line, accent] = ["ink", "paper", "quiet", "line", "accent"].map((name) =>
    colour(host, `--front-${name}`),
  );
  const words = {
    "font-family": getComputedStyle(host).fontFamily,
    "font-size": 13,
    color: ink,
    "text-background-color": paper,
    "text-background-opacity": 0.86,
    "text-background-padding": 2,
  };
  const small = { ...words, "font-size": 10.5, "text-background-opacity": 0.9 };
  return [
    {
      selector: "node",
      style: {
        ...words,
        label: "data(label)",
        "text-valign": "center",
        "text-wrap": "ellipsis",
        "text-max-width": isNarrow ? 150 : 200,
        shape: "data(shape)",
        "background-color": "data(colour)",
        width: 14,
        height: 14,
        "border-width": 0,
        "overlay-opacity": 0,
      },
    },
    { selector: "node.right", style: { "text-halign": "right", "text-margin-x": 6 } },
    { selector: "node.left", style: { "text-halign": "left", "text-margin-x": -6 } },
    {
      selector: "node.centre",
      style: {
        width: 24,
        height: 24,
        "font-size": 15,
        "font-weight": 600,
        "text-valign": "bottom",
        "text-halign": "center",
        "text-margin-y": 6,
        "text-wrap": "wrap",
        "text-max-width": isNarrow ? 110 : 170,
        "z-index": 9,
      },
    },
    {
      selector: "node.pointed",
      style: { "border-width": 3, "border-color": accent, "border-opacity": 1, "text-wrap": "none", "z-index": 10 },
    },
    { selector: "node.opened", style: { "text-margin-y": -13, "text-background-opacity": 0 } },
    {
      selector: "edge",
      style: {
        width: 1.2,
        "line-color": line,
        "curve-style": "straight",
        "target-arrow-shape": "triangle",
        "target-arrow-color": line,
        "arrow-scale": 0.7,
        "overlay-opacity": 0,
        "target-distance-from-node": 3,
      },
    },
    { selector: "edge.mutual", style: { "source-arrow-shape": "triangle", "source-arrow-color": line } },
    {
      selector: "edge.across",
      style: {
        "curve-style": "unbundled-bezier",
        "control-point-distances": 60,
        "control-point-weights": 0.5,
        opacity: 0.6,
      },
    },
    { selector: "edge.inferred", style: { "line-style": "dashed", "line-dash-pattern": [4, 4] } },
    {
      selector: "edge.voice",
      style: {
        ...small,
        color: quiet,
        "target-label": "data(short)",
        "target-text-offset": "data(offset)",
        "target-text-rotation": "autorotate",
      },
    },
    {
      selector: "edge.voice.inward",
      style: {
        "target-label": "",
        "source-label": "data(short)",
        "source-text-offset": "data(offset)",
        "source-text-rotation": "autorotate",
      },
    },
    {
      selector: "edge.near",
      style: {
        ...small,
        "target-label": "",
        "source-label": "",
        label: "data(label)",
        "text-rotation": "autorotate",
        "line-color": accent,
        "source-arrow-color": accent,
        "target-arrow-color": accent,
        width: 1.8,
        "z-index": 8,
      },
    },
  ];
}

/** A colour of the page as `rgb()`, which a canvas library can read. @param {HTMLElement} host @param {string} name */
function colour(host, name) {
  const probe = element("span", { hidden: true });
  probe.style.color = `var(${name})`;
  host.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  // Mixed colours come as color(srgb r g b).
  const parts = /^color\(srgb ([\d.]+) ([\d.]+) ([\d.]+)/.exec(found);
  return parts
    ? `rgb(${parts
        .slice(1, 4)
        .map((part) => Math.round(Number(part) * 255))
        .join(",")})`
    : found;
}
