/**
 * Where things of a neighbourhood stand. Each has a row of its own on the left or the right of the centre, so that no
 * name covers another, however long: the rows follow an ellipse on a wide page, and one side of it on a narrow one.
 */

/** @typedef {{x: number, y: number, side: "left" | "right"}} Place */

const ROW = 30;

/**
 * Places around a centre at (0, 0).
 * @param {number} count
 * @param {boolean} isNarrow
 * @returns {Place[]}
 */
export function around(count, isNarrow) {
  if (isNarrow) return column(count, "right", 0.3);
  const right = Math.ceil(count / 2);
  // Down the right side and up the left one: things that are tied alike stay side by side.
  return [...column(right, "right", 1), ...column(count - right, "left", 1).reverse()];
}

/**
 * Places beyond a thing that stands somewhere already, on its own side, away from the centre.
 * @param {number} count
 * @param {Place} from
 * @param {Place[]} taken
 * @returns {Place[]}
 */
export function beyond(count, from, taken) {
  const turn = from.side === "left" ? -1 : 1;
  const x = from.x + turn * 330;
  const rows = taken.filter((place) => Math.abs(place.x - x) < 300 && place.side === from.side).map(({ y }) => y);
  const half = ((count - 1) * ROW) / 2;
  let middle = from.y;
  // The nearest stretch of free rows, looked for downwards and upwards in turn.
  for (let step = 0; step < 400; step++) {
    middle = from.y + (step % 2 ? 1 : -1) * Math.ceil(step / 2) * (ROW / 2);
    if (rows.every((y) => Math.abs(y - middle) >= half + ROW)) break;
  }
  return Array.from({ length: count }, (_, i) => {
    const y = middle - half + i * ROW;
    const bend = half ? Math.sqrt(1 - ((y - middle) / (half * 1.35)) ** 2) : 1;
    return { x: x - turn * 70 * (1 - bend), y, side: from.side };
  });
}

/** @param {number} count @param {"left" | "right"} side @param {number} depth @returns {Place[]} */
function column(count, side, depth) {
  const half = ((count - 1) * ROW) / 2;
  const width = depth < 1 ? 130 : Math.min(210 + count * 4, 280);
  return Array.from({ length: count }, (_, i) => {
    const y = i * ROW - half;
    const bend = half ? Math.sqrt(1 - (y / (half * (1 + 0.6 / Math.max(1, count / 4)))) ** 2) : 1;
    const x = width * (1 - depth * 0.75 + depth * 0.75 * bend);
    return { x: side === "left" ? -x : x, y, side };
  });
}

/**
 * The thing that lies next in a direction; the same one if there is none.
 * @param {Map<string, Place>} places
 * @param {string} id
 * @param {number} dx
 * @param {number} dy
 */
export function nextTo(places, id, dx, dy) {
  const from = /** @type {Place} */ (places.get(id));
  let [best, least] = [id, Infinity];
  for (const [other, { x, y }] of places) {
    const ahead = (x - from.x) * dx + (y - from.y) * dy;
    const aside = Math.abs((x - from.x) * dy) + Math.abs((y - from.y) * dx);
    // Up and down follow a column, even where it bends; left and right leave it.
    const cost = ahead + aside * (dx ? 1.5 : 0.4);
    if (ahead > (dx ? 60 : 1) && cost < least) [best, least] = [other, cost];
  }
  return best;
}
