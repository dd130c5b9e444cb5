/** Lines of latitude and longitude: the background of a map that asks no tile server. */

const STEPS = [30, 20, 10, 5, 2, 1, 0.5, 0.25, 0.1, 0.05, 0.02, 0.01];

/** @typedef {{south: number, west: number, north: number, east: number}} Box */

/** The widest step of degrees that puts at least `least` lines across. @param {number} degrees @param {number} [least] */
export function stepFor(degrees, least = 4) {
  return STEPS.find((step) => degrees / step >= least) ?? STEPS[STEPS.length - 1];
}

/**
 * The lines that cross a box.
 * @param {Box} box
 * @returns {{points: [number, number][], label: string, isMeridian: boolean}[]}
 */
export function lines({ south, west, north, east }) {
  const step = stepFor(Math.max(east - west, north - south));
  const digits = step < 0.1 ? 2 : step < 1 ? (step === 0.25 ? 2 : 1) : 0;
  const meridians = multiples(west, east, step).map((x) => ({
    points: /** @type {[number, number][]} */ ([
      [south, x],
      [north, x],
    ]),
    label: degrees(x, digits, "E", "W"),
    isMeridian: true,
  }));
  const parallels = multiples(Math.max(south, -85), Math.min(north, 85), step).map((y) => ({
    points: /** @type {[number, number][]} */ ([
      [y, west],
      [y, east],
    ]),
    label: degrees(y, digits, "N", "S"),
    isMeridian: false,
  }));
  return [...meridians, ...parallels];
}

/** @param {number} from @param {number} to @param {number} step */
function multiples(from, to, step) {
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.max(0, Math.floor(to / step) - first + 1) }, (_, i) =>
    Number(((first + i) * step).toFixed(4)),
  );
}

/** @param {number} value @param {number} digits @param {string} plus @param {string} minus */
function degrees(value, digits, plus, minus) {
  return `${Math.abs(value).toFixed(digits)}° ${value < 0 ? minus : plus}`;
}

/**
 * Points that lie nearer to each other on the screen than `distance`, as groups; each group lies where its first
 * point does.
 * @template T
 * @param {{x: number, y: number, item: T}[]} points
 * @param {number} distance
 */
export function grouped(points, distance) {
  /** @type {{x: number, y: number, items: T[]}[]} */
  const groups = [];
  for (const { x, y, item } of points) {
    const near = groups.find((group) => Math.hypot(group.x - x, group.y - y) < distance);
    if (near) near.items.push(item);
    else groups.push({ x, y, items: [item] });
  }
  return groups;
}

/**
 * The groups whose names can stand to the right of them without covering another name or marker; first come, first
 * served.
 * @template {{x: number, y: number}} G
 * @param {G[]} groups
 * @param {(group: G) => number} widthOf pixels that its name takes
 */
export function legible(groups, widthOf) {
  const [half, gap] = [11, 14];
  const boxes = groups.map((group) => ({ group, left: group.x - half, right: group.x + half, y: group.y }));
  const named = new Set();
  for (const group of groups) {
    const box = { group, left: group.x + half, right: group.x + gap + widthOf(group), y: group.y };
    const isFree = boxes.every((other) => {
      return (
        other.group === group ||
        other.right < box.left ||
        other.left > box.right ||
        Math.abs(other.y - box.y) > 2 * half - 3
      );
    });
    if (!isFree) continue;
    named.add(group);
    boxes.push(box);
  }
  return named;
}
