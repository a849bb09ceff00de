// Opens one notebook in JupyterLab, runs it, moves every control of its widgets, and reports what
// it saw. It judges nothing: that is judging.py's part.
//
//     node driver.js JOB.json REPORT.json
//
// The job: address, chromium (the program), runSeconds, pictures (the folder for screenshots),
// name (their names begin with it), width and height of the window in pixels, and zoom.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { chromium } = require("playwright-core");

const SCRIPTS = ["page_controls.js", "page_layout.js", "page_contrast.js"];
const START_MS = 120_000;
const REACTION_MS = 5_000; // a widget that takes longer is no pleasure either
const CHOICE_MS = 1_000; // a choice may show nothing until a button is pressed
const SETTLE_MS = 400;

// Chromium may reach the server of the tests, and nothing else.
const OFFLINE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1";

async function main(jobFile, reportFile) {
  const job = JSON.parse(fs.readFileSync(jobFile, "utf-8"));
  const report = { console: [], cells: [], seconds: 0, phases: {} };
  const browser = await chromium.launch({ executablePath: job.chromium, args: [OFFLINE] });
  try {
    const page = await browser.newPage({ viewport: { width: job.width, height: job.height } });
    listen(page, report);
    for (const script of SCRIPTS) await page.addInitScript({ path: path.join(__dirname, script) });
    await open(page, job);
    const start = Date.now();
    report.cells = await runAll(page, job);
    report.seconds = (Date.now() - start) / 1000;
    for (const [phase, enter] of [["plain", lighten], ["zoom", zoomIn], ["dark", darken]]) {
      report.phase = phase;
      await enter(page, job);
      await page.waitForTimeout(SETTLE_MS);
      report.phases[phase] = await look(page, job, phase);
    }
  } finally {
    await browser.close();
    fs.writeFileSync(reportFile, JSON.stringify(report, null, 1));
  }
}

// Everything that the page complains of, and every address but the server's that it asks for.
function listen(page, report) {
  const note = (kind, text, address = "") =>
    report.console.push({ phase: report.phase || "run", kind, text, address });
  page.on("pageerror", error => note("page error", String(error)));
  page.on("console", line => {
    if (line.type() === "error") note("console error", line.text(), line.location().url);
  });
  page.on("request", request => {
    const { protocol, hostname } = new URL(request.url());
    if (!["data:", "blob:"].includes(protocol) && hostname !== "127.0.0.1") {
      note("outside request", request.method(), request.url());
    }
  });
}

async function open(page, job) {
  await page.goto(job.address, { timeout: START_MS });
  await page.waitForFunction(() => {
    const panel = window.jupyterapp && window.jupyterapp.shell.currentWidget;
    const kernel = panel && panel.sessionContext && panel.sessionContext.session?.kernel;
    return kernel && kernel.status === "idle" && document.querySelector(".jp-Notebook .jp-Cell");
  }, null, { timeout: START_MS });
  await page.evaluate(async () => {
    if (!window.jupyterapp.shell.leftCollapsed) window.jupyterapp.shell.collapseLeft();
  });
}

// Run every cell; gives for each code cell its number, count, first line and errors.
async function runAll(page, job) {
  await page.evaluate(() => {
    window.jupyterapp.commands.execute("notebook:run-all-cells").finally(
      () => { window.course.ended = true; });
  });
  await page.waitForFunction(() => {
    const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel;
    return window.course.ended && (!kernel || kernel.status === "idle" || kernel.status === "dead");
  }, null, { timeout: 1000 * job.runSeconds, polling: 500 }).catch(() => {});
  await page.waitForFunction(() => [...document.querySelectorAll(".jp-Notebook img")].every(
    image => image.complete), null, { timeout: START_MS });
  await page.waitForTimeout(SETTLE_MS);
  return page.evaluate(() => {
    const { widgets } = window.jupyterapp.shell.currentWidget.content;
    const code = widgets.map((cell, k) => ({ ...cell.model.toJSON(), number: k + 1 })).filter(
      cell => cell.cell_type === "code" && String(cell.source).trim());
    return code.map(cell => ({
      number: cell.number,
      source: [cell.source].flat().join("").split("\n")[0],
      count: cell.execution_count,
      errors: cell.outputs.filter(output => output.output_type === "error").map(
        output => `${output.ename}: ${output.evalue}`),
    }));
  });
}

// The browser's zoom, as a page sees it: its window has fewer pixels, which are larger.
async function zoomIn(page, job) {
  await page.setViewportSize({
    width: Math.floor(job.width / job.zoom), height: Math.floor(job.height / job.zoom),
  });
}

async function lighten(page) {
  await wear(page, "JupyterLab Light", "true");
}

async function darken(page, job) {
  await page.setViewportSize({ width: job.width, height: job.height });
  await wear(page, "JupyterLab Dark", "false");
}

async function wear(page, theme, isLight) {
  await page.evaluate(name => window.jupyterapp.commands.execute(
    "apputils:change-theme", { theme: name }), theme);
  await page.waitForFunction(
    light => document.body.dataset.jpThemeLight === light, isLight, { timeout: START_MS });
}

async function look(page, job, phase) {
  const outputs = await page.evaluate(() => window.course.widgetOutputs().length);
  const seen = {
    outputs, controls: [], unloaded: await unloaded(page),
    layout: await page.evaluate(() => window.course.layout()),
    contrasts: await page.evaluate(() => window.course.contrasts()),
    transparent: await page.evaluate(() => window.course.transparentFigures()),
  };
  for (let place = 0; place < outputs; place += 1) {
    if (phase !== "dark") seen.controls.push(...await moveAll(page, place));
    await page.evaluate(k => window.course.bringIntoView(k), place);
    await page.waitForTimeout(SETTLE_MS);
    await page.screenshot({ path: path.join(job.pictures, `${job.name}-${phase}-${place + 1}.png`) });
  }
  await page.evaluate(() => document.querySelector(".jp-Cell").scrollIntoView());
  await page.waitForTimeout(SETTLE_MS);
  await page.screenshot({ path: path.join(job.pictures, `${job.name}-${phase}-top.png`) });
  return seen;
}

// Cells where a widget should be and something else is.
function unloaded(page) {
  return page.evaluate(() => [...document.querySelectorAll(".jp-Notebook .jp-OutputArea-output")]
    .filter(output => /Loading widget|Error displaying widget|Error creating widget/.test(
      output.textContent))
    .map(output => window.course.cellNumber(output)));
}

// Move each control of an output with one key, from the keyboard alone.
async function moveAll(page, place) {
  const moved = [];
  let reached = await tabThrough(page, place);
  const count = await page.evaluate(k => window.course.controls(k).length, place);
  for (let number = 0; number < count; number += 1) {
    const control = await page.evaluate(at => window.course.describe(...at), [place, number]);
    // A button that waited for a choice was no stop for the Tab key before.
    if (!reached.has(number) && !control.disabled) reached = await tabThrough(page, place);
    const before = await page.evaluate(k => window.course.shownBeside(k), place);
    await page.evaluate(
      ([k, n]) => window.course.controls(k)[n].focus({ focusVisible: true }), [place, number]);
    await page.waitForTimeout(50);
    const visible = await page.evaluate(() => window.course.seesFocus());
    if (!control.disabled && !control.fixed) await page.keyboard.press(control.key);
    const after = await reaction(page, place, before, control);
    moved.push({
      ...control, visible, place, number, reached: reached.has(number),
      hasPicture: before.pictures > 0 || after.pictures > 0,
      picture: before.picture !== after.picture, words: before.words !== after.words,
    });
  }
  return moved;
}

// What is shown after a key: at once if it changed, else after the longest wait.
async function reaction(page, place, before, control) {
  const longest = control.kind === "radio" ? CHOICE_MS : REACTION_MS;
  const wait = control.disabled || control.fixed ? 0 : longest;
  const end = Date.now() + wait;
  let now = before;
  const same = () => now.picture === before.picture && now.words === before.words;
  while (same() && Date.now() < end) {
    await page.waitForTimeout(50);
    now = await page.evaluate(k => window.course.shownBeside(k), place);
  }
  if (wait && !same()) {
    await page.waitForTimeout(SETTLE_MS);
    now = await page.evaluate(k => window.course.shownBeside(k), place);
  }
  return now;
}

// The controls that the Tab key comes to, from the selected cell on.
async function tabThrough(page, place) {
  const count = await page.evaluate(k => window.course.controls(k).length, place);
  await page.evaluate(k => window.course.selectCell(k), place);
  const reached = new Set();
  for (let pressed = 0; pressed < 2 * count + 10 && reached.size < count; pressed += 1) {
    await page.keyboard.press("Tab");
    const number = await page.evaluate(k => window.course.focused(k), place);
    if (number >= 0) reached.add(number);
  }
  return reached;
}

main(...process.argv.slice(2)).catch(error => {
  console.error(error.stack || String(error));
  process.exit(1);
});
