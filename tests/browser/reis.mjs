// One journey at the screen, by keyboard alone, in a real Chromium; and axe on every page, in both themes and languages.
// Started by tests/scherm/browser.rs, which tells where Sluis is and who may log in. Ends with 1 at the first surprise.
import { createHmac } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const here = dirname(fileURLToPath(import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const { SLUIS_URL: base, SLUIS_BERICHT: bericht, SLUIS_WEIGER: weiger, SLUIS_INFORMEER: informeer } = process.env;
const mensen = JSON.parse(process.env.SLUIS_MENSEN);
const uitvoer = process.env.SLUIS_UITVOER || join(here, "uitvoer");
mkdirSync(uitvoer, { recursive: true });

const wrong = [];
let looked = 0;
const must = (so, what) => {
  if (!so) throw new Error(what);
};

// RFC 6238, as the app of a person has it.
const code = (uri) => {
  const secret = new URL(uri).searchParams.get("secret");
  const bits = [...secret.replace(/=+$/, "")].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000)));
  const sum = createHmac("sha1", key).update(step).digest();
  const at = sum[19] & 15;
  return String((sum.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, "0");
};

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
  args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
});

const open = async (more = {}) => {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: "nl-NL", viewport: { width: 1180, height: 900 }, ...more });
  const page = await context.newPage();
  page.setDefaultTimeout(20000);
  page.on("pageerror", (e) => wrong.push(`script: ${e.message}`));
  // A page that is refused says so in the console; everything else that stands there is a mistake.
  page.on("console", (m) => m.type() === "error" && !/status of 40[0-9]/.test(m.text()) && wrong.push(`console: ${m.text()}`));
  page.on("request", (r) => !r.url().startsWith(base) && wrong.push(`asked elsewhere: ${r.url()}`));
  return page;
};

// What axe finds, what does not fit a narrow screen, and a picture; in both themes.
const look = async (page, name) => {
  for (const theme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme: theme });
    await page.evaluate(axe);
    const found = await page.evaluate(() =>
      globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
    );
    for (const v of found.violations) {
      wrong.push(`${name}, ${theme}: ${v.id}: ${v.help}: ${v.nodes.map((n) => `${n.target} ${n.failureSummary}`).join("; ")}`);
    }
    looked += 1;
    await page.screenshot({ path: join(uitvoer, `${name}-${theme}.png`), fullPage: true });
  }
  await page.emulateMedia({ colorScheme: "light" });
  const wide = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 640 });
  const over = await page.evaluate(() => {
    const wide = document.scrollingElement.scrollWidth;
    if (wide <= 320) return [];
    const inside = (e) => e.parentElement.closest(".rol, svg") || e.matches(".sprong");
    return [...document.body.querySelectorAll("*")].filter((e) => !inside(e) && e.getBoundingClientRect().right > 321).map((e) => e.outerHTML.slice(0, 120)).concat(wide);
  });
  if (over.length > 0) wrong.push(`${name}: wider than a screen of 320: ${over.join("; ")}`);
  await page.setViewportSize(wide);
};

// Tab until the right thing has the focus; whatever has it must show it.
const tab = async (page, selector) => {
  for (let n = 0; n < 150; n += 1) {
    await page.keyboard.press("Tab");
    const [there, shown, html] = await page.evaluate((s) => {
      const e = document.activeElement;
      const style = getComputedStyle(e);
      return [e.matches(s), e === document.body || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2), e.outerHTML.slice(0, 200)];
    }, selector);
    must(shown, `the focus is not seen, before ${selector}, at ${html}`);
    if (there) return;
  }
  throw new Error(`${selector} is not reached by keyboard`);
};

const enter = async (page) => {
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
};

const logIn = async (page, id) => {
  await page.goto(base);
  must(page.url() === `${base}/aanmelden`, "nobody comes in without logging in");
  await tab(page, "#account");
  await page.keyboard.type(id);
  await tab(page, "#wachtwoord");
  await page.keyboard.type(mensen[id].wachtwoord);
  await tab(page, "#code");
  await page.keyboard.type(code(mensen[id].otpauth));
  await enter(page);
  must(page.url() === `${base}/overzicht`, `${id} is not logged in: ${await page.textContent("main")}`);
};

const journey = async () => {
  const page = await open();
  await page.goto(`${base}/aanmelden`);
  await look(page, "aanmelden");
  await logIn(page, "op-1");
  await page.locator("text=hoogste dag").waitFor();
  await look(page, "overzicht");
  // The first thing that the keyboard reaches leads past the menu.
  await page.reload();
  await tab(page, ".sprong");
  await tab(page, "nav a[href='/geblokkeerd']");
  await enter(page);
  await look(page, "geblokkeerd");
  await tab(page, `a[href='/berichten/${bericht}']`);
  await enter(page);
  must((await page.textContent("h2#kop-doen")) === "Wat u kunt doen", "the page says what to do");
  await look(page, "bericht");
  await page.setViewportSize({ width: 960, height: 700 });
  await page.screenshot({ path: join(uitvoer, "voor-de-readme.png") });
  await page.setViewportSize({ width: 1180, height: 900 });
  // Judged again with the same facts: the same verdict. There is no button that passes the judge.
  await page.reload();
  await tab(page, "form[action$='opnieuw-beoordelen'] button");
  await enter(page);
  await page.locator("text=herbeoordeling door op-1 via scherm").waitFor();
  await page.goto(`${base}/berichten/${bericht}`);
  await page.locator("#kop-doen").waitFor();
  await tab(page, "a.knop");
  await enter(page);
  await look(page, "toestemming");
  await page.reload();
  await tab(page, "#wie");
  for (let n = 0; n < 8 && (await page.inputValue("#wie")) !== "voogd"; n += 1) await page.keyboard.press("ArrowDown");
  await tab(page, "#op");
  // The same day and month, whichever comes first.
  await page.keyboard.type("06062025");
  must((await page.inputValue("#op")) === "2025-06-06", "the day is typed");
  await tab(page, "form.smal button");
  await enter(page);
  must(page.url().startsWith(`${base}/berichten/${bericht}`), `the consent was not recorded: ${await page.textContent("main")}`);
  // Nobody loads the page again: it is kept up to date.
  await page.locator("#levend-tijdlijn >> text=afgeleverd").waitFor();
  await page.locator("text=niet (meer) geblokkeerd").waitFor();
  await look(page, "bericht-afgeleverd");
  for (const [path, name] of [
    ["/toestemmingen?casus=cas-0", "toestemmingen"],
    ["/verzuim", "verzuim"],
    [`/berichten/${informeer}/informering`, "informering"],
    ["/nergens", "fout"],
    ["/overzicht?taal=en", "overzicht-en"],
    ["/geblokkeerd", "geblokkeerd-en"],
    [`/berichten/${weiger}`, "bericht-en"],
  ]) {
    await page.goto(base + path);
    await look(page, name);
  }
  await tab(page, "form[action='/afmelden'] button");
  await enter(page);
  must(page.url() === `${base}/aanmelden`, "logged out");
};

const fg = async () => {
  const page = await open();
  await logIn(page, "fg-1");
  await tab(page, "nav a[href='/fg']");
  await enter(page);
  await tab(page, "form[action='/fg/logboek'] button");
  await enter(page);
  await page.waitForFunction(async () => (await (await fetch("/fg")).text()).includes("Heel, van regel 1"));
  await page.reload();
  await look(page, "fg");
  await page.goto(`${base}/berichten/${weiger}`);
  must((await page.locator("form[action^='/berichten/']").count()) === 0, "the FG has buttons of the operator");
};

// Without JavaScript everything works but being kept up to date.
const bare = async () => {
  const page = await open({ javaScriptEnabled: false });
  await page.goto(base);
  await page.fill("#account", "op-2");
  await page.fill("#wachtwoord", mensen["op-2"].wachtwoord);
  await page.fill("#code", code(mensen["op-2"].otpauth));
  await page.click("form.smal button");
  await page.click("nav a[href='/geblokkeerd']");
  await page.click(`a[href='/berichten/${weiger}']`);
  await page.click("text=Voorgoed weigeren");
  await page.check("input[name='zeker']");
  await page.click("button.gevaar");
  await page.locator("text=voorgoed geweigerd door op-2 via scherm").waitFor();
};

try {
  await journey();
  await fg();
  await bare();
  must(wrong.length === 0, `${wrong.length} found:\n${wrong.join("\n")}`);
  console.log(`${looked} times axe found nothing; pictures are in ${uitvoer}`);
} catch (e) {
  console.error([e.message, ...wrong].join("\n"));
  process.exitCode = 1;
} finally {
  await browser.close();
}
