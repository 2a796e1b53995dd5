// Keeps all files of one version in the browser and answers from them; a new version is fetched whole, then takes over.
const KEPT = "late-VERSION";
const FILES = [
  "./", "index.html", "device.js", "inputs.json", "model.onnx",
  "runtime/ort.wasm.min.mjs", "runtime/ort-wasm-simd-threaded.mjs", "runtime/ort-wasm-simd-threaded.wasm",
];

self.addEventListener("install", (event) => {
  self.skipWaiting();
  const anew = FILES.map((file) => new Request(file, { cache: "reload" })); // not what an older version has left
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll(anew)));
});

self.addEventListener("activate", (event) => {
  const forget = async () => {
    for (const name of await caches.keys()) if (name !== KEPT) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(forget());
});

self.addEventListener("fetch", (event) => {
  event.respondWith(caches.open(KEPT).then(async (kept) => (await kept.match(event.request)) ?? fetch(event.request)));
});
