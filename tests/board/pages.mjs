// Looks at every page of a running board, of the operator's desk and of the exported files in Chromium without scripts.
// Usage: node pages.mjs   (with CHROMIUM, BOARD, OPERATOR and FILES: addresses without a slash at the end)
import { open } from "./looking.mjs";

const { BOARD, OPERATOR, FILES, TOKEN } = process.env;
const NO_PAGE = /\.(atom|ics|svg|txt|json|css)$|\/api\//;
const UNKNOWN = "A".repeat(22);
const look = await open();

// Every page that can be reached from the first by links, and every other address they name.
async function crawled(start) {
  const pages = [start + "/"], files = new Set();
  for (const url of pages) {
    await look.page.goto(url);
    const here = await look.page.$$eval("a[href], link[href], img[src]", (all) => all.map((one) => (one.href || one.src).split("#")[0]));
    for (const one of here) {
      if (!one.startsWith(start)) continue;
      if (NO_PAGE.test(one.split("?")[0])) files.add(one);
      else if (!pages.includes(one)) pages.push(one);
    }
  }
  return [pages, [...files]];
}

async function found(urls) {
  for (const url of urls) {
    const answer = await fetch(url);
    look.must(answer.status === 200, `a page leads to ${url}, which answers ${answer.status}`);
  }
}

async function whole(url, status = 200) {
  const answer = await look.go(url);
  look.must(answer.status() === status, `answers ${answer.status()} instead of ${status}`);
  await look.keyboard();
  await look.here(status);
}

async function printed(url) {
  await look.go(url);
  const pdf = Buffer.from(await look.page.pdf({ format: "A4", preferCSSPageSize: true })).toString("latin1");
  const sheets = (pdf.match(/\/Type\s*\/Page\b(?!s)/g) || []).length;
  look.must(sheets === 1, `prints on ${sheets} sheets`);
}

// What the operator decides, by keyboard alone, and what the pages say of it.
async function decided() {
  await pressed("/review", 'button[value="reject"]', "is rejected");
  await look.go(`${OPERATOR}/operator/review`);
  await look.press("summary", "Enter");
  await look.type('input[name="date"]', "2026-Q3");
  await look.follow('button[value="correct"]');
  await look.shows("is accepted");
  await pressed("", 'button[value="poll"]', "will be looked at within seconds");
  await pressed("", 'button[value="pause"]', "rests for seven days");
  await pressed("", 'button[value="resume"]', "is looked at again");
  await pressed("/outbox", 'button[value="retry"]', "will be sent again");
  await pressed("/outbox", 'button[value="drop"]', "will not be sent");
  await pressed("/outbox", 'button[value="test"]', "A test digest waits", "ann@example.org");
  await pressed("/readers", "form button", "Nobody has this address", "nobody@example.org");
}

async function pressed(path, button, words, address) {
  await look.go(`${OPERATOR}/operator${path}`);
  if (address) await look.type('input[name="address"]', address);
  await look.follow(button);
  await look.shows(words);
  await look.keyboard();
  await look.here();
}

const [pages, files] = await crawled(BOARD);
await found(files);
for (const url of pages) await whole(url);
for (const path of ["/?since=2025-09-01", `/u/${UNKNOWN}`, `/c/${UNKNOWN}`, `/m/${UNKNOWN}`]) await whole(BOARD + path);
await whole(`${BOARD}/nothing`, 404);
await whole(`${BOARD}/?since=x`, 422);
await look.page.authenticate({ username: "", password: TOKEN });
for (const path of ["", "/topics", "/review", "/outbox", "/readers"]) await whole(`${OPERATOR}/operator${path}`);
await decided();
await look.page.authenticate(null);
for (const url of pages.filter((one) => /\/t\/[^/]+$/.test(one))) await printed(url);
const [exported, others] = await crawled(FILES);
const readable = pages.filter((one) => new URL(one).pathname !== "/subscribe");
look.must(exported.length >= readable.length, `${exported.length} pages are exported of ${readable.length}`);
await found(others);
for (const url of exported) {
  const answer = await look.go(url);
  look.must(answer.status() === 200, `answers ${answer.status()}`);
  await look.here();
}
await look.end();
