// The night: whether one runs, how far it is, what failed, and the nights before.

import { get } from "./api.js";
import { el } from "./el.js";
import { failure, number, span, state, table, time } from "./parts.js";
import { t } from "./text.js";

const SILENT_MS = 15000;
const POLL_MS = 10000;

function figures(pairs) {
  return el("dl", { className: "figures" }, pairs.map(([name, value, bad]) =>
    el("div", { className: bad ? "bad" : "" }, el("dt", {}, name), el("dd", {}, value))));
}

function counts(run) {
  return figures([
    [t("night.pages") + " " + t("night.read"), number(run.pages.read)],
    [t("night.written"), number(run.pages.written)],
    [t("night.unchanged"), number(run.pages.unchanged)],
    [t("night.removed"), number(run.pages.removed)],
    [t("night.quarantined"), number(run.pages.quarantined), run.pages.quarantined > 0],
    [t("app.findings") + " " + t("night.opened"), number(run.findings.opened)],
    [t("night.closed"), number(run.findings.closed)],
    [t("night.reopened"), number(run.findings.reopened)]]);
}

function failures(list) {
  if (!list || list.length === 0) return null;
  return el("section", { className: "failure", role: "alert" },
    el("h2", {}, t("night.failures")),
    table(t("night.failures"), [[t("col.center")], [t("col.state")], [t("col.attempts"), "count"], [t("col.error"), "wide"]],
      list.map((one) => [one.center, state(one.state), one.attempts, [one.sqlstate, one.error].filter(Boolean).join(" ")])),
    el("p", {}, t("night.failhint")));
}

function running(status) {
  const run = status.run;
  const centers = run.centers;

  return el("section", { className: "card" },
    el("h2", {}, t(status.state === "stopping" ? "night.stopping" : "night.running"), " ", run.night),
    el("progress", { max: Math.max(1, centers.total), value: centers.done, "aria-label": t("night.progress", centers.done, centers.total) }),
    el("p", {}, t("night.progress", centers.done, centers.total),
      run.seconds_remaining === null ? "" : " · " + t("night.remaining", span(run.seconds_remaining))),
    counts(run), failures(run.failures),
    run.active.length === 0 ? null : table(t("night.active"),
      [[t("col.center")], [t("col.phase")], [t("night.pages"), "count"], [t("col.seconds"), "count"]],
      run.active.map((one) => [one.center, one.phase, number(one.pages), Math.round(one.seconds)])));
}

function idle(status) {
  const last = status.last_run;

  return el("section", { className: "card" },
    el("h2", {}, t("night.idle")),
    status.next_run_at ? el("p", {}, t("night.next"), ": ", el("b", {}, time(status.next_run_at))) : null,
    last === null ? null : [
      el("h3", {}, t("night.last"), " ", last.night, " ", state(last.state || "done")),
      last.pages && last.findings ? counts(last) : null, failures(last.failures)]);
}

// By the server's clock, whatever that of this machine says.
function silence(status, at) {
  const since = Date.parse(at) - Date.parse(status.updated_at);
  const waits = status.state === "idle" && !status.next_run_at;

  return waits || !(since > SILENT_MS) ? null
    : el("p", { className: "failure", role: "alert" }, t("night.silent", time(status.updated_at)));
}

function runs(list) {
  return table(t("night.runs"), [[t("col.night")], [t("col.state")], [t("col.kind")], [t("col.seconds"), "count"],
    [t("col.centers"), "count"], [t("night.pages") + " " + t("night.read"), "count"], [t("night.quarantined"), "count"],
    [t("night.opened"), "count"], [t("night.closed"), "count"], [t("col.error"), "wide"]],
  list.map((run) => [run.night, state(run.failed > 0 || run.held > 0 ? "failed" : run.state), run.kind,
    run.seconds === null ? "–" : run.seconds.toFixed(1), number(run.centers), number(run.pages_read), number(run.pages_quarantined),
    number(run.findings_opened + run.findings_reopened), number(run.findings_closed), run.error || run.reason || ""]));
}

export function night(main) {
  const quiet = el("div", {});
  const now = el("div", { "aria-live": "polite" });
  const how = el("span", { className: "quiet" });
  const before = el("section", {});
  const ended = new AbortController();
  let stream = null, timer = 0, isLive = false, wasRunning = null;

  function draw(status) {
    now.replaceChildren(status.run === null ? idle(status) : running(status));
    if (wasRunning !== null && wasRunning !== (status.run !== null)) readRuns();
    wasRunning = status.run !== null;
  }

  function nothing() {
    now.replaceChildren(el("p", { className: "card" }, t("night.nostatus")));
  }

  // A stream says what changes, and so nothing of who has died: that is asked for beside it.
  async function readStatus() {
    try {
      const { body, at } = await get("v1/status", {}, ended.signal);
      const silent = silence(body, at);

      quiet.replaceChildren(silent || "");
      how.textContent = silent !== null ? "" : t(isLive ? "night.live" : "night.notlive");
      if (!isLive || wasRunning === null) draw(body);
    } catch (error) {
      if (ended.signal.aborted) return;
      if (error.status === 404) nothing();
      else quiet.replaceChildren(failure(error, readStatus));
    }
  }

  async function readRuns() {
    try {
      before.replaceChildren(runs((await get("v1/runs", { limit: 14 }, ended.signal)).body.runs));
    } catch (error) {
      if (!ended.signal.aborted) before.replaceChildren(failure(error, readRuns));
    }
  }

  function stop() {
    clearInterval(timer);
    if (stream !== null) stream.close();
    stream = null;
    isLive = false;
  }

  // A hidden page holds no stream: a browser has few for all its tabs.
  function listen() {
    stop();
    if (document.hidden) return;
    readStatus();
    timer = setInterval(readStatus, POLL_MS);
    stream = new EventSource("v1/events");
    stream.addEventListener("open", () => { isLive = true; how.textContent = t("night.live"); });
    stream.addEventListener("status", (event) => { quiet.replaceChildren(); draw(JSON.parse(event.data)); });
    stream.addEventListener("none", nothing);
    stream.addEventListener("error", () => { isLive = false; });
  }

  main.append(el("div", { className: "line" }, el("h1", {}, t("app.night")), how), quiet, now, before);
  readRuns();
  listen();
  document.addEventListener("visibilitychange", listen);
  return () => {
    ended.abort();
    document.removeEventListener("visibilitychange", listen);
    stop();
  };
}
