// Renders HTML files in one headless Chromium and writes, per page, the picture and the exact box of every text line.
// Invariant: boxes are in picture pixels and come from the DOM at the moment of the shot; a line is what one reader
// would call a visual line: words of one block container on one row, cut where the gap is wider than 0.9 em.
// Must not: know how pages are generated or what is trained with them.
//
//   node render_pages.mjs JOBS.jsonl     each line: {"html": path, "png": path, "json": path, "width", "height", "scale", "full"}

import fs from "node:fs";
import { chromium } from "playwright-core";

function extractLines() {
  const canvas = document.createElement("canvas").getContext("2d");
  const metrics = new Map();
  const metricsOf = (style) => {
    const font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    if (!metrics.has(font)) {
      canvas.font = font;
      const tall = canvas.measureText("bdfhklT"), deep = canvas.measureText("gpqy");
      metrics.set(font, { ascent: tall.fontBoundingBoxAscent, descent: tall.fontBoundingBoxDescent, tall: tall.actualBoundingBoxAscent, deep: deep.actualBoundingBoxDescent, size: parseFloat(style.fontSize) });
    }
    return metrics.get(font);
  };
  const containers = new Map();
  const containerOf = (element) => {
    while (element.parentElement && getComputedStyle(element).display === "inline") element = element.parentElement;
    if (!containers.has(element)) containers.set(element, containers.size);
    return containers.get(element);
  };
  const words = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  let pendingSpace = true;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement, style = getComputedStyle(element);
    if (style.visibility !== "visible") continue;
    let clip = Infinity;
    for (let e = element; e; e = e.parentElement) {
      const s = getComputedStyle(e);
      if (s.overflowX !== "visible" && s.display !== "inline" && e !== document.body && e !== document.documentElement) clip = Math.min(clip, e.getBoundingClientRect().right + scrollX);
    }
    const metric = metricsOf(style), container = containerOf(element), data = node.data;
    const upper = style.textTransform === "uppercase";
    if (/^\s/.test(data)) pendingSpace = true;
    for (const match of data.matchAll(/\S+/g)) {
      const add = (start, end, space) => {
        range.setStart(node, start); range.setEnd(node, end);
        const rects = [...range.getClientRects()].filter((r) => r.width > 0);
        if (rects.length === 0) return space;
        if (rects.length > 1 && end - start > 1) {
          for (let i = start; i < end; i++) space = add(i, i + 1, space);
          return false;
        }
        const r = rects[0];
        let text = data.slice(start, end);
        if (upper) text = text.toUpperCase();
        words.push({ text, x: r.left + scrollX, y: r.top + scrollY, w: r.width, h: r.height, space, container, metric, clip });
        return false;
      };
      add(match.index, match.index + match[0].length, match.index > 0 || pendingSpace);
      pendingSpace = false;
    }
    if (/\s$/.test(data)) pendingSpace = true;
  }
  const zoom = parseFloat(getComputedStyle(document.body).zoom) || 1;
  const lines = [];
  let line = null;
  for (const word of words) {
    const m = word.metric, z = word.h / (m.ascent + m.descent);
    // Range rectangles are rounded to the font's integer metrics; body zoom is in the rectangle but not in the canvas.
    const factor = Math.abs(z - zoom) < 0.15 * zoom ? zoom : z;
    word.base = word.y + m.ascent * factor; word.tall = m.tall * factor; word.deep = m.deep * factor; word.size = m.size * factor;
    const last = line && line[line.length - 1];
    // A small unit behind a large price is a line of its own: at the height of the large part nobody could read it.
    const alike = last && Math.max(last.size, word.size) < 1.6 * Math.min(last.size, word.size);
    const same = alike && last.container === word.container && Math.abs(last.base - word.base) < 0.45 * Math.max(last.size, word.size) &&
      word.x - (last.x + last.w) < 0.9 * Math.max(last.size, word.size) && word.x > last.x - 1;
    if (same) line.push(word); else lines.push(line = [word]);
  }
  // An emoji, or the empty box of a missing one, at the end of a line is a picture beside the line.
  const picture = /^(?:\p{Extended_Pictographic}|\p{Co}|\uFE0F|\u200D)+$/u, plain = /^[©®™]+$/;
  const pictures = [];
  for (const ws of lines) {
    const isPicture = (word) => word && picture.test(word.text) && !plain.test(word.text);
    while (isPicture(ws[0])) pictures.push(ws.shift());
    while (isPicture(ws[ws.length - 1])) pictures.push(ws.pop());
  }
  const found = lines.filter((ws) => ws.length > 0).map((ws) => {
    const main = ws.reduce((a, b) => (b.size > a.size + 0.01 || (b.size > a.size - 0.01 && b.text.length > a.text.length) ? b : a));
    const left = ws[0].x, last = ws[ws.length - 1];
    // Text that runs on under its container's edge: the box ends at the edge, the words are not all to be seen.
    const right = last.x + last.w, clipped = ws.some((w) => w.x + w.w > w.clip + 1);
    return { clipped, text: ws.map((w, i) => (i && w.space ? " " : "") + w.text).join(""), box: [left, main.base - main.tall, Math.min(right, last.clip), main.base + main.deep], size: main.size, words: ws.map((w) => [w.text, w.x, w.base - w.tall, w.w, w.tall + w.deep, w.space ? 1 : 0]) };
  });
  return { lines: found, pictures: pictures.map((w) => [w.x, w.y, w.x + w.w, w.y + w.h]) };
}

function drawNoise() {
  for (const canvas of document.querySelectorAll("canvas[data-noise]")) {
    let seed = Number(canvas.dataset.noise);
    const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
    const context = canvas.getContext("2d");
    const soft = canvas.dataset.soft !== undefined;
    if (soft) context.filter = `blur(${2 + random() * 8}px)`;
    for (let i = 0; i < (soft ? 120 : 400); i++) {
      const reach = soft ? 90 : 30;
      context.fillStyle = `hsla(${random() * 360},${random() * 70}%,${random() * 100}%,${0.2 + random() * 0.6})`;
      context.beginPath();
      if (random() < 0.5) context.rect(random() * canvas.width - reach / 2, random() * canvas.height - reach / 2, random() * reach, random() * reach);
      else context.arc(random() * canvas.width, random() * canvas.height, random() * 0.8 * reach, 0, 7);
      context.fill();
    }
  }
}

const jobs = fs.readFileSync(process.argv[2], "utf8").trim().split("\n").map((line) => JSON.parse(line));
const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--allow-file-access-from-files"] });
let browser = await launch(), done = 0;
for (const job of jobs) {
  if (fs.existsSync(job.json)) continue;
  try {
    if (done && done % 200 === 0) { await browser.close(); browser = await launch(); }
    const context = await browser.newContext({ viewport: { width: job.width, height: job.height }, deviceScaleFactor: job.scale });
    const page = await context.newPage();
    await page.goto("file://" + job.html, { waitUntil: "load", timeout: 20000 });
    await page.evaluate(() => document.fonts.ready.then(() => null));
    await page.evaluate(drawNoise);
    const total = await page.evaluate(() => document.documentElement.scrollHeight);
    const height = job.full ? Math.min(total, job.full) : Math.min(job.height, Math.max(total, 300));
    if (height !== job.height) await page.setViewportSize({ width: job.width, height });
    const { lines, pictures: signs } = await page.evaluate(extractLines);
    const pictures = await page.evaluate(() => [...document.querySelectorAll("svg, canvas, .photo")].map((e) => e.getBoundingClientRect()).filter((r) => r.width > 0).map((r) => [r.left + scrollX, r.top + scrollY, r.right + scrollX, r.bottom + scrollY]));
    if (job.png) await page.screenshot({ path: job.png, type: "png" });
    const scale = job.scale;
    fs.writeFileSync(job.json, JSON.stringify({ scale, size: [job.width * scale, height * scale], lines: lines.map((l) => ({ text: l.text, clipped: l.clipped, box: l.box.map((v) => Math.round(v * scale * 100) / 100), size: l.size * scale, ...(job.words ? { words: l.words.map(([text, ...rest]) => [text, ...rest.slice(0, 4).map((v) => Math.round(v * scale * 100) / 100), rest[4]]) } : {}) })), pictures: [...pictures, ...signs].map((p) => p.map((v) => Math.round(v * scale * 10) / 10)) }));
    await context.close();
    done++;
  } catch (error) {
    console.error(job.html, String(error).slice(0, 200));
    try { await browser.close(); } catch {}
    browser = await launch();
  }
}
await browser.close();
console.log("rendered", done);
