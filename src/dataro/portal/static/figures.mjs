// Figures in a page: charts are drawn again by ECharts when they come into view, so that they can
// be pointed at and fit the screen; maps answer to pointer, keyboard and slider. Without this file
// the page shows the same drawings and tables.
import { load } from "./load.mjs";
import { tools } from "./tools.mjs";

const base = import.meta.url.replace(/figures\.mjs.*$/, "");

function colours() {
  const style = getComputedStyle(document.documentElement);
  return new Proxy({}, { get: (_, role) => style.getPropertyValue("--" + role).trim() });
}

function element(name, text, parent) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (parent) parent.append(made);
  return made;
}

function tip(data) {
  return (items) => {
    const shown = items.filter((item) => item.seriesName && !/^series\d*$/.test(item.seriesName)
      && !item.seriesName.startsWith("\0"));
    const box = element("div");
    box.className = "tip";
    const first = shown[0] ?? items[0];
    const at = Array.isArray(first.value) ? first.value[0] : null;
    element("b", data.labels[at] ?? first.axisValueLabel, box);
    for (const item of shown) {
      const value = Array.isArray(item.value) ? item.value[1] : item.value;
      const line = element("span", undefined, box);
      element("i", item.seriesName, line).style.fontStyle = "normal";
      const size = data.absolute && value !== null ? Math.abs(value) : value;
      const full = dataroFormat.full(size, data.language, data.format);
      element("strong", value === null || value === undefined ? "–" : full + (data.unit ? " " + data.unit : ""), line);
    }
    return box;
  };
}

async function chart(figure) {
  const drawing = figure.querySelector(".drawing");
  if (!drawing) return;
  await load(base + "vendor/echarts.js");
  await load(base + "chart-format.js");
  const narrow = () => drawing.clientWidth < 520;
  let drawn = null, wasNarrow = null, data = null;

  async function fetched() {
    const address = new URL(figure.dataset.figure, location.href);
    if (narrow()) address.searchParams.set("narrow", "1");
    const reply = await fetch(address);
    if (!reply.ok) throw new Error(`figure ${reply.status}`);
    return reply.json();
  }

  async function draw() {
    if (wasNarrow !== narrow()) {
      wasNarrow = narrow();
      data = await fetched();
    }
    const palette = colours();
    const option = dataroFormat.revive(data.option, palette);
    option.textStyle = { ...option.textStyle, fontFamily: getComputedStyle(document.body).fontFamily };
    option.tooltip = {
      ...option.tooltip, formatter: tip(data), backgroundColor: palette.paper,
      borderColor: palette.edge, textStyle: { color: palette.ink },
    };
    if (!drawn) {
      const box = element("div");
      box.className = "live-chart";
      box.style.height = data.height + "px";
      box.setAttribute("aria-hidden", "true");
      drawing.querySelectorAll(".wide, .narrow").forEach((one) => one.remove());
      drawing.append(box);
      drawn = echarts.init(box, null, { renderer: "svg" });
    }
    drawn.getDom().style.height = data.height + "px";
    drawn.resize();
    drawn.setOption(option, { notMerge: true });
  }

  await draw();
  let waiting = 0;
  new ResizeObserver(() => {
    clearTimeout(waiting);
    waiting = setTimeout(draw, 120);
  }).observe(drawing);
  document.addEventListener("looks-changed", draw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  // Paper is narrower than a screen, and always light.
  addEventListener("beforeprint", () => drawn.resize());
}

// Areas and arrows, with their rows in the table: pointing at one tells of it and shows the other.
function map(figure) {
  const told = figure.querySelector("[data-told]");
  const drawn = [...figure.querySelectorAll("path[data-place], g[data-flow]")];
  const shapes = new Map(drawn.map((one) => [one.dataset.place ?? one.dataset.flow, one]));
  const hint = told ? told.textContent : "";
  let fixed = null;

  function tell(place) {
    for (const one of figure.querySelectorAll("tr.on, .drawing .on")) one.classList.remove("on");
    const row = place === null ? null : figure.querySelector(`tr[data-place="${CSS.escape(place)}"]`);
    const shape = shapes.get(place);
    row?.classList.add("on");
    shape?.classList.add("on");
    if (told) told.textContent = shape ? shape.querySelector("title").textContent : hint;
    return row;
  }

  figure.tellPlace = tell;
  for (const [place, shape] of shapes) {
    shape.addEventListener("pointerenter", () => tell(place));
    shape.addEventListener("pointerleave", () => tell(fixed));
    shape.addEventListener("click", () => {
      fixed = fixed === place ? null : place;
      const row = tell(fixed);
      const box = row?.closest(".scroll");
      if (box) box.scrollTop = row.offsetTop - box.clientHeight / 2;
    });
  }
  const beside = figure.querySelector("[data-table]");
  beside?.addEventListener("pointerover", (event) => {
    const row = event.target.closest("tr[data-place]");
    if (row) tell(row.dataset.place);
  });
  beside?.addEventListener("pointerleave", () => tell(fixed));
  for (const form of figure.querySelectorAll("form.breaks, form.moments")) {
    for (const select of form.querySelectorAll("select")) {
      select.addEventListener("change", () => form.requestSubmit());
    }
    form.querySelector("button").hidden = true;
  }
  const opener = figure.querySelector("[data-open-map]");
  if (!opener) return;
  opener.hidden = false;
  // an address that says where to look was copied from a map that moved
  if (location.hash === "#" + figure.id && new URL(location.href).searchParams.has("view")) {
    queueMicrotask(() => opener.click());
  }
  opener.addEventListener("click", async () => {
    opener.disabled = true;
    try {
      const { open } = await import(opener.dataset.script);
      await open(figure, colours);
      opener.hidden = true;
    } catch (error) {
      console.warn(error);
      opener.replaceWith(Object.assign(element("span"), { className: "muted", textContent: opener.dataset.failed }));
    }
  });
}

const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    seen.unobserve(entry.target);
    chart(entry.target).catch(() => { /* the drawing that came with the page stays */ });
  }
}, { rootMargin: "200px" });

for (const figure of document.querySelectorAll("figure[data-figure]")) {
  tools(figure);
  if (figure.dataset.kind === "map") map(figure);
  else seen.observe(figure);
}
