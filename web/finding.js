// One finding: what was entered, what was made of it, what the check says, and what became of it.

import { get, query } from "./api.js";
import { el } from "./el.js";
import { failure, place, severity, state, table, time } from "./parts.js";
import { command, review } from "./review.js";
import { message, t, word } from "./text.js";

function values(list) {
  if (list.length === 0) return null;
  return table(t("finding.values"), [[t("col.item")], [t("finding.entered"), "value"], [t("finding.stored"), "value"], [t("finding.steps")]],
    list.map((value) => [value.label ? [value.label, el("br"), el("small", {}, value.item)] : value.item,
      value.entered === null ? el("i", {}, t("finding.missing")) : value.entered,
      value.stored === null ? el("i", {}, t("finding.missing")) : value.stored,
      value.steps === null ? el("span", { className: "quiet" }, t("finding.asis")) : value.steps]));
}

function history(answer) {
  const who = (event) => event.actor === null ? "" : " " + t("finding.by", event.actor + (event.via ? " (" + event.via + ")" : ""));

  return el("section", {}, el("h2", {}, t("finding.history")), el("ol", { className: "history" },
    el("li", {}, el("time", {}, time(answer.opened.at)), " ", t("finding.opened")),
    answer.history.map((event) => el("li", {}, el("time", {}, time(event.at)), " ",
      event.from_state === event.to_state ? "" : [word("state", event.from_state), " → ", word("state", event.to_state), " "],
      el("span", { className: "quiet" }, event.reason, who(event)),
      event.note === null ? null : el("blockquote", {}, event.note)))));
}

function check(answer) {
  return el("section", { className: "check" }, el("h2", {}, t("finding.words")),
    answer.words.split("\n").filter(Boolean).map((line) => el("p", {}, line)),
    answer.text === null ? null : el("pre", { tabIndex: 0 }, answer.text),
    answer.twin === null ? null : el("details", {}, el("summary", {}, t("finding.sql")), el("pre", { tabIndex: 0 }, answer.twin)));
}

export function finding(main, session, { rest }) {
  const content = el("div", {}, el("p", { className: "quiet" }, t("app.loading")));
  const ended = new AbortController();

  async function read() {
    try {
      const { body } = await get("v1/findings/" + encodeURIComponent(rest[0] || ""), {}, ended.signal);
      const one = body.finding;
      const about = el("div", {});

      content.replaceChildren(
        el("p", { className: "tags" }, severity(one.severity), " ", state(one.state), one.category === null ? null : [" ", el("span", { className: "tag" }, one.category)]),
        el("h1", {}, message(one)),
        el("dl", { className: "figures" }, [["col.center", one.center_id], ["col.subject", el("a", { href: "#/findings" + query({ center: one.center_id, subject: one.subject_id, state: "all" }) }, one.subject_id)],
          ["col.event", place(one)], ["col.check", one.check_id], ["col.age", t("findings.days", one.age_days)]]
          .map(([key, value]) => el("div", {}, el("dt", {}, t(key)), el("dd", {}, value)))),
        values(body.values) || "", about,
        session.review ? review(() => [one], read).node : one.state === "closed" ? "" : command(() => [one]).node,
        history(body));
      about.replaceChildren(check((await get("v1/checks/" + encodeURIComponent(one.check_id), {}, ended.signal)).body));
    } catch (error) {
      if (!ended.signal.aborted) content.append(failure(error, read));
    }
  }

  main.append(content);
  read();
  return () => ended.abort();
}
