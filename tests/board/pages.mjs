// Looks at every page of a running board in Chromium: axe-core (WCAG 2.2 AA) in light and dark, reflow at 320 px and at
// 200 % zoom, a walk by keyboard, no scripts, no requests elsewhere, the weight of a page, one sheet in print.
// Usage: node pages.mjs CHROMIUM BOARD OPERATOR   (both addresses without a slash at the end)
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const require = createRequire(join(process.cwd(), "x.js"));
const puppeteer = require("puppeteer-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf-8");
const [chromium, board, operator] = process.argv.slice(2);
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const LIGHTEST = 60_000;
const faults = [];
const fault = (url, words) => { faults.push(`${url}: ${words}`); console.log(`FAULT ${url}: ${words}`); };

const browser = await puppeteer.launch({ executablePath: chromium, headless: true, args: ["--no-sandbox"] });
const page = await browser.newPage();
let asked = [], weight = 0, said = [];
page.on("request", (request) => asked.push(request.url()));
page.on("response", async (response) => { weight += Number(response.headers()["content-length"] || 0); });
page.on("console", (message) => said.push(message.text()));

async function go(url, width, height, scheme = "light", scale = 1) {
  asked = []; weight = 0; said = [];
  await page.setViewport({ width, height, deviceScaleFactor: scale });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.setCacheEnabled(false);
  await page.goto(url, { waitUntil: "networkidle0" });
}

async function links(start) {
  const found = new Set([start + "/"]), queue = [start + "/"];
  while (queue.length) {
    await page.goto(queue.shift());
    const here = await page.$$eval("a[href]", (all) => all.map((one) => one.href.split("#")[0]));
    for (const url of here) {
      if (!url.startsWith(start) || found.has(url) || /\.(atom|ics|svg|txt|json)$|\/api\//.test(url)) continue;
      found.add(url); queue.push(url);
    }
  }
  return [...found];
}

async function keyboard(url) {
  const wanted = await page.$$eval("a[href], button, input, summary, [tabindex='0']",
    (all) => all.filter((one) => one.checkVisibility()).length);
  const seen = new Set();
  for (let step = 0; step < wanted * 4 + 8; step++) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const one = document.activeElement;
      if (!one || one === document.body) return null;
      const style = getComputedStyle(one), box = one.getBoundingClientRect();
      const number = [...document.querySelectorAll("*")].indexOf(one);
      return { number, name: one.outerHTML.slice(0, 80), outline: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
               inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth };
    });
    if (!at) break;
    if (!seen.size && !at.name.includes('class="skip"')) fault(url, `the first stop is not the skip link: ${at.name}`);
    if (!at.outline) fault(url, `no visible focus: ${at.name}`);
    if (!at.inside) fault(url, `focus out of sight: ${at.name}`);
    seen.add(at.number);
  }
  if (seen.size < wanted) fault(url, `the keyboard reaches ${seen.size} of ${wanted}`);
}

async function accessible(url, scheme) {
  await page.evaluate(axe);
  const result = await page.evaluate((tags) => globalThis.axe.run(document, { runOnly: tags }), TAGS);
  for (const one of result.violations)
    fault(url, `${scheme}: ${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 120)).join(" | ")}`);
}

async function look(url, origin) {
  await go(url, 1280, 900);
  if (weight > LIGHTEST) fault(url, `${weight} bytes`);
  for (const one of asked) if (!one.startsWith(origin) && !one.startsWith("data:")) fault(url, `asks ${one}`);
  if (await page.evaluate(() => document.scripts.length)) fault(url, "has a script");
  if (said.length && !url.endsWith("/nothing")) fault(url, `console: ${said.join("; ")}`);
  await keyboard(url);
  await page.$$eval("details", (all) => all.forEach((one) => { one.open = true; }));
  await accessible(url, "light");
  await go(url, 1280, 900, "dark");
  await accessible(url, "dark");
  for (const [width, scale] of [[320, 1], [640, 2], [900, 1]]) {
    await go(url, width, 800, "light", scale);
    await page.$$eval("details", (all) => all.forEach((one) => { one.open = true; }));
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    if (wide > width) fault(url, `is ${wide} px wide at ${width}`);
    if (width === 320) await accessible(url, "320 px");
  }
}

async function printed(url) {
  await go(url, 1280, 900);
  const pdf = Buffer.from(await page.pdf({ format: "A4", preferCSSPageSize: true })).toString("latin1");
  const sheets = (pdf.match(/\/Type\s*\/Page\b(?!s)/g) || []).length;
  if (sheets !== 1) fault(url, `prints on ${sheets} sheets`);
}

let count = 0;
for (const url of [...await links(board), `${board}/?since=2025-09-01`, `${board}/nothing`]) { await look(url, board); count++; }
for (const path of ["/operator", "/operator/review", "/operator/outbox"]) { await look(operator + path, operator); count++; }
const topics = (await links(board)).filter((url) => /\/t\/[^/]+$/.test(url));
for (const url of topics) await printed(url);
await browser.close();
console.log(`${count} pages, ${faults.length} faults`);
process.exit(faults.length ? 1 : 0);
