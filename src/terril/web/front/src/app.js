/**
 * What every page loads: it looks for hooks and fetches the parts that they need, when they are needed. A page without
 * scripts, or where a part cannot be fetched, keeps what the server or the publisher wrote.
 *
 *   section[data-graph]                a neighbourhood to explore      section[data-map]     places on a map
 *   input[data-search]                 a field that completes          [data-search-results] what ?q= finds
 *   [data-sparql]                      a place for SPARQL              form[data-question]   a question with values
 */

/** @param {string} selector @returns {any[]} */
const all = (selector) => [...document.querySelectorAll(selector)];

/** Call for each element once it comes near to what the reader sees. @param {Element[]} elements @param {(element: any) => void} act */
function whenNear(elements, act) {
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        observer.unobserve(target);
        act(target);
      }
    },
    { rootMargin: "200px" },
  );
  for (const one of elements) observer.observe(one);
}

/**
 * Draw in a section once the reader comes near to it. Its place is kept free until then: what stands below must not
 * jump, and a section that is hidden for want of scripts must show.
 * @param {Element[]} sections
 * @param {(section: any) => Promise<void>} draw
 */
function drawWhenNear(sections, draw) {
  for (const section of sections)
    section.append(Object.assign(document.createElement("div"), { className: "front-place" }));
  whenNear(sections, (section) =>
    draw(section)
      .catch(leave)
      .finally(() => section.querySelector(".front-place").remove()),
  );
}

/** Call once, when the reader first goes to one of these. @param {any[]} elements @param {(element: any) => void} act */
function whenUsed(elements, act) {
  for (const one of elements) {
    if (one.matches(":focus, :focus-within")) act(one);
    else one.addEventListener("focusin", () => act(one), { once: true });
  }
}

/** A part that cannot be fetched leaves the page as it was. @param {Error} error */
const leave = (error) => console.warn(error.message);

drawWhenNear(all("[data-graph]"), (one) => import("./graph.js").then(({ drawGraph }) => drawGraph(one)));
drawWhenNear(all("[data-map]"), (one) => import("./map.js").then(({ drawMap }) => drawMap(one)));
whenNear(all("[data-sparql]"), (one) => import("./sparql.js").then(({ openSparql }) => openSparql(one), leave));
whenUsed(all("input[data-search]"), (one) =>
  import("./search.js").then(({ completeSearch }) => completeSearch(one), leave),
);

for (const place of all("[data-search-results], [data-results]")) {
  if (place.childElementCount) continue; // A server has answered already.
  const input = /** @type {HTMLInputElement | null} */ (
    document.querySelector("main input[data-search]") ?? document.querySelector("input[data-search]")
  );
  import("./search.js").then(({ showResults }) => showResults(place, input), leave);
}

for (const form of all("form[data-question]")) {
  // Where a server answers, the form asks it as any form does.
  if (form.dataset.dump === undefined || form.dataset.mode === "server") continue;
  const asked = JSON.parse(form.querySelector("script[type='application/json']")?.textContent ?? "null");
  if (!asked) continue;
  /** @type {Promise<() => Promise<void>> | undefined} */
  let part;
  const load = () => (part ??= import("./question.js").then(({ answerQuestion }) => answerQuestion(form, asked)));
  whenUsed([form], () => load().catch(leave));
  form.addEventListener("submit", (/** @type {Event} */ event) => {
    event.preventDefault();
    load().then((answer) => answer(), leave);
  });
}
