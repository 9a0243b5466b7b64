// What the checks in a browser share: a page without scripts, and ways to look at it where it is: axe-core (WCAG 2.2 AA)
// in light and dark, signs and drawings against their ground, also in colours of the reader's own, reflow at 320 px and at
// 200 % zoom, a walk by keyboard, weight, and requests elsewhere.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const puppeteer = require("puppeteer-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf-8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const HEAVIEST = 60_000;
const SIZES = [[320, 1, "320 px"], [640, 2, "200 % zoom"], [900, 1, "900 px"]];
const REACHED = "a[href], button, input:not([type=radio]), select, summary, [tabindex='0']";

export async function open() {
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM, headless: true, protocolTimeout: 60_000, args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
  });
  const page = await browser.newPage();
  await page.setJavaScriptEnabled(false);
  await page.setCacheEnabled(false);
  const session = await page.createCDPSession();
  await session.send("Emulation.setFocusEmulationEnabled", { enabled: true });
  return new Look(browser, page, session);
}

// Runs in the page: what is drawn and has too little contrast.
function dim() {
  const channels = (colour) => (colour.match(/[\d.]+/g) || []).map(Number);
  const luminance = (colour) => channels(colour).slice(0, 3).map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
  const ratio = (one, two) => {
    const [bright, dark] = [luminance(one), luminance(two)].sort((a, b) => b - a);
    return (bright + 0.05) / (dark + 0.05);
  };
  const ground = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (channels(colour)[3] !== 0) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const ink = (one) => {
    const { fill, stroke } = getComputedStyle(one);
    return one.matches(".open, .hollow, .none, line") || fill === "none" ? stroke : fill;
  };
  const seen = [];
  const look = (one, under, least) => {
    const [colour, behind] = [ink(one), ground(under)];
    if (ratio(colour, behind) < least) seen.push(`${one.outerHTML.slice(0, 80)}: ${colour} on ${behind}`);
  };
  for (const use of document.querySelectorAll("svg.mark use"))
    for (const one of document.querySelector(use.getAttribute("href")).children) look(one, use.parentElement, 3);
  for (const one of document.querySelectorAll(".drawing :is(circle, path, line:not(.rule))")) look(one, one.closest(".drawing"), 3);
  for (const one of document.querySelectorAll(".drawing text")) look(one, one.closest(".drawing"), 4.5);
  return seen;
}

export class Look {
  constructor(browser, page, session) {
    Object.assign(this, { browser, page, session, faults: 0, looked: 0 });
    this.forget();
    page.on("request", (request) => this.asked.push(request.url()));
    page.on("response", (response) => { this.weight += Number(response.headers()["content-length"] || 0); });
    page.on("console", (message) => this.said.push(message.text()));
  }

  forget() { Object.assign(this, { asked: [], weight: 0, said: [] }); }

  fault(words) { this.faults += 1; console.log(`FAULT ${this.page.url()}: ${words}`); }

  must(good, words) { if (!good) this.fault(words); }

  async go(url) {
    this.forget();
    await this.page.setViewport({ width: 1280, height: 900 });
    return await this.page.goto(url, { waitUntil: "load" });
  }

  // Everything about the page as it is now, without loading it again. `status` is what was answered.
  async here(status = 200) {
    this.looked += 1;
    const { page } = this, origin = new URL(page.url()).origin;
    this.must(this.weight <= HEAVIEST, `${this.weight} bytes`);
    // Chromium draws the sign of a date field from an address of its own.
    for (const one of this.asked) this.must(one.startsWith(origin) || one.startsWith("data:"), `asks ${one}`);
    this.must(!(await page.evaluate(() => document.scripts.length)), "has a script");
    const said = this.said.filter((words) => status < 400 || !words.includes(`status of ${status}`));
    this.must(!said.length, `console: ${said.join("; ")}`);
    this.must(!(await page.cookies()).length, "sets a cookie");
    await page.$$eval("details", (all) => all.forEach((one) => { one.open = true; }));
    for (const scheme of ["light", "dark"]) {
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      await this.accessible(scheme);
      await this.plainToSee(scheme);
      await this.forced(scheme);
      await this.plainToSee(`${scheme}, forced colours`);
      await this.forced();
    }
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "light" }]);
    for (const [width, deviceScaleFactor, name] of SIZES) {
      await page.setViewport({ width, height: 800, deviceScaleFactor });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      this.must(wide <= width, `is ${wide} px wide at ${name}`);
      if (width === 320) await this.accessible(name);
    }
    await page.setViewport({ width: 1280, height: 900 });
  }

  // The page itself has no script; axe is one, so they are on while it runs.
  async accessible(how) {
    await this.page.setJavaScriptEnabled(true);
    await this.page.evaluate(axe);
    const { violations } = await this.page.evaluate((tags) => globalThis.axe.run(document, { runOnly: tags }), TAGS);
    await this.page.setJavaScriptEnabled(false);
    for (const one of violations)
      this.fault(`${how}: ${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 120)).join(" | ")}`);
  }

  // The reader's own colours instead of the page's, until they are asked for again without a scheme.
  async forced(scheme) {
    const features = scheme ? [{ name: "forced-colors", value: "active" }, { name: "prefers-color-scheme", value: scheme }] : [];
    await this.session.send("Emulation.setEmulatedMedia", { features });
  }

  // Signs at 3 to 1 or more against their ground, words in drawings at 4.5 to 1 (WCAG 2.2, 1.4.11 and 1.4.3): axe does
  // not look at them. The ratio is one of luminance, so that it holds in grey.
  async plainToSee(how) {
    for (const one of await this.page.evaluate(dim)) this.fault(`${how}: hard to see: ${one}`);
  }

  // Where the focus is: its place in the document, and whether it can be seen.
  async focused() {
    return await this.page.evaluate(() => {
      const one = document.activeElement;
      if (!one || one === document.body) return null;
      const style = getComputedStyle(one), box = one.getBoundingClientRect();
      return {
        number: [...document.querySelectorAll("*")].indexOf(one), name: one.outerHTML.slice(0, 80),
        outline: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
        radio: one.type === "radio",
      };
    });
  }

  // From the top of a page that was just loaded, every link and field by Tab, each with a focus that can be seen.
  async keyboard() {
    const { page } = this;
    const wanted = await page.$$eval(REACHED, (all) => all.filter((one) => one.checkVisibility()).length);
    const seen = new Set();
    for (let step = 0; step < wanted * 4 + 8; step++) {
      await page.keyboard.press("Tab");
      const at = await this.focused();
      if (!at) break;
      if (!seen.size && step === 0) this.must(at.name.includes('class="skip"'), `the first stop is not the skip link: ${at.name}`);
      this.must(at.outline, `no visible focus: ${at.name}`);
      this.must(at.inside, `focus out of sight: ${at.name}`);
      if (!at.radio) seen.add(at.number);
    }
    this.must(seen.size >= wanted, `the keyboard reaches ${seen.size} of ${wanted}`);
  }

  // What is focused by itself is so with the first frame, which may come a little later than the page.
  async comesToFocus(selector) {
    for (let tries = 0; tries < 40; tries++) {
      if (await this.page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    this.fault(`the focus is not on ${selector}`);
  }

  // Go on with Tab until the focus is on what the selector names.
  async reach(selector) {
    for (let step = 0; step < 200; step++) {
      if (await this.page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
      await this.page.keyboard.press("Tab");
    }
    throw new Error(`${this.page.url()}: the keyboard does not reach ${selector}`);
  }

  async type(selector, words) {
    await this.reach(selector);
    await this.page.keyboard.down("Control");
    await this.page.keyboard.press("a");
    await this.page.keyboard.up("Control");
    await this.page.keyboard.press("Backspace");
    if (words) await this.page.keyboard.type(words);
  }

  async press(selector, key = "Space") {
    await this.reach(selector);
    await this.page.keyboard.press(key);
  }

  // Press a button or follow a link by keyboard. Gives the answer of the page that comes.
  async follow(selector) {
    await this.reach(selector);
    this.forget();
    const [answer] = await Promise.all([this.page.waitForNavigation({ waitUntil: "load" }), this.page.keyboard.press("Enter")]);
    return answer;
  }

  async text() { return await this.page.evaluate(() => document.body.innerText.replace(/\s+/g, " ")); }

  async shows(words) {
    const text = await this.text();
    this.must(text.includes(words), `does not say "${words}": ${text.slice(0, 400)}`);
  }

  async end() {
    await this.browser.close();
    console.log(`${this.looked} pages, ${this.faults} faults`);
    process.exit(this.faults ? 1 : 0);
  }
}
