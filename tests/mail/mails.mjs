// Mails in Chromium and before two linters; prints JSON: mail -> measure -> [how much, what of].
// Usage: node mails.mjs CHROMIUM FOLDER WHITELIST, with the packages installed in the working folder.
import { createRequire } from "node:module";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(join(process.cwd(), "x.js"));
const puppeteer = require("puppeteer-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf-8");
const { HtmlValidate } = require("html-validate");
const { caniemail } = await import(pathToFileURL(join(process.cwd(), "node_modules/caniemail/dist/index.js")));

const [chromium, folder, whitelist] = process.argv.slice(2);
const known = JSON.parse(readFileSync(whitelist, "utf-8")).known;
const CLIENTS = ["gmail.*", "outlook.*", "apple-mail.*", "yahoo.*"];
const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

const validator = new HtmlValidate({
  root: true,
  extends: ["html-validate:recommended", "html-validate:document"],
  rules: {
    // Many mail clients drop <style>: what matters is inline.
    "no-inline-style": "off",
    // <main> is unknown to Outlook for Windows and to Yahoo; role=main on a <div> is what both leave alone.
    "prefer-native-element": ["error", { exclude: ["main"] }],
  },
});

const some = (found) => [found.length, found.slice(0, 3).join("; ")];

function unsupported(html) {
  const found = new Set();
  for (const [client, issues] of caniemail({ clients: CLIENTS, html }).issues.errors) {
    for (const { title } of issues) if (!known[title]?.clients.includes(client)) found.add(`${title} (${client})`);
  }
  return some([...found]);
}

async function invalid(html) {
  const report = await validator.validateString(html);
  return some(report.results.flatMap((one) => one.messages.map((m) => `${m.ruleId} ${m.line}:${m.column}: ${m.message}`)));
}

async function violations(page) {
  await page.evaluate(axe);
  const found = await page.evaluate((tags) => axe.run({ runOnly: tags }), WCAG);
  return some(found.violations.map((one) => `${one.id} ${one.nodes[0].html.slice(0, 100)}`));
}

// What a filter does to the picture, done to the colours themselves, because axe looks at those and not at the picture.
function invert(keepHues) {
  const turn = ([r, g, b]) => [
    -0.574 * r + 1.43 * g + 0.144 * b, 0.426 * r + 0.43 * g + 0.144 * b, 0.426 * r + 1.43 * g - 0.856 * b,
  ];
  const bounded = (parts) => parts.map((one) => Math.max(0, Math.min(255, Math.round(one))));
  const changed = (colour) => {
    const [r, g, b, alpha = 1] = colour.match(/[\d.]+/g).map(Number);
    if (alpha === 0) return null;
    const plain = [255 - r, 255 - g, 255 - b];
    return `rgb(${bounded(keepHues ? turn(plain) : plain).join(",")})`;
  };
  const all = [...document.querySelectorAll("html, body, body *")].map((one) => [one, getComputedStyle(one)]);
  const wanted = all.map(([one, style]) => [one, changed(style.color), changed(style.backgroundColor)]);
  for (const [one, ink, ground] of wanted) {
    if (ink) one.style.setProperty("color", ink, "important");
    if (ground) one.style.setProperty("background-color", ground, "important");
  }
}

const browser = await puppeteer.launch({ executablePath: chromium, headless: true, args: ["--no-sandbox"] });
const page = await browser.newPage();

async function show(html, width, scheme = "light") {
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.setContent(html);
}

async function seen(html) {
  const bare = html.replace(/<style[\s\S]*?<\/style>/g, "");
  const found = {};
  for (const scheme of ["light", "dark"]) {
    await show(html, 640, scheme);
    found[`axe, ${scheme}`] = await violations(page);
  }
  for (const keepHues of [false, true]) {
    await show(html, 640);
    await page.evaluate(invert, keepHues);
    found[keepHues ? "axe, inverted, hues kept" : "axe, inverted"] = await violations(page);
  }
  await show(bare, 640);
  found["axe, without <style>"] = await violations(page);
  await show(html, 320);
  found["px wide at 320"] = [await page.evaluate(() => document.documentElement.scrollWidth), ""];
  Object.assign(found, await page.evaluate(() => {
    let smallest = [Infinity, ""], lowest = [Infinity, ""];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node; (node = walk.nextNode()); ) {
      const size = parseFloat(getComputedStyle(node.parentElement).fontSize);
      if (node.data.trim() && size < smallest[0]) smallest = [size, node.data.trim().slice(0, 40)];
    }
    for (const link of document.querySelectorAll("a")) {
      const height = Math.min(...[...link.getClientRects()].map((box) => box.height));
      if (height < lowest[0]) lowest = [Math.round(height * 10) / 10, link.textContent.slice(0, 40)];
    }
    return { "px of the smallest text": smallest, ...(lowest[1] ? { "px of the lowest link": lowest } : {}) };
  }));
  await show(bare, 320);
  found["px wide at 320, without <style>"] = [await page.evaluate(() => document.documentElement.scrollWidth), ""];
  return found;
}

const measured = {};
for (const name of readdirSync(folder).filter((one) => one.endsWith(".html")).sort()) {
  const html = readFileSync(join(folder, name), "utf-8");
  measured[name.replace(/\.html$/, "")] = {
    "features that a client lacks": unsupported(html),
    "faults of the HTML": await invalid(html),
    ...(await seen(html)),
  };
}
await browser.close();
console.log(JSON.stringify(measured));
