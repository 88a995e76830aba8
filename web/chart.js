// The drawings: a line over nights, and a cell whose shade says how much.

import { el, svg } from "./el.js";

const HEIGHT = 28;

// values: a number or null a night. The last one stands beside it as text, so that nobody reads a line for a number.
export function trend(values, label, width = 120) {
  const known = values.filter((value) => value !== null);
  const most = Math.max(1, ...known);
  const step = values.length > 1 ? (width - 4) / (values.length - 1) : 0;
  const points = values.map((value, i) => value === null ? null
    : [2 + i * step, HEIGHT - 3 - (value / most) * (HEIGHT - 6)]).filter((point) => point !== null);
  const last = points[points.length - 1];

  if (points.length === 0) return el("span", { className: "quiet" }, "–");
  return svg("svg", { class: "trend", width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", "aria-label": label },
    svg("polyline", { points: points.map((point) => point.map((x) => x.toFixed(1)).join(",")).join(" ") }),
    svg("circle", { cx: last[0].toFixed(1), cy: last[1].toFixed(1), r: 2.5 }));
}

// Shades are steps of the logarithm: one among many is seen, and so is the most.
export function shade(count, most) {
  return count === 0 ? 0 : 1 + Math.min(4, Math.floor(4 * Math.log2(count + 1) / Math.log2(most + 2)));
}
