/** Names that are like what a reader types: accents, case and small slips of the finger do not matter. */

/** A text without case, accents and signs. @param {string} text */
export function fold(text) {
  return text
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/œ/g, "oe")
    .replace(/æ/g, "ae")
    .replace(/ß/g, "ss")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/**
 * How far a typed word is from the beginning of another, in letters left out, added, changed or swapped; more than
 * `most` is not counted on.
 * @param {string} typed
 * @param {string} word
 * @param {number} most
 */
export function slips(typed, word, most) {
  const width = Math.min(word.length, typed.length + most);
  let [before, last] = [[0], Array.from({ length: width + 1 }, (_, j) => j)];
  for (let i = 1; i <= typed.length; i++) {
    const row = [i];
    for (let j = 1; j <= width; j++) {
      const same = typed[i - 1] === word[j - 1] ? 0 : 1;
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + same);
      const isSwapped = i > 1 && j > 1 && typed[i - 1] === word[j - 2] && typed[i - 2] === word[j - 1];
      if (isSwapped) row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    if (Math.min(...row) > most) return most + 1;
    [before, last] = [last, row];
  }
  return Math.min(...last);
}

/** How many slips a word of that length may hold. @param {number} length */
const tolerance = (length) => (length < 4 ? 0 : length < 8 ? 1 : 2);

/**
 * How well a folded name fits folded words: 0 is the very name, then its beginning, the beginnings of its words,
 * letters inside; Infinity if it does not.
 * @param {string} typed
 * @param {string} name
 */
export function fit(typed, name) {
  if (name === typed) return 0;
  if (name.startsWith(typed)) return 1;
  if (name.includes(` ${typed}`)) return 2;
  const asked = typed.split(" ");
  if (asked.length > 1 && asked.every((one) => name.startsWith(one) || name.includes(` ${one}`))) return 3;
  if (asked.every((one) => one.length > 1 && name.includes(one))) return 4;
  return Infinity;
}

/**
 * A measure of how many slips lie between folded words and a folded name; Infinity if too many. It remembers words
 * that it has measured: names share most of theirs.
 */
export function slipMeasure() {
  /** @type {Map<string, number>} */
  const measured = new Map();
  const between = (/** @type {string} */ one, /** @type {string} */ word) => {
    const most = tolerance(one.length);
    if (word.startsWith(one)) return 0;
    // Hardly anyone misses both of the first letters; most words need no measuring.
    if (!most || (word[0] !== one[0] && word[0] !== one[1] && word[1] !== one[0])) return most + 1;
    const key = `${one} ${word}`;
    const count = measured.get(key) ?? slips(one, word, most);
    measured.set(key, count);
    return count;
  };
  return (/** @type {string} */ typed, /** @type {string} */ name) => {
    const words = name.split(" ");
    let sum = 0;
    for (const one of typed.split(" ")) {
      let least = Infinity;
      for (const word of words) least = Math.min(least, between(one, word));
      if (least > tolerance(one.length)) return Infinity;
      sum += least;
    }
    return sum;
  };
}

/**
 * @template T
 * @typedef {{item: T, names: string[]}} Named a thing with its folded names, the one it is shown by first
 */

/**
 * The things whose names fit best, best first; among equals the shorter name, then the order given.
 * @template T
 * @param {Named<T>[]} named
 * @param {string} words
 * @param {number} limit
 * @returns {T[]}
 */
export function best(named, words, limit) {
  const typed = fold(words);
  if (!typed) return [];
  // Slips are for words that fit nothing: where names fit, near misses are noise.
  const found = ranked(named, typed, fit);
  return (found.length ? found : ranked(named, typed, slipMeasure())).slice(0, limit).map(({ item }) => item);
}

/**
 * @template T
 * @param {Named<T>[]} named
 * @param {string} typed
 * @param {(typed: string, name: string) => number} measure
 */
function ranked(named, typed, measure) {
  const found = [];
  for (const [order, { item, names }] of named.entries()) {
    let score = Infinity;
    // What a thing is called besides counts a little less than what it is shown by.
    for (const [i, name] of names.entries()) score = Math.min(score, measure(typed, name) + (i ? 0.5 : 0));
    if (score < Infinity) found.push({ item, score, length: names[0].length, order });
  }
  return found.sort((a, b) => a.score - b.score || a.length - b.length || a.order - b.order);
}
