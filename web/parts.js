// What several pages have.

import { el } from "./el.js";
import { t, word } from "./text.js";

export function severity(name) {
  return el("span", { className: "tag " + name }, word("severity", name));
}

export function state(name) {
  return el("span", { className: "tag state-" + name }, word("state", name));
}

// Whole seconds as people say them.
export function span(seconds) {
  const s = Math.max(0, Math.round(seconds));

  if (s < 120) return s + " s";
  return s < 7200 ? Math.round(s / 60) + " min" : Math.round(s / 3600) + " h";
}

// As the server writes it, in the study's zone, to the second.
export function time(text) {
  return text.replace(/\.\d+/, "");
}

export function number(value) {
  return value === null || value === undefined ? "–" : String(value).replace(/\B(?=(\d{3})+$)/g, "\u2009");
}

// columns: [head, class]; rows: lists of cells. It scrolls by itself where the window is narrow.
export function table(caption, columns, rows) {
  return el("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": caption },
    el("table", {}, el("caption", {}, caption),
      el("thead", {}, el("tr", {}, columns.map(([head, name]) => el("th", { scope: "col", className: name || "" }, head)))),
      el("tbody", {}, rows.map((row) => el("tr", {}, row.map((cell, i) => el(i === 0 ? "th" : "td",
        { scope: i === 0 ? "row" : null, className: columns[i][1] || "" }, cell)))))));
}

export function failure(error, again) {
  return el("div", { className: "failure", role: "alert" },
    el("h2", {}, t("app.failed")), el("p", {}, error.message),
    el("button", { type: "button", onclick: again }, t("app.again")));
}

export function place(finding) {
  const repeat = (value) => value > 1 ? " (" + value + ")" : "";

  return [finding.event === null ? "" : finding.event + repeat(finding.event_repeat),
    finding.form === null ? "" : finding.form + repeat(finding.form_repeat)].filter((part) => part !== "").join(" · ");
}
