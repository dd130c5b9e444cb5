/** Places on a map without tiles: a graticule, outlines if the page carries them, and markers that link to pages. */

import L from "leaflet";
import { address } from "./addresses.js";
import { adopt, carried, element, isCalm } from "./elements.js";
import { grouped, legible, lines } from "./graticule.js";
import { say } from "./words.js";
import css from "./map.css";

/** @typedef {{label: string, href: string, lat: number, long: number}} Place */

/** Pixels between two markers below which they become one. */
const APART = 26;
/** Pixels that a letter takes, about; what a name takes at most, as in the style sheet. */
const [LETTER, WIDEST] = [7.5, 176];

let isStyled = false;

/** Draw the map that a section carries. @param {HTMLElement} section */
export function drawMap(section) {
  const places = placesOf(carried(section));
  if (!places.length || section.dataset.drawn !== undefined) return;
  section.dataset.drawn = "";
  if (!isStyled) adopt(css);
  isStyled = true;
  const canvas = element("div.map-canvas", {
    role: "region",
    "aria-label": say("map.label", { count: places.length }),
  });
  section.append(canvas, list(places));
  const map = L.map(canvas, {
    attributionControl: false,
    zoomControl: false,
    scrollWheelZoom: false,
    zoomSnap: 0.5,
    zoomAnimation: !isCalm(),
    fadeAnimation: !isCalm(),
    markerZoomAnimation: !isCalm(),
    minZoom: 2,
    maxZoom: 15,
    worldCopyJump: false,
    maxBounds: [
      [-85, -200],
      [85, 200],
    ],
  });
  L.control.zoom({ zoomInTitle: say("map.in"), zoomOutTitle: say("map.out") }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  canvas.addEventListener("wheel", (/** @type {WheelEvent} */ event) => zoomByWheel(map, event), { passive: false });
  const outlines = carried(section, "script[type='application/geo+json']");
  const land = outlines && L.geoJSON(outlines, { interactive: false, style: { className: "map-land" } }).addTo(map);
  const background = L.layerGroup().addTo(map);
  const markers = L.layerGroup().addTo(map);
  map.on("moveend", () => {
    drawLines(map, background);
    drawMarkers(map, markers, places);
  });
  const box = L.latLngBounds(places.map(({ lat, long }) => [lat, long]));
  map.fitBounds(land && land.getBounds().isValid() ? land.getBounds().extend(box) : box, {
    padding: [48, 48],
    maxZoom: 10,
    animate: false,
  });
}

/** @param {any} data @returns {Place[]} */
function placesOf(data) {
  const all = Array.isArray(data) ? data : [];
  return all
    .map(({ label, href, lat, long }) => ({
      label: String(label),
      href: address(href, document.baseURI),
      lat: Number(lat),
      long: Number(long),
    }))
    .filter(({ lat, long }) => Math.abs(lat) <= 85 && Math.abs(long) <= 180);
}

/** A wheel scrolls the page; with Ctrl, and by pinching, it zooms. @param {L.Map} map @param {WheelEvent} event */
function zoomByWheel(map, event) {
  if (!event.ctrlKey) return;
  event.preventDefault();
  map.setZoomAround(map.mouseEventToContainerPoint(event), map.getZoom() - Math.sign(event.deltaY) * 0.5);
}

/** @param {L.Map} map @param {L.LayerGroup} layer */
function drawLines(map, layer) {
  layer.clearLayers();
  const seen = map.getBounds().pad(0.6);
  const box = { south: seen.getSouth(), west: seen.getWest(), north: seen.getNorth(), east: seen.getEast() };
  const [top, left] = [map.getBounds().getNorth(), map.getBounds().getWest()];
  for (const { points, label, isMeridian } of lines(box)) {
    L.polyline(points, { className: "map-line", interactive: false }).addTo(layer);
    const at = /** @type {[number, number]} */ (isMeridian ? [top, points[0][1]] : [points[0][0], left]);
    if (!map.getBounds().contains(at)) continue;
    const icon = L.divIcon({
      className: `map-degree ${isMeridian ? "map-meridian" : "map-parallel"}`,
      html: element("span", {}, label),
      iconSize: [0, 0],
    });
    L.marker(at, { icon, interactive: false, keyboard: false }).addTo(layer);
  }
}

/** @param {L.Map} map @param {L.LayerGroup} layer @param {Place[]} places */
function drawMarkers(map, layer, places) {
  layer.clearLayers();
  const points = places.map((item) => ({ ...map.latLngToLayerPoint([item.lat, item.long]), item }));
  const groups = grouped(points, APART);
  const names = legible(groups, ({ items }) => Math.min(WIDEST, namesOf(items).length * LETTER));
  for (const group of groups) marker(group.items, names.has(group)).addTo(layer);
}

/** @param {Place[]} items */
const namesOf = (items) => items.map(({ label }) => label).join(", ");

/** @param {Place[]} items @param {boolean} isNamed whether there is room for its name; it can be heard in any case */
function marker(items, isNamed) {
  const dot = element("span.map-dot", {}, items.length > 1 && items.length);
  const name = element(isNamed ? "span.map-name" : "span.front-hidden", {}, namesOf(items));
  const icon = L.divIcon({ className: "map-marker", html: element("span.map-pin", {}, dot, name), iconSize: [24, 24] });
  const made = L.marker([items[0].lat, items[0].long], { icon, title: namesOf(items), alt: "", riseOnHover: true });
  if (items.length === 1) return made.on("click keypress", (event) => isPress(event) && location.assign(items[0].href));
  return made.bindPopup(popup(items), { maxHeight: 220, closeButton: false });
}

/** @param {any} event */
const isPress = ({ type, originalEvent }) => type === "click" || originalEvent?.key === "Enter";

/** @param {Place[]} items */
function popup(items) {
  return element(
    "ul.map-list",
    {},
    ...items.map(({ label, href }) => element("li", {}, element("a", { href }, label))),
  );
}

/** @param {Place[]} places */
function list(places) {
  const sorted = [...places].sort((a, b) => a.label.localeCompare(b.label));
  return element("details.graph-details", {}, element("summary", {}, say("map.list")), popup(sorted));
}
