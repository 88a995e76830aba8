// The pages in a real browser, behind a proxy of the test's own that says who asks: one case by its name. What is wrong
// is an exception; screenshots go to PAGES_SHOTS. tests/integration/test_pages.c starts the server and says where it is.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import path from "node:path";

const { PAGES_SOCKET, PAGES_SHOTS, PAGES_NODE, PAGES_CHANGE, PAGES_STATUS } = process.env;
const require = createRequire(path.join(PAGES_NODE, "package.json"));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const CENTER = "<c>1";
const SUBJECT = "\"><script>alert(3)</script>";
const WIDTHS = [1440, 360];
const LANGUAGES = ["en", "zh-CN"];

// What a site's nginx does: one header more, and the socket behind it.
function proxy(user) {
  const server = http.createServer((request, response) => {
    const onward = http.request({
      agent: false, socketPath: PAGES_SOCKET, path: request.url, method: request.method,
      headers: { ...request.headers, "x-remote-user": user }
    }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });

    onward.on("error", () => response.destroy());
    response.on("close", () => onward.destroy());
    request.pipe(onward);
  });

  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

// A window in which nothing runs that is not ours, and nothing asks elsewhere.
async function open(browser, base, options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();

  page.wrong = [];
  page.on("console", (line) => { if (line.type() === "error" && !/status of 4\d\d/.test(line.text())) page.wrong.push(line.text()); });
  page.on("pageerror", (error) => page.wrong.push(String(error)));
  page.on("dialog", (dialog) => { page.wrong.push("dialog " + dialog.message()); dialog.dismiss(); });
  page.on("request", (request) => { if (!request.url().startsWith(base)) page.wrong.push("asked " + request.url()); });
  return page;
}

async function go(page, base, hash, awaited) {
  await page.goto("about:blank");
  await page.goto(base + hash);
  await page.waitForSelector(awaited);
}

async function first(page, base) {
  const { findings } = await (await page.request.get(base + "v1/findings?limit=1")).json();

  return findings[0];
}

// Each page, as a phone and as a desk sees it, in both languages: whole, and for those who see or point otherwise.
async function looks(browser, base) {
  for (const width of WIDTHS) {
    for (const locale of LANGUAGES) {
      const page = await open(browser, base, { viewport: { width, height: 900 }, locale, bypassCSP: true, timezoneId: "Pacific/Auckland",
        colorScheme: (width === 360) === (locale === "en") ? "dark" : "light" });
      const one = await first(page, base);
      const places = [["night", "#/night", "tbody tr"], ["centers", "#/centers", "table.map tbody tr"], ["findings", "#/findings", "table.list tbody tr"],
        ["finding", "#/finding/" + one.finding_id, "section.check"]];

      for (const [name, hash, awaited] of places) {
        const at = `${name} at ${width} in ${locale}`;

        await go(page, base, hash, awaited);
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => window.axe.run());
        assert.deepEqual(violations.map((rule) => rule.id + " " + rule.nodes[0].html), [], at);
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, at + " is wider than the window");
        assert.match(await page.textContent("footer"), /Europe\/Paris/, at);
        assert.equal(await page.getAttribute("html", "lang"), locale, at);
        await page.screenshot({ path: path.join(PAGES_SHOTS, `${name}-${width}-${locale}.png`) });
      }
      assert.deepEqual(page.wrong, []);
      await page.context().close();
    }
  }
}

// Ids, labels, messages and values of somebody who means harm are shown as they were typed, and do nothing.
async function hostile(browser, base) {
  const page = await open(browser, base, { locale: "en" });
  const one = await first(page, base);

  assert.equal(one.subject_id, SUBJECT);
  await go(page, base, "#/centers", "table.map tbody tr");
  assert.ok((await page.textContent("table.map")).includes(CENTER));
  await page.click("table.map tbody th a");
  await page.waitForSelector("table.list tbody tr");
  assert.ok((await page.textContent("table.list")).includes(SUBJECT));
  await go(page, base, "#/finding/" + one.finding_id, "section.check");
  for (const text of [one.message, one.check_id, SUBJECT, "<svg onload=alert(4)>", "<u>bp</u>"])
    assert.ok((await page.textContent("main")).includes(text), text + " is not shown");
  assert.ok((await page.textContent("footer")).includes("<img src=x onerror=alert(1)>"));
  await go(page, base, "#/findings?check=%3Cscript%3Ealert(5)%3C%2Fscript%3E", ".failure");
  assert.match(await page.textContent(".failure"), /<script>alert\(5\)<\/script>/);
  assert.equal(await page.evaluate(() => document.querySelectorAll("main script, main img, main b, main u, main svg[onload]").length), 0);
  assert.deepEqual(page.wrong, []);
}

// What was there throughout is shown once, though a night takes a third of the findings away between two pages.
async function paging(browser, base) {
  const page = await open(browser, base, { locale: "en" });
  const count = () => page.locator("table.list tbody tr").count();
  const subjects = () => page.locator("table.list tbody tr td.key").allTextContents();

  await go(page, base, "#/findings?check=vs.sysbp.range", "table.list tbody tr");
  assert.equal(await count(), 200);
  execFileSync("sh", ["-c", PAGES_CHANGE], { stdio: "pipe" });
  for (let before = 200; await page.isVisible("main > button"); before = await count()) {
    await page.click("main > button");
    await page.waitForSelector(`table.list tbody tr:nth-child(${before + 1})`);
  }
  const shown = await subjects();

  assert.ok(shown.length < 450, "the night between the pages took nothing away");
  assert.equal(new Set(shown).size, shown.length, "one is shown twice");
  for (let subject = 1; subject <= 450; subject++)
    if (subject % 3 !== 0) assert.ok(shown.includes("S" + String(subject).padStart(3, "0")), subject + " is not shown");
  assert.deepEqual(page.wrong, []);
}

// From the address line to a finding and back, without a pointer.
async function keyboard(browser, base) {
  const page = await open(browser, base, { locale: "en" });
  const focused = () => page.evaluate(() => document.activeElement.textContent);
  const tabTo = async (text) => {
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press("Tab");
      if ((await focused()).trim() === text) return;
    }
    assert.fail("no way to " + text);
  };

  await go(page, base, "#/night", "tbody tr");
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "Skip to the content");
  await tabTo("Findings");
  await page.keyboard.press("Enter");
  await page.waitForSelector("table.list tbody tr");
  const message = await page.textContent("table.list tbody td.wide a");
  await tabTo(message);
  await page.keyboard.press("Enter");
  await page.waitForSelector("section.check");
  assert.equal(await page.textContent("h1"), message);
  await page.goBack();
  await page.waitForSelector("table.list tbody tr");
  assert.deepEqual(page.wrong, []);
}

// Several findings at once, in the name of whom the proxy names; and one that changed since it was shown.
async function review(browser, base) {
  const page = await open(browser, base, { locale: "en" });
  const note = "seen at the site <img src=x onerror=alert(6)>";

  await go(page, base, "#/findings?check=vs.sysbp.range", "table.list tbody tr");
  const stale = await open(browser, base, { locale: "en" });
  await go(stale, base, "#/findings?check=vs.sysbp.range", "table.list tbody tr");
  await page.locator("table.list input[type=checkbox]").nth(0).check();
  await page.locator("table.list input[type=checkbox]").nth(1).check();
  await page.click(".actions button:has-text('Waive')");
  assert.match(await page.textContent(".review [role=status]"), /Say why/);
  await page.fill("#note", note);
  await page.click(".actions button:has-text('Waive')");
  await page.waitForSelector("text=Done.");
  assert.equal(await page.locator("table.list .state-waived").count(), 2);
  await page.locator("table.list td.wide a").nth(0).click();
  await page.waitForSelector(".history blockquote");
  assert.equal(await page.textContent(".history blockquote"), note);
  assert.match(await page.textContent(".history"), /zhao/);
  await stale.locator("table.list input[type=checkbox]").nth(0).check();
  await stale.fill("#note", "too late");
  await stale.click(".actions button:has-text('Waive')");
  await stale.waitForSelector("text=changed meanwhile");
  assert.equal(await stale.locator("table.list .state-waived").count(), 1);
  assert.deepEqual([...page.wrong, ...stale.wrong], []);
}

// A browser has six connections to a server: ten tabs of the live page still let the tenth one read.
async function tabs(browser, base) {
  const context = await browser.newContext({ locale: "en" });
  const pages = [], wrong = [];

  for (let i = 0; i < 10; i++) {
    const page = await context.newPage();

    if (pages.length > 0)
      await pages[i - 1].evaluate(() => {
        Object.defineProperty(document, "hidden", { configurable: true, value: true });
        document.dispatchEvent(new Event("visibilitychange"));
      });
    page.on("pageerror", (error) => wrong.push(String(error)));
    await page.goto(base + "#/night");
    await page.waitForSelector("tbody tr");
    pages.push(page);
  }
  assert.deepEqual(wrong, []);
  await context.close();
}

// A daemon that has died changes nothing any more: that is told while the page is open, by the server's clock and not by this one.
async function silence(browser, base) {
  const page = await open(browser, base, { locale: "en" });
  const kept = readFileSync(PAGES_STATUS, "utf8");
  const write = (since_ms) => {
    const running = { ...JSON.parse(kept), state: "idle", run: null, next_run_at: "2099-01-01T02:00:00+01:00",
      updated_at: new Date(Date.now() - since_ms).toISOString() };

    writeFileSync(PAGES_STATUS + ".new", JSON.stringify(running));
    renameSync(PAGES_STATUS + ".new", PAGES_STATUS);
  };

  await page.clock.install({ time: Date.now() + 3600000 });
  write(0);
  await go(page, base, "#/night", "text=2099-01-01");
  assert.equal(await page.locator("[role=alert]").count(), 0);
  write(20000);
  await page.clock.runFor(10000);
  await page.waitForSelector("text=No sign of life");
  write(0);
  await page.waitForSelector("text=No sign of life", { state: "detached" });
  writeFileSync(PAGES_STATUS, kept);
  assert.deepEqual(page.wrong, []);
}

// A number of the heat map leads to as many findings as it says.
async function leads(page, base) {
  await go(page, base, "#/centers", "table.map tbody tr");
  const cell = page.locator("table.map td.heat a").first();
  const count = (await cell.textContent()).replace(/\D/g, "");

  assert.match(await cell.getAttribute("href"), /age_to=7/);
  await cell.click();
  await page.waitForSelector("table.list tbody tr");
  while (await page.isVisible("main > button")) {
    const rows = await page.locator("table.list tbody tr").count();

    await page.click("main > button");
    await page.waitForSelector(`table.list tbody tr:nth-child(${rows + 1})`);
  }
  assert.equal(await page.locator("table.list tbody tr").count(), Number(count));
}

// Where the pages only look, they say what to type.
async function commands(browser, base) {
  const page = await open(browser, base, { locale: "en" });

  await page.route("**/v1/session", async (route) => {
    const response = await route.fetch();

    await route.fulfill({ response, json: { ...await response.json(), review: false } });
  });
  await leads(page, base);
  await go(page, base, "#/findings?check=vs.sysbp.range", "table.list tbody tr");
  await page.locator("table.list input[type=checkbox]").nth(0).check();
  await page.locator("table.list input[type=checkbox]").nth(1).check();
  assert.match(await page.textContent("pre"), /^crfd waive \d+ \d+ --note "…"$/);
  assert.equal(await page.locator("#note").count(), 0);
  assert.deepEqual(page.wrong, []);
}

const CASES = { looks, hostile, paging, keyboard, review, tabs, silence, commands };

mkdirSync(PAGES_SHOTS, { recursive: true });
const server = await proxy("zhao");
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: process.getuid() === 0 ? ["--no-sandbox"] : [] });
try {
  await CASES[process.argv[2]](browser, `http://127.0.0.1:${server.address().port}/`);
} finally {
  await browser.close();
  server.closeAllConnections();
  server.close();
}
