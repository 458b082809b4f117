// A map that zooms and moves, drawn by MapLibre from our own GeoJSON: no tiles, no outside request.
import * as maplibre from "./vendor/maplibre-gl.mjs";

const base = import.meta.url.replace(/map\.mjs.*$/, "");
maplibre.setWorkerUrl(base + "vendor/maplibre-gl-worker.mjs");

function bounds(features) {
  const box = [180, 90, -180, -90];
  const walk = (part) => {
    if (typeof part[0] === "number") {
      box[0] = Math.min(box[0], part[0]); box[1] = Math.min(box[1], part[1]);
      box[2] = Math.max(box[2], part[0]); box[3] = Math.max(box[3], part[1]);
    } else part.forEach(walk);
  };
  features.forEach((feature) => walk(feature.geometry.coordinates));
  return [[box[0], box[1]], [box[2], box[3]]];
}

function areaLayers(data, palette, moment) {
  const fill = ["match", ["to-string", ["get", "c" + moment]]];
  data.roles.forEach((role, number) => fill.push(String(number), palette[role]));
  fill.push(palette.missing);
  return data.roles.length ? fill : palette.missing;
}

const unknown = (moment) => ["==", ["typeof", ["get", "c" + moment]], "null"];

// Missing is drawn as missing: hatched, as in the legend.
function hatch(palette) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 16;
  const pen = canvas.getContext("2d");
  pen.fillStyle = palette.missing;
  pen.fillRect(0, 0, 16, 16);
  pen.strokeStyle = palette.edge;
  pen.lineWidth = 2.5;
  for (const shift of [-16, 0, 16]) {
    pen.beginPath();
    pen.moveTo(shift - 2, 18);
    pen.lineTo(shift + 18, -2);
    pen.stroke();
  }
  return pen.getImageData(0, 0, 16, 16);
}

function style(data, palette, moment) {
  const sources = { places: { type: "geojson", data: data.places, promoteId: "place" } };
  const layers = [{ id: "ground", type: "background", paint: { "background-color": palette.wash } }];
  if (data.kind === "flows") {
    sources.outlines = { type: "geojson", data: data.outlines };
    sources.ends = { type: "geojson", data: data.ends };
    const wide = ["get", "w" + moment];
    const colour = ["match", ["get", "role"]];
    for (let i = 1; i <= 6; i += 1) colour.push("series-" + i, palette["series-" + i]);
    colour.push(palette.accent);
    layers.push(
      { id: "outlines", type: "line", source: "outlines", paint: { "line-color": palette.edge, "line-width": 0.8 } },
      { id: "places", type: "line", source: "places", layout: { "line-cap": "round" },
        paint: { "line-color": colour, "line-width": wide, "line-opacity": ["case", [">", wide, 0], 0.72, 0] } },
      { id: "heads", type: "symbol", source: "places", filter: [">", wide, 0],
        layout: { "symbol-placement": "line-center", "icon-image": "arrow", "icon-allow-overlap": true,
          "icon-size": ["+", 0.45, ["/", wide, 9]] },
        paint: { "icon-color": colour, "icon-halo-color": palette.paper, "icon-halo-width": 1 } },
      { id: "chosen", type: "line", source: "places",
        paint: { "line-color": palette.ink, "line-width": wide,
          "line-opacity": ["case", ["boolean", ["feature-state", "on"], false], 1, 0] } },
      { id: "ends", type: "circle", source: "ends", paint: { "circle-radius": 2.6, "circle-color": palette.ink } });
  } else if (data.kind === "areas") {
    layers.push(
      { id: "places", type: "fill", source: "places", paint: { "fill-color": areaLayers(data, palette, moment) } },
      { id: "lines", type: "line", source: "places", paint: { "line-color": palette.paper, "line-width": 1 } },
      { id: "chosen", type: "line", source: "places",
        paint: { "line-color": palette.ink,
          "line-width": ["case", ["boolean", ["feature-state", "on"], false], 3, 0] } });
  } else {
    sources.outlines = { type: "geojson", data: data.outlines };
    const colour = ["match", ["get", "role"]];
    for (let i = 1; i <= 6; i += 1) colour.push("series-" + i, palette["series-" + i]);
    colour.push(palette.accent);
    const radius = data.most > 0
      ? ["+", 2, ["*", 12, ["sqrt", ["/", ["get", "size"], data.most]]]]
      : ["interpolate", ["linear"], ["zoom"], 8, 1.6, 12, 3.5, 16, 8];
    const crowd = data.tiles
      ? { "source-layer": data.items.split("/").at(-2) } : {};
    if (data.tiles) sources.places = { type: "vector", tiles: [location.origin + data.tiles], maxzoom: 18 };
    const counted = ["interpolate", ["linear"], ["sqrt", ["get", "count"]], 1, 1.6, 6, 3, 40, 7, 1000, 22];
    layers.push(
      { id: "outlines", type: "line", source: "outlines", paint: { "line-color": palette.edge, "line-width": 0.8 } },
      { id: "places", type: "circle", source: "places", ...crowd,
        paint: { "circle-color": data.tiles ? palette["series-1"] : colour, "circle-radius": data.tiles ? counted : radius, "circle-opacity": 0.75,
          "circle-stroke-width": 0.6, "circle-stroke-color": palette.paper } });
  }
  return { version: 8, sources, layers };
}

// The head of an arrow, coloured by the layer that uses it.
function arrowHead() {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 20;
  const pen = canvas.getContext("2d");
  pen.beginPath();
  pen.moveTo(3, 2);
  pen.lineTo(18, 10);
  pen.lineTo(3, 18);
  pen.closePath();
  pen.fill();
  return pen.getImageData(0, 0, 20, 20);
}

function nameEnds(map, data) {
  const names = [];
  for (const { geometry, properties } of data.ends.features.filter((one) => one.properties.outside)) {
    const name = Object.assign(document.createElement("span"), { className: "place-name", textContent: properties.name });
    names.push(new maplibre.Marker({ element: name, anchor: "left", offset: [6, 0] }).setLngLat(geometry.coordinates).addTo(map));
  }
  return names;
}

// What the reader chose stands in the address, and in the one that can be copied.
function remember(figure, chosen) {
  const copied = figure.querySelector("[data-copy]");
  for (const [address, keep] of [
    [new URL(location.href), (to) => history.replaceState(null, "", to)],
    [copied && new URL(copied.href), (to) => { copied.href = to; }],
  ]) {
    if (!address) continue;
    for (const [name, value] of Object.entries(chosen)) address.searchParams.set(name, value);
    address.hash = figure.id;
    keep(address);
  }
}

function looksAt(figure) {
  const view = new URL(location.href).searchParams.get("view");
  const [zoom, latitude, longitude] = (view ?? "").split("/").map(Number);
  const known = location.hash === "#" + figure.id && [zoom, latitude, longitude].every(Number.isFinite);
  return known ? { zoom, center: [longitude, latitude] } : null;
}

// The other side of the filter: its table, its title and its arrows.
async function turn(figure) {
  const page = await fetch(location.href);
  if (!page.ok) throw new Error(`page ${page.status}`);
  const fresh = new DOMParser().parseFromString(await page.text(), "text/html").getElementById(figure.id);
  figure.querySelector("[data-table]").innerHTML = fresh.querySelector("[data-table]").innerHTML;
  figure.dataset.figure = fresh.dataset.figure;
  const reply = await fetch(fresh.dataset.figure);
  if (!reply.ok) throw new Error(`map ${reply.status}`);
  return reply.json();
}

export async function open(figure, colours) {
  const test = document.createElement("canvas").getContext("webgl2");
  if (!test) throw new Error("no WebGL");
  const reply = await fetch(figure.dataset.figure);
  if (!reply.ok) throw new Error(`map ${reply.status}`);
  let data = await reply.json();
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = figure.querySelector("[data-open-map]").dataset.style;
  await new Promise((done, failed) => { sheet.onload = done; sheet.onerror = failed; document.head.append(sheet); });

  const drawing = figure.querySelector(".drawing");
  const box = document.createElement("div");
  box.className = "live-map";
  drawing.querySelector(".wide").hidden = true;
  drawing.removeAttribute("role");
  drawing.append(box);
  const select = figure.querySelector(".moments select[name=at]");
  let moment = select ? Math.max(0, data.moments.indexOf(select.value)) : 0;
  const map = new maplibre.Map({
    container: box, style: style(data, colours(), moment), attributionControl: false,
    bounds: bounds((data.kind === "flows" ? { features: [...data.ends.features, ...data.outlines.features] } : data.kind === "areas" ? data.places : data.outlines.features.length ? data.outlines : data.places).features),
    fitBoundsOptions: { padding: 16 }, dragRotate: false, pitchWithRotate: false, maxZoom: 17,
  });
  const stood = looksAt(figure);
  if (stood) map.jumpTo(stood);
  map.on("moveend", (event) => {
    if (!event.originalEvent) return;
    const { lat, lng } = map.getCenter();
    remember(figure, { view: [map.getZoom().toFixed(2), lat.toFixed(5), lng.toFixed(5)].join("/") });
  });
  map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new maplibre.FullscreenControl(), "top-right");
  map.getCanvas().setAttribute("aria-label", drawing.getAttribute("aria-label"));
  const told = figure.querySelector("[data-told]");
  const hint = told.textContent;
  let on = null, fixed = null;

  const english = figure.dataset.language === "en";
  function words(feature) {
    if (data.tiles) return feature.properties.count.toLocaleString() + (english ? " places" : "곳");
    if (data.kind === "dots") return [feature.properties.name, feature.properties.value].filter(Boolean).join(": ");
    const said = feature.properties["v" + moment];
    return `${feature.properties.name}: ${said}${said === "–" || !data.unit ? "" : " " + data.unit}`;
  }

  function choose(feature) {
    if (on !== null) map.setFeatureState({ source: "places", id: on }, { on: false });
    on = data.kind !== "dots" && feature ? feature.properties.place : null;
    if (on !== null) {
      map.setFeatureState({ source: "places", id: on }, { on: true });
    }
    if (on !== null) {
      const row = figure.tellPlace(on);
      const scroll = row?.closest(".scroll");
      if (scroll) scroll.scrollTop = row.offsetTop - scroll.clientHeight / 2;
    } else figure.tellPlace(null);
    told.textContent = feature ? words(feature) : hint;
  }

  const at = (event) => map.queryRenderedFeatures(event.point, { layers: ["places"] })[0];
  map.on("mousemove", (event) => {
    const feature = at(event);
    map.getCanvas().style.cursor = feature ? "pointer" : "";
    if (!fixed) choose(feature);
  });
  map.on("mouseout", () => { if (!fixed) choose(null); });
  map.on("click", (event) => {
    fixed = at(event) ?? null;
    choose(fixed);
    if (fixed && data.tiles) who(event.point).then((said) => { if (said) told.textContent = said; });
  });

  // Which places stand where the reader clicked: the first few, by name.
  async function who(point) {
    const [a, b] = [map.unproject([point.x - 5, point.y + 5]), map.unproject([point.x + 5, point.y - 5])];
    const box = [a.lng, a.lat, b.lng, b.lat].map((one) => one.toFixed(7)).join(",");
    const reply = await fetch(`${data.items}?limit=5&skipGeometry=true&bbox=${box}`);
    if (!reply.ok) return "";
    const { features, numberMatched } = await reply.json();
    const names = features.map(({ properties }) => properties.name ?? Object.values(properties).filter((one) => one !== null).slice(0, 3).join(" · "));
    const more = numberMatched - names.length;
    return names.join(", ") + (more > 0 ? (english ? ` and ${more.toLocaleString()} more` : ` 외 ${more.toLocaleString()}곳`) : "");
  }
  if (data.kind === "areas") map.on("style.load", () => {
    map.addImage("hatch", hatch(colours()), { pixelRatio: 2 });
    map.addLayer({ id: "missing", type: "fill", source: "places", filter: unknown(moment),
      paint: { "fill-pattern": "hatch" } }, "lines");
  });
  if (data.kind === "flows") {
    map.on("style.load", () => map.hasImage("arrow") || map.addImage("arrow", arrowHead(), { sdf: true, pixelRatio: 1.4 }));
    let names = nameEnds(map, data);
    const form = figure.querySelector(".moments");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      remember(figure, { side: form.querySelector("select[name=side]").value });
      data = await turn(figure);
      fixed = null;
      choose(null);
      names.forEach((name) => name.remove());
      names = nameEnds(map, data);
      map.setStyle(style(data, colours(), moment));
      follow(figure, data, moment);
      box.dataset.side = form.querySelector("select[name=side]").value;
    });
  }
  document.addEventListener("looks-changed", () => map.setStyle(style(data, colours(), moment)));
  if (data.moments?.length > 1) slider(figure, data, (chosen) => {
    moment = chosen;
    if (data.kind === "flows") {
      for (const layer of style(data, colours(), moment).layers.filter((one) => one.source === "places")) {
        for (const [name, value] of Object.entries(layer.paint)) map.setPaintProperty(layer.id, name, value);
        if (layer.filter) map.setFilter(layer.id, layer.filter);
        if (layer.layout?.["icon-size"]) map.setLayoutProperty(layer.id, "icon-size", layer.layout["icon-size"]);
      }
      follow(figure, data, moment);
      if (fixed) choose(fixed);
      return;
    }
    map.setPaintProperty("places", "fill-color", areaLayers(data, colours(), moment));
    map.setFilter("missing", unknown(moment));
    follow(figure, data, moment);
    if (fixed) choose(fixed);
  }, moment);
  await new Promise((done) => map.once("load", done));
  box.dataset.ready = "true";
}

// The table and the legend's counts belong to the moment that the map shows.
function follow(figure, data, moment) {
  const counts = new Map();
  for (const { properties } of data.places.features) {
    const row = figure.querySelector(`tr[data-place="${CSS.escape(properties.place)}"]`);
    if (row) row.lastElementChild.textContent = properties["v" + moment];
    if (data.kind === "flows") continue;
    const number = properties["c" + moment] ?? "missing";
    counts.set(String(number), (counts.get(String(number)) ?? 0) + 1);
  }
  if (data.kind === "flows") {
    // the largest flow of the moment first
    const size = new Map(data.places.features.map(({ properties }) => [properties.place, properties["n" + moment] ?? -1]));
    const of = (row) => size.get(row.dataset.place) ?? -1;
    const rows = [...figure.querySelectorAll("[data-table] tr[data-place]")];
    rows[0]?.parentElement.append(...rows.sort((a, b) => of(b) - of(a)));
    return;
  }
  const english = figure.dataset.language === "en";
  for (const shown of figure.querySelectorAll("[data-class]")) {
    const count = counts.get(shown.dataset.class) ?? 0;
    shown.textContent = english ? `(${count} areas)` : `(${count}곳)`;
  }
}

function slider(figure, data, show, first) {
  const form = figure.querySelector(".moments");
  const select = form.querySelector("select[name=at]");
  select.closest("label").hidden = true;
  const english = figure.dataset.language === "en";
  const range = Object.assign(document.createElement("input"),
    { type: "range", min: 0, max: data.moments.length - 1, value: first });
  range.setAttribute("aria-label", english ? "Moment" : "시점");
  const shown = Object.assign(document.createElement("output"), { textContent: data.moments[first] });
  const play = Object.assign(document.createElement("button"), { type: "button" });
  const names = english ? ["Play", "Pause"] : ["재생", "멈춤"];
  play.textContent = names[0];
  let ticking = 0;
  const go = (index) => {
    range.value = index;
    shown.textContent = data.moments[index];
    remember(figure, { at: data.moments[index] });
    select.value = data.moments[index];
    show(Number(index));
  };
  const stop = () => { clearInterval(ticking); ticking = 0; play.textContent = names[0]; };
  range.addEventListener("input", () => { stop(); go(range.value); });
  play.addEventListener("click", () => {
    if (ticking) return stop();
    play.textContent = names[1];
    ticking = setInterval(() => go((Number(range.value) + 1) % data.moments.length), 900);
  });
  form.append(play, range, shown);
}
