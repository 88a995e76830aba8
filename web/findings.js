// The findings: chosen by what stands in the address, so that a list can be sent to somebody.

import { get, query } from "./api.js";
import { el } from "./el.js";
import { failure, place, severity, state } from "./parts.js";
import { command, review } from "./review.js";
import { message, t, word } from "./text.js";

const LIMIT = 200;
const STATES = ["open", "waived", "closed", "all"];
const SEVERITIES = ["critical", "major", "minor"];

function select(name, label, options, value) {
  return el("label", {}, label, el("select", { name }, options.map(([key, text]) =>
    el("option", { value: key, selected: key === value }, text))));
}

function field(name, label, value, type = "text") {
  return el("label", { className: type === "search" ? "wide" : "" }, label, el("input", { name, type, value, autocomplete: "off" }));
}

function filters(session, parameters) {
  const now = (name) => parameters.get(name) || "";
  const any = ["", t("findings.all")];
  const forms = session.forms.map((form) => [form.form, form.label ? form.form + " – " + form.label : form.form]);

  return el("form", {
    className: "filters", role: "search",
    onsubmit: (event) => {
      event.preventDefault();
      const chosen = Object.fromEntries(new FormData(event.target));

      if (chosen.state === "open") delete chosen.state;
      location.hash = "#/findings" + query(chosen);
    }
  },
  field("search", t("findings.search"), now("search"), "search"),
  select("state", t("col.state"), STATES.map((name) => [name, word("state", name)]), now("state") || "open"),
  select("severity", t("col.severity"), [any, ...SEVERITIES.map((name) => [name, word("severity", name)])], now("severity")),
  field("center", t("col.center"), now("center")), field("subject", t("col.subject"), now("subject")),
  select("form", t("col.form"), [any, ...forms], now("form")), field("check", t("col.check"), now("check")),
  field("age_from", t("findings.from"), now("age_from"), "number"), field("age_to", t("findings.to"), now("age_to"), "number"),
  el("label", { className: "tick" }, el("input", { type: "checkbox", name: "new", value: "1", checked: now("new") === "1" }), t("findings.new")),
  el("button", { type: "submit" }, t("findings.show")), el("a", { href: "#/findings" }, t("findings.clear")));
}

// What the list has of one.
function row(finding, tick) {
  return el("tr", {},
    el("td", {}, tick),
    el("td", {}, severity(finding.severity), finding.state === "open" ? null : [" ", state(finding.state)]),
    el("td", {}, finding.center_id),
    el("td", { className: "key" }, el("a", { href: "#/findings" + query({ center: finding.center_id, subject: finding.subject_id }) }, finding.subject_id)),
    el("td", {}, place(finding)),
    el("td", { className: "wide" }, el("a", { href: "#/finding/" + finding.finding_id }, message(finding))),
    el("td", {}, finding.check_id),
    el("td", { className: "count" }, t("findings.days", finding.age_days)));
}

export function findings(main, session, { parameters }) {
  const asked = Object.fromEntries(parameters);
  const body = el("tbody", {});
  const told = el("p", { role: "status" });
  const hint = el("p", { className: "warning", hidden: true });
  const more = el("button", { type: "button", hidden: true, onclick: () => read() }, t("findings.more"));
  const trouble = el("div", {});
  const ended = new AbortController();
  const shown = new Map();
  const chosen = new Set();
  const picked = () => [...chosen].map((id) => shown.get(id));
  const actions = session.review ? review(picked, changed) : command(picked);
  let next = null;

  function tick(finding) {
    return el("input", {
      type: "checkbox", "aria-label": t("findings.select", finding.finding_id), checked: chosen.has(finding.finding_id),
      onchange: (event) => {
        if (event.target.checked) chosen.add(finding.finding_id);
        else chosen.delete(finding.finding_id);
        actions.refresh();
      }
    });
  }

  function changed(list) {
    for (const finding of list) {
      shown.set(finding.finding_id, finding);
      chosen.delete(finding.finding_id);
    }
    body.replaceChildren(...[...shown.values()].map((finding) => row(finding, tick(finding))));
    actions.refresh();
  }

  async function read() {
    more.disabled = true;
    try {
      const { body: answer } = await get("v1/findings", { ...asked, limit: LIMIT, after: next }, ended.signal);

      for (const finding of answer.findings) {
        shown.set(finding.finding_id, finding);
        body.append(row(finding, tick(finding)));
      }
      next = answer.next;
      told.textContent = shown.size === 0 ? t("findings.none") : t(next === null ? "findings.count" : "findings.countmore", shown.size);
      hint.textContent = t("findings.quarantine", answer.quarantined);
      hint.hidden = answer.quarantined === 0;
      more.hidden = next === null;
      trouble.replaceChildren();
    } catch (error) {
      if (!ended.signal.aborted) trouble.replaceChildren(failure(error, read));
    }
    more.disabled = false;
  }

  main.append(el("h1", {}, t("app.findings")), filters(session, parameters), hint,
    el("div", { className: "line" }, told, el("a", { href: "v1/findings.csv" + query(asked) }, t("findings.export"))),
    actions.node,
    el("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": t("app.findings") },
      el("table", { className: "list" }, el("thead", {}, el("tr", {},
        el("td", {}),
        ["col.severity", "col.center", "col.subject", "col.event", "col.message", "col.check", "col.age"].map((key) => el("th", { scope: "col" }, t(key))))), body)),
    more, trouble);
  read();
  return () => ended.abort();
}
