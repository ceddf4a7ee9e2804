/** The README's performance table, from measured numbers. */

/**
 * @typedef {object} Row
 * @property {string} work
 * @property {string} measured
 * @property {string} target
 * @property {boolean | null} met `null` where nothing was measured or nothing is aimed at
 */

const ratio = (value) => `${value < 10 ? value.toFixed(2) : value.toFixed(1)} ×`;
export const seconds = (value) => (value < 0.2 ? `${(value * 1000).toFixed(0)} ms` : `${value.toFixed(2)} s`);
const megabytes = (bytes) => `${Math.round(bytes / 1e6)} MB`;
export const thousands = (count) => String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");

/** A size's seconds and megabytes, against its targets where it has some. @returns {Row} */
export function sizeRow({ work, sample, maxSeconds = null, maxBytes = null }) {
  const hasTarget = maxSeconds !== null;
  return {
    work,
    measured: `${seconds(sample.seconds)}, ${megabytes(sample.bytes)}`,
    target: hasTarget ? `≤ ${maxSeconds} s, ≤ ${megabytes(maxBytes)}` : "",
    met: hasTarget ? sample.seconds <= maxSeconds && sample.bytes <= maxBytes : null,
  };
}

/** `value` should be at most `most`. @returns {Row} */
export function atMostRow(work, value, most, detail) {
  return { work, measured: `${ratio(value)} (${detail})`, target: `≤ ${ratio(most)}`, met: value <= most };
}

/** `value` should be at least `least`. @returns {Row} */
export function atLeastRow(work, value, least, detail) {
  return { work, measured: `${ratio(value)} (${detail})`, target: `≥ ${ratio(least)}`, met: value >= least };
}

/** Nothing is aimed at. @returns {Row} */
export function factRow(work, value, detail) {
  return { work, measured: `${ratio(value)} (${detail})`, target: "", met: null };
}

/** @returns {Row} */
export function missingRow(work, why, target) {
  return { work, measured: why, target, met: null };
}

export const against = (a, b) => `${seconds(a.seconds)} against ${seconds(b.seconds)}`;

/** @param {readonly Row[]} rows */
export function markdown(rows) {
  const met = (row) => (row.met === null ? "" : row.met ? "yes" : "**no**");
  const lines = rows.map((row) => `| ${row.work} | ${row.measured} | ${row.target} | ${met(row)} |`);
  return ["| work | measured | target | met |", "| --- | --- | --- | --- |", ...lines, ""].join("\n");
}
