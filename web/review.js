// What may be done with findings: several at once, each as it was seen.

import { post } from "./api.js";
import { el } from "./el.js";
import { t } from "./text.js";

const ACTIONS = { open: ["waive", "comment"], waived: ["unwaive", "comment"], closed: ["comment"] };

// What every one of them allows.
function allowed(findings) {
  return ["waive", "unwaive", "comment"].filter((action) =>
    findings.length > 0 && findings.every((finding) => (ACTIONS[finding.state] || []).includes(action)));
}

// chosen() gives the findings; done() is called with them as they are now.
export function review(chosen, done) {
  const note = el("input", { type: "text", id: "note", maxLength: 2000, autocomplete: "off" });
  const said = el("p", { role: "status" });
  const buttons = el("span", { className: "actions" });
  const count = el("span", { className: "quiet" });
  let busy = false;

  async function act(action) {
    if (busy) return;
    if (note.value.trim() === "") {
      said.textContent = t("review.noteneeded");
      note.focus();
      return;
    }
    busy = true;
    try {
      const findings = chosen().map(({ finding_id, version }) => ({ finding_id, version }));
      const { body } = await post("v1/findings/" + action, { note: note.value, findings });

      note.value = "";
      done(body.findings);
      said.textContent = t("review.done");
    } catch (error) {
      said.textContent = error.status === 409 ? t("review.changed") : error.message;
      if (error.status === 409 && error.problem.findings) done(error.problem.findings);
    }
    busy = false;
  }

  function refresh() {
    const findings = chosen();

    count.textContent = t("review.chosen", findings.length);
    buttons.replaceChildren(...allowed(findings).map((action) =>
      el("button", { type: "button", onclick: () => act(action) }, t("review." + action))));
  }

  refresh();
  return { refresh, node: el("section", { className: "card review" }, count, el("label", { htmlFor: "note" }, t("review.note")), note, buttons, said) };
}

// Where the pages only look: what to type instead. chosen() gives the findings.
export function command(chosen) {
  const node = el("section", { className: "card" });

  function refresh() {
    const findings = chosen();
    const actions = allowed(findings).filter((action) => action !== "comment");

    node.replaceChildren(...(actions.length === 0 ? [el("p", { className: "quiet" }, t("review.choose"))]
      : [el("p", {}, t("finding.command")), ...actions.map((action) =>
        el("pre", { tabIndex: 0 }, "crfd " + action + " " + findings.map((finding) => finding.finding_id).join(" ") + " --note \"…\""))]));
  }

  refresh();
  return { refresh, node };
}
