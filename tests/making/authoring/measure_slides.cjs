// Opens pages of slides in Chromium, one slide after the other, and prints as JSON what it measured.
// node measure_slides.cjs CHROMIUM PAGE... (SHOTS=folder keeps a picture of each slide there)
const path = require("path");
const { chromium } = require("playwright-core");

// Runs in the page: how the slide that is shown fits.
function measured() {
  const slide = Reveal.getCurrentSlide();
  const page = slide.getBoundingClientRect();
  const shown = [...slide.querySelectorAll("*")].filter(
    (element) => !element.closest("aside") && element.getClientRects().length,
  );
  const boxes = shown.map((element) => element.getBoundingClientRect());
  const leaves = shown.filter((element) =>
    [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()),
  );
  const pictures = [...slide.querySelectorAll(".shown img")];
  const scale = page.height / Reveal.getConfig().height;
  return {
    heading: slide.querySelector("h1, h2, h3")?.innerText ?? "",
    lowest: Math.round((Math.max(...boxes.map((box) => box.bottom)) - page.top) / scale),
    rightmost: Math.round((Math.max(...boxes.map((box) => box.right)) - page.left) / scale),
    smallest_text: Math.min(...leaves.map((e) => parseFloat(getComputedStyle(e).fontSize))),
    pictures: pictures.map((picture) => {
      const box = picture.getBoundingClientRect();
      const fit = Math.min(box.width / picture.naturalWidth, box.height / picture.naturalHeight);
      return { enlarged: fit / scale, alt: picture.alt };
    }),
  };
}

async function main([executablePath, ...pages]) {
  const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
  const found = {};
  for (const page of pages) {
    const tab = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    const report = { slides: [], requests: [], errors: [] };
    tab.on("request", (request) => {
      if (!/^(data|blob|file):/.test(request.url())) report.requests.push(request.url());
    });
    tab.on("pageerror", (error) => report.errors.push(String(error)));
    await tab.goto("file://" + path.resolve(page));
    await tab.waitForFunction(() => window.Reveal && Reveal.isReady());
    const slides = await tab.evaluate(() => Reveal.getTotalSlides());
    for (let number = 0; number < slides; number += 1) {
      await tab.evaluate((n) => Reveal.slide(n, 0, 99), number);
      report.slides.push(await tab.evaluate(measured));
      if (process.env.SHOTS) {
        const name = `${path.basename(page, ".html")}-${String(number + 1).padStart(2, "0")}.png`;
        await tab.screenshot({ path: path.join(process.env.SHOTS, name) });
      }
    }
    found[path.basename(page)] = report;
    await tab.close();
  }
  await browser.close();
  console.log(JSON.stringify(found));
}

main(process.argv.slice(2));
