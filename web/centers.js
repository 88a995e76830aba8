// The centers: where the open findings are, how grave and how old, and which way it goes.

import { get, query } from "./api.js";
import { shade, trend } from "./chart.js";
import { el } from "./el.js";
import { failure, number, severity, state } from "./parts.js";
import { t } from "./text.js";

const SEVERITIES = ["critical", "major", "minor"];

function buckets(days) {
  return [...days.map((day) => "≤ " + day), "> " + days[days.length - 1]];
}

// A cell is a link to the findings that it counts: of ages from one bound to the next.
function cell(center, name, ages, count, most) {
  return el("td", { className: "heat " + name + " shade" + shade(count, most) },
    count === 0 ? "" : el("a", { href: "#/findings" + query({ center, severity: name, age_from: ages[0], age_to: ages[1] }) }, number(count)));
}

function ages(days) {
  return [0, ...days.map((day) => day + 1)].map((from, i) => [from === 0 ? null : from, i < days.length ? days[i] : null]);
}

function row(center, bounds, most) {
  const by = center.open_by_age;
  const bad = center.last !== null && center.last.state !== "done";

  return el("tr", {},
    el("th", { scope: "row" }, el("a", { href: "#/findings" + query({ center: center.center_id }) }, center.center_id),
      bad ? [" ", state(center.last.state)] : null),
    SEVERITIES.map((name) => by[name].map((count, i) => cell(center.center_id, name, bounds[i], count, most[name]))),
    el("td", { className: "count" }, number(SEVERITIES.reduce((sum, name) => sum + (center["open_" + name] || 0), 0))),
    el("td", {}, trend(center.trend.open, t("col.trend"))),
    el("td", { className: "count" }, number(center.subjects)),
    el("td", { className: "count" }, number(center.pages)),
    el("td", { className: "count" + (center.quarantined > 0 ? " bad" : "") }, number(center.quarantined)));
}

function weight(center) {
  return [center.open_critical || 0, center.open_major || 0, center.open_minor || 0];
}

function heaviestFirst(a, b) {
  const left = weight(a), right = weight(b);
  const place = left.findIndex((value, i) => value !== right[i]);

  return place < 0 ? (a.center_id < b.center_id ? -1 : 1) : right[place] - left[place];
}

function draw(body) {
  const names = buckets(body.age_days);
  const list = [...body.centers].sort(heaviestFirst);
  const most = Object.fromEntries(SEVERITIES.map((name) => [name, Math.max(1, ...list.flatMap((center) => center.open_by_age[name]))]));

  if (list.length === 0) return [el("p", {}, t("centers.none"))];
  return [
    el("section", { className: "card" }, el("h2", {}, t("centers.all", body.nights.length)), trend(body.trend.open, t("col.trend"), 320),
      " ", el("b", {}, number(body.trend.open[body.trend.open.length - 1])), " ", t("state.open")),
    el("p", { className: "quiet" }, t("centers.sort")),
    el("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": t("centers.title") },
      el("table", { className: "map" }, el("caption", {}, t("centers.title")),
        el("thead", {},
          el("tr", {}, el("th", { scope: "col", rowSpan: 2 }, t("col.center")),
            SEVERITIES.map((name) => el("th", { scope: "colgroup", colSpan: names.length }, severity(name), " ", t("centers.days"))),
            ["col.total", "col.trend", "col.subjects", "col.pages", "night.quarantined"].map((key) => el("th", { scope: "col", rowSpan: 2 }, t(key)))),
          el("tr", {}, SEVERITIES.map(() => names.map((name) => el("th", { scope: "col", className: "age" }, name))))),
        el("tbody", {}, list.map((center) => row(center, ages(body.age_days), most)))))];
}

export function centers(main) {
  const content = el("div", {}, el("p", { className: "quiet" }, t("app.loading")));
  const ended = new AbortController();

  async function read() {
    try {
      content.replaceChildren(...draw((await get("v1/centers", { nights: 30 }, ended.signal)).body));
    } catch (error) {
      if (!ended.signal.aborted) content.replaceChildren(failure(error, read));
    }
  }

  main.append(el("h1", {}, t("app.centers")), content);
  read();
  return () => ended.abort();
}
