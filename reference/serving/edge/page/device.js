// The model on this device. The rest of the page, and whoever tests it, asks through `window.answer`.
import * as ort from "./runtime/ort.wasm.min.mjs";

ort.env.wasm.numThreads = 1; // more would need a page that is isolated from other origins
ort.env.wasm.wasmPaths = new URL("./runtime/", import.meta.url).href;

const read = (file) => fetch(file).then((found) => found.arrayBuffer());
const order = JSON.parse(new TextDecoder().decode(await read("inputs.json")));
const session = await ort.InferenceSession.create(new Uint8Array(await read("model.onnx")));

// One vector, with null for what is not known, to the probability of late.
async function ask(vector) {
  const numbers = Float64Array.from(order.numbers, (name) => vector[name] ?? NaN);
  const inputs = { numbers: new ort.Tensor("float64", numbers, [1, numbers.length]) };
  for (const name of order.categories) {
    inputs[name] = new ort.Tensor("string", [vector[name] ?? ""], [1, 1]);
  }
  return (await session.run(inputs)).prediction.data[0];
}

// All vectors, one after the other: [probabilities, seconds].
window.answer = async (vectors) => {
  const began = performance.now();
  const told = [];
  for (const vector of vectors) told.push(await ask(vector));
  return [told, (performance.now() - began) / 1000];
};

const form = document.querySelector("form");
async function show() {
  const told = Object.fromEntries(new FormData(form));
  const vector = Object.fromEntries([...order.numbers, ...order.categories].map((name) => [name, told[name] ?? null]));
  for (const name of order.numbers) vector[name] = vector[name] === null ? null : Number(vector[name]);
  document.querySelector("output").textContent = `${Math.round(100 * (await ask(vector)))} %`;
}
form.addEventListener("input", show);
await show();
window.firstAnswer = performance.now() / 1000; // seconds since the page was asked for

if ("serviceWorker" in navigator) await navigator.serviceWorker.register("keeper.js");
