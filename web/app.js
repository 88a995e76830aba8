// The shell: who and where, the way between pages, the language. A page is a function that fills `main` and gives
// back what ends it.

import { get } from "./api.js";
import { centers } from "./centers.js";
import { el } from "./el.js";
import { finding } from "./finding.js";
import { findings } from "./findings.js";
import { night } from "./night.js";
import { failure } from "./parts.js";
import { language, setLanguage, t } from "./text.js";

const PAGES = { night, centers, findings, finding };
const WAYS = ["night", "centers", "findings"];

let session = null;
let leave = () => {};

// "#/findings?center=01" and "#/finding/12"
function here() {
  const [path, search] = location.hash.replace(/^#\/?/, "").split("?");
  const [name, ...rest] = path.split("/");

  return { name: name || "night", rest: rest.map(decodeURIComponent), parameters: new URLSearchParams(search || "") };
}

function remembered() {
  try {
    return localStorage.getItem("language");
  } catch {
    return null;
  }
}

function changeLanguage() {
  setLanguage(language() === "en" ? "zh" : "en");
  try {
    localStorage.setItem("language", language());
  } catch {
    // A browser that keeps nothing asks again next time.
  }
  show();
}

function head(place) {
  return el("header", {},
    el("a", { href: "#main", className: "skip", onclick: (event) => { event.preventDefault(); document.getElementById("main").focus(); } }, t("app.skip")),
    el("div", { className: "bar" },
      el("a", { className: "brand", href: "#/night" }, "crfd ", el("b", {}, session.instance)),
      el("nav", { "aria-label": "crfd" }, WAYS.map((way) => el("a", {
        href: "#/" + way,
        "aria-current": way === place.name || (way === "findings" && place.name === "finding") ? "page" : null
      }, t("app." + way)))),
      el("button", { type: "button", className: "plain", lang: language() === "en" ? "zh-CN" : "en", onclick: changeLanguage }, t("app.language"))));
}

function foot() {
  return el("footer", {},
    el("span", {}, t("app.study", session.study.name, session.study.version)),
    el("span", {}, t("app.zone", session.timezone)),
    session.user === null ? null : el("span", {}, session.user),
    el("span", {}, "crfd " + session.version));
}

function show() {
  const place = here();
  const page = PAGES[place.name];
  const main = el("main", { id: "main", tabIndex: -1 });

  leave();
  leave = () => {};
  document.title = (page === undefined ? "" : t("app." + place.name) + " – ") + "crfd " + session.instance;
  document.body.replaceChildren(head(place), main, foot());
  if (page === undefined) main.append(el("p", {}, t("app.nothere")));
  else leave = page(main, session, place) || leave;
}

async function begin() {
  setLanguage(remembered() || (navigator.language || "en").slice(0, 2));
  document.body.replaceChildren(el("main", {}, el("p", { className: "quiet" }, t("app.loading"))));
  try {
    session = (await get("v1/session")).body;
  } catch (error) {
    document.body.replaceChildren(el("main", {}, failure(error, begin)));
    return;
  }
  window.addEventListener("hashchange", () => {
    show();
    document.getElementById("main").focus({ preventScroll: true });
    window.scrollTo(0, 0);
  });
  show();
}

begin();
