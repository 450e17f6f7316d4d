// 电网图: own GeoJSON on one canvas, no tiles. The table beside the map says the same; the map only adds where.
// <div class="gridmap" data-gridmap="/features.json" data-x="field id" data-y="field id" (or data-place="field id" for "lat,lon") aria-label="…"></div>
// A feature's `tone` is one of TONES (colours of gridmap-1.css), `text` its tooltip, `label` a name that always stands (at its `side`),
// `ref` the row (data-ref="…") it belongs to, `url` where a click leads. Emits gridmap:pick and gridmap:place.
const L = window.L;
const TONES = ["plain", "ok", "warn", "hot", "bad", "none", "route", "site", "first", "other", "station", "off"];
const WEIGHTS = { route: 5, first: 5, bad: 4, hot: 4 };
const SIZES = { station: 9, site: 9, first: 9, other: 7, node: 5, transformer: 4 };
const LEAST = 2;
const OFFSETS = { bottom: [0, 6], top: [0, -6], left: [-6, 0], right: [6, 0] };

const colours = (element) => {
  const probe = document.createElement("i");
  element.append(probe);
  const found = Object.fromEntries(TONES.map((tone) => {
    probe.className = `tone ${tone}`;
    return [tone, getComputedStyle(probe).color];
  }));
  probe.remove();
  return found;
};
const toneOf = (feature) => (TONES.includes(feature.properties.tone) ? feature.properties.tone : feature.properties.kind === "station" ? "station" : "plain");

function looks(feature, palette) {
  const { kind, dashed, live } = feature.properties;
  const tone = toneOf(feature);
  const line = feature.geometry.type === "LineString";
  return {
    color: line || tone === "plain" ? palette[tone] : "#fff",
    weight: line ? WEIGHTS[tone] || (feature.properties.kv < 1 ? 1.5 : LEAST) : 1.5,
    opacity: live === false ? 0.55 : 1,
    dashArray: dashed || live === false ? "6 6" : null,
    fillColor: palette[tone],
    fillOpacity: line ? 0 : 0.95,
    radius: SIZES[tone] || SIZES[kind] || 5,
  };
}

const lifted = (feature) => (feature.geometry.type === "Point" ? 1 : 0) + (["route", "first", "other", "site"].includes(toneOf(feature)) ? 2 : 0);

class GridMap {
  constructor(element) {
    this.element = element;
    this.palette = colours(element);
    this.byRef = new Map();
    this.map = L.map(element, {
      preferCanvas: true, renderer: L.canvas({ padding: 0.4, tolerance: 6 }), zoomControl: false, attributionControl: false,
      zoomSnap: 0.25, zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, scrollWheelZoom: element.dataset.wheel !== "off",
    });
    L.control.zoom({ position: "topright", zoomInTitle: "放大", zoomOutTitle: "缩小" }).addTo(this.map);
    L.control.scale({ imperial: false }).addTo(this.map);
    this.map.setView([30, 120], 12);
    this.map.on("click", (event) => this.placed(event.latlng));
    this.load();
  }

  async load() {
    const kept = this.element.dataset.inline && document.getElementById(this.element.dataset.inline);
    try {
      const found = kept ? JSON.parse(kept.textContent) : await this.fetched();
      this.show(found);
    } catch {
      this.element.append(Object.assign(document.createElement("p"), { className: "note bad gridmap-lost", textContent: "电网图没有载入。请看旁边的表，或刷新再试。" }));
    }
  }

  async fetched() {
    const answer = await fetch(this.element.dataset.gridmap, { credentials: "same-origin", headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }

  show(collection) {
    const features = [...collection.features].sort((a, b) => lifted(a) - lifted(b));
    this.layer?.remove();
    this.byRef.clear();
    this.layer = L.geoJSON(features, {
      style: (feature) => looks(feature, this.palette),
      pointToLayer: (feature, latlng) => L.circleMarker(latlng, looks(feature, this.palette)),
      onEachFeature: (feature, layer) => this.dress(feature, layer),
    }).addTo(this.map);
    const box = L.geoJSON(features.filter((one) => one.properties.fit)).getBounds();
    this.frame = box.isValid() ? box : this.layer.getBounds();
    this.fit();
    this.element.dataset.ready = String(features.length);
    this.element.dispatchEvent(new CustomEvent("gridmap:ready", { bubbles: true, detail: this }));
  }

  fit() {
    if (this.frame?.isValid()) this.map.fitBounds(this.frame, { padding: [24, 24], maxZoom: 17, animate: false });
  }

  dress(feature, layer) {
    const { text, label, ref, side = "bottom" } = feature.properties;
    const words = document.createElement("span");
    words.textContent = label || text || feature.properties.name || "";
    if (label) layer.bindTooltip(words, { permanent: true, direction: side, offset: OFFSETS[side] || OFFSETS.bottom, className: "gridmap-label" });
    else if (words.textContent) layer.bindTooltip(words, { sticky: true, direction: "top" });
    if (ref) this.byRef.set(ref, [...(this.byRef.get(ref) || []), layer]);
    layer.on("click", (event) => { L.DomEvent.stopPropagation(event); this.picked(feature, event.latlng); });
  }

  picked(feature, latlng) {
    const { ref, url } = feature.properties;
    const given = this.element.dispatchEvent(new CustomEvent("gridmap:pick", { bubbles: true, cancelable: true, detail: { feature, latlng } }));
    if (!given) return;
    if (url) { location.assign(url); return; }
    const row = ref && document.querySelector(`[data-ref="${CSS.escape(ref)}"]`);
    if (row) { this.mark(ref); row.scrollIntoView({ block: "nearest" }); } else this.placed(latlng);
  }

  placed(latlng) {
    const [x, y, both] = [this.element.dataset.x, this.element.dataset.y, this.element.dataset.place].map((id) => id && document.getElementById(id));
    if (!both && !(x && y)) return;
    if (both) both.value = `${latlng.lat.toFixed(6)},${latlng.lng.toFixed(6)}`;
    else { x.value = latlng.lng.toFixed(6); y.value = latlng.lat.toFixed(6); }
    for (const input of [x, y, both]) {
      const fold = input?.closest("details");
      if (fold) fold.open = true;
      input?.dispatchEvent(new Event("change", { bubbles: true }));
    }
    this.spot?.remove();
    this.spot = L.circleMarker(latlng, { color: "#fff", weight: 2, fillColor: this.palette.site, fillOpacity: 1, radius: SIZES.site, interactive: false }).addTo(this.map);
    this.element.dispatchEvent(new CustomEvent("gridmap:place", { bubbles: true, detail: { x: latlng.lng, y: latlng.lat } }));
  }

  mark(ref) {
    document.querySelectorAll("[data-ref].marked").forEach((row) => row.classList.remove("marked"));
    document.querySelectorAll(`[data-ref="${CSS.escape(ref)}"]`).forEach((row) => row.classList.add("marked"));
    for (const layers of this.byRef.values()) layers.forEach((layer) => this.layer.resetStyle(layer));
    for (const layer of this.byRef.get(ref) || []) {
      layer.setStyle({ color: this.palette.first, fillColor: this.palette.first, weight: layer.feature.geometry.type === "Point" ? 3 : 6, opacity: 1 });
      layer.bringToFront();
    }
  }
}

const begin = (root) => root.querySelectorAll(".gridmap:not([data-ready],[data-begun])").forEach((element) => {
  element.dataset.begun = "1";
  element.gridmap = new GridMap(element);
});
begin(document);
document.addEventListener("htmx:load", (event) => begin(event.target.parentElement || document));
for (const kind of ["pointerover", "focusin"]) {
  document.addEventListener(kind, (event) => {
    const row = event.target.closest?.("[data-ref]");
    if (row && !row.classList.contains("marked")) document.querySelectorAll(".gridmap").forEach((one) => one.gridmap?.byRef.has(row.dataset.ref) && one.gridmap.mark(row.dataset.ref));
  });
}
