// Somebody's whole life as a subscriber, by keyboard, in Chromium without scripts, on real HTTP and SMTP: sign-up with
// faults, confirmation, choices, digest, stop, erasure. Usage: node sign_up.mjs   (with CHROMIUM and PYTHON)
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { open } from "./looking.mjs";

const tests = dirname(dirname(fileURLToPath(import.meta.url)));
const house = spawn(process.env.PYTHON, ["-m", "subscribers.living"], {
  env: { ...process.env, PYTHONPATH: tests }, stdio: ["pipe", "pipe", "inherit"],
});
const lines = createInterface({ input: house.stdout })[Symbol.asyncIterator]();
const told = async () => JSON.parse((await lines.next()).value);
const { base } = await told();
async function house_(command) { house.stdin.write(JSON.stringify(command) + "\n"); return await told(); }
const later = (seconds) => house_({ do: "later", seconds });
const news = (milestone) => house_({ do: "news", milestone });
const post = () => house_({ do: "post" });
const person = async () => (await house_({ do: "people" }))[0];
const link = (mail, purpose) => mail.text.match(new RegExp(`${base}/${purpose}/[A-Za-z0-9_-]{22}`))[0];
const DAY = 86_400, ADDRESS = "ana@example.org", TOPIC = "cabozantinib-net";

const look = await open();
const { page } = look;
const same = (found, wanted, words) => look.must(JSON.stringify(found) === JSON.stringify(wanted),
  `${words}: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`);
const field = (selector, name) => page.$eval(selector, (one, wanted) => one[wanted], name);
const focus = () => page.evaluate(() => document.activeElement.id || document.activeElement.className);

// Sign-up, first with faults.
await look.go(`${base}/follow`);
await look.follow("a[href$='/subscribe']");
await look.keyboard();
await look.go(`${base}/subscribe`);
await look.type("#email", "ana at example.org");
await look.press("#c-daily", "ArrowDown");
await look.press("#discreet");
await look.press("summary", "Enter");
await look.type("#at", "03:00");
let answer = await look.follow("#send");
same(answer.status(), 422, "status of a form with faults");
await look.comesToFocus(".faults");
look.must((await look.focused()).outline, "the summary has no visible focus");
same(await page.title(), "Please check: Get news by mail · regwatch", "title");
same(await page.$$eval(".faults a", (all) => all.map((one) => one.hash)), ["#email", `#t-${TOPIC}`, "#at", "#agree"], "faults");
for (const id of ["email", "at", "agree"]) {
  const described = await page.$eval(`#${id}`, (one) => document.getElementById(one.getAttribute("aria-describedby"))?.innerText || "");
  look.must(described.startsWith("Please check:"), `${id} is not described by its fault`);
}
same([await field("#email", "value"), await field("#at", "value"), await field("#c-weekly", "checked"),
  await field("#discreet", "checked"), await field("details", "open")], ["ana at example.org", "03:00", true, true, true], "what was written");
await look.here(422);
await look.reach(".faults a[href='#email']");
await page.keyboard.press("Enter");
same(await focus(), "email", "a fault leads to its field");
await look.type("#email", ADDRESS);
await look.press(`#t-${TOPIC}`);
await look.press("#c-weekly", "ArrowUp");
await look.press("#discreet");
await look.type("#at", "08:30");
await look.press("#agree");
await later(60);
await look.follow("#send");
await look.shows("Please look into your mailbox");
await look.here();
same((await person()).standing, "pending", "before the confirmation");

// Confirmation: opening the link changes nothing.
const [confirmation] = await post();
same([confirmation.to, confirmation.from.includes("news@charity.example")], [ADDRESS, true], "the confirmation mail");
await look.go(link(confirmation, "c"));
await look.keyboard();
await look.here();
same((await person()).standing, "pending", "after opening the link");
await look.go(link(confirmation, "c"));
await look.follow("main button");
await look.shows("you are signed up");
await look.here();
same((await person()).follows, { [TOPIC]: "daily" }, "after the confirmation");
await look.follow("main a[href*='/m/']");
same(await field(`#t-${TOPIC}`, "checked"), true, "the topic on the page of choices");

// A status change, a digest, and its links. The page of the stop link stays open with scripts on, a minute long.
await post();
await news("approved");
await later(DAY);
const digest = (await post()).at(-1);
look.must(/approved/i.test(digest.text), "the digest does not tell of the approval");
const stop = link(digest, "u"), manage = link(digest, "m");
look.must(digest["list-unsubscribe"].includes(`<${stop}>`), "the header and the text have different links");
await look.go(stop);
await look.keyboard();
await look.here();
same(await page.$$eval("main form", (all) => all.map((one) => one.querySelectorAll("button").length)), [1, 1, 1], "one button each");
const scripted = await look.browser.newPage();
await scripted.goto(stop);
const clock = await scripted.createCDPSession();
const past = new Promise((resolve) => clock.once("Emulation.virtualTimeBudgetExpired", resolve));
await clock.send("Emulation.setVirtualTimePolicy", { policy: "advance", budget: 60_000 });
await past;
same(scripted.url(), stop, "a minute later the page is the same");
await scripted.close();
same((await person()).follows, { [TOPIC]: "daily" }, "after the page was open for a minute");

// The page of choices: faults, another cadence, pause, all that is kept.
await look.go(manage);
await look.keyboard();
await look.here();
await look.go(manage);
await look.type("#quiet", "at night");
answer = await look.follow("button[value=save]");
await look.comesToFocus(".faults");
same([answer.status(), await field("#quiet", "value")], [422, "at night"], "choices with a fault");
await look.here(422);
await look.type("#quiet", "");
await look.follow("button[value=save]");
await look.shows("Your choices are saved.");
await look.reach(`#c-${TOPIC}`);
await page.keyboard.type("once a week");
await look.follow("button[value=save]");
same((await person()).follows, { [TOPIC]: "weekly" }, "after the choice of another cadence");
await look.here();
await look.follow("button[value=pause]");
await look.shows("Your emails are paused.");
same((await person()).paused, true, "after the pause");
await look.here();
await look.follow("button[value=resume]");
same((await person()).paused, false, "after going on");
const folder = mkdtempSync(join(tmpdir(), "regwatch-"));
const browserSession = await look.browser.target().createCDPSession();
const kept = new Promise((resolve) => browserSession.on("Browser.downloadProgress", (one) => one.state === "completed" && resolve()));
await browserSession.send("Browser.setDownloadBehavior", { behavior: "allow", downloadPath: folder, eventsEnabled: true });
await look.press("a[href$='data.json']", "Enter");
await kept;
const [name] = readdirSync(folder);
same(JSON.parse(readFileSync(join(folder, name), "utf-8")).subscriber.address, ADDRESS, "the download");
rmSync(folder, { recursive: true });

// The first mail's link, by one click from a mail program (RFC 8058), twice and in both forms, after all these changes.
const form = new FormData();
form.set("List-Unsubscribe", "One-Click");
for (const body of [new URLSearchParams({ "List-Unsubscribe": "One-Click" }), form]) {
  const clicked = await fetch(stop, { method: "POST", body, redirect: "manual" });
  same([clicked.status, clicked.headers.get("set-cookie")], [200, null], "one click");
  same((await person()).standing, "ended", "after one click");
}
await news("suspended");
await later(8 * DAY);
same((await post()).at(-1), digest, "no mail comes after that");

// Back again, and gone for good.
await look.go(manage);
await look.shows("You get no emails from us now.");
await look.here();
await look.go(manage);
await look.press(`#t-${TOPIC}`);
await look.follow("button[value=save]");
same((await person()).standing, "active", "after saving choices again");
await look.follow("button[value=stop]");
await look.shows("All emails have stopped.");
await look.follow("button[value=erase]");
await look.shows("Nothing is kept about you");
same([(await person()).address, (await person()).standing], ["", "ended"], "after the erasure");
for (const old of [stop, manage, link(confirmation, "c")]) {
  answer = await look.go(old);
  same(answer.status(), 200, "an old link");
}
await look.go(stop);
await look.follow("main button");
await look.shows("These emails have stopped.");
house.stdin.end();
await look.end();
