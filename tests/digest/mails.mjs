// axe-core over rendered mails in Chromium, light and dark.
// Usage: node mails.mjs CHROMIUM FOLDER
import { createRequire } from "node:module";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const require = createRequire(join(process.cwd(), "x.js"));
const puppeteer = require("puppeteer-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf-8");
const [chromium, folder] = process.argv.slice(2);
const browser = await puppeteer.launch({ executablePath: chromium, headless: true, args: ["--no-sandbox"] });
const page = await browser.newPage();
let faults = 0;
for (const name of readdirSync(folder).filter((one) => one.endsWith(".html"))) {
  for (const scheme of ["light", "dark"]) {
    await page.setViewport({ width: 640, height: 900 });
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    await page.goto(`file://${join(folder, name)}`);
    await page.evaluate(axe);
    const found = await page.evaluate(() => axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }));
    for (const one of found.violations) { faults += 1; console.log(`${name} ${scheme}: ${one.id} ${one.nodes[0].html.slice(0, 120)}`); }
  }
}
await browser.close();
console.log(`axe: ${faults} violations`);
process.exit(faults ? 1 : 0);
