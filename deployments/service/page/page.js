// The page: its parts, the product line, and what goes wrong.

import { find, option } from "./cards.js";
import { showLine, watchForm } from "./generate.js";
import { showGallery, showReview, useLine, watchReview } from "./review.js";
import { read, useKey } from "./server.js";

const PARTS = { generate: null, gallery: showGallery, review: showReview };

async function run(act) {
  find("problem").hidden = true;
  try {
    await act();
  } catch (error) {
    find("key-form").hidden = error.status !== 401;
    find("problem").textContent = error.message;
    find("problem").hidden = false;
  }
}

function part() {
  const name = location.hash.slice(1);
  return name in PARTS ? name : "generate";
}

async function showPart() {
  const chosen = part();
  for (const name of Object.keys(PARTS)) {
    find(name).hidden = name !== chosen;
    const link = document.querySelector(`nav a[href="#${name}"]`);
    if (name === chosen) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (PARTS[chosen] && find("line").value) await PARTS[chosen]();
}

async function chooseLine() {
  useLine(find("line").value);
  const chosen = part();
  if (chosen !== "generate") await PARTS[chosen]();
  await showLine(find("line").value);
}

async function begin() {
  const { lines } = await read("/product-lines");
  const usable = lines.filter((line) => !line.problem);
  const chosen = usable[0] ?? lines[0];
  find("line").replaceChildren(...lines.map((line) => option(line.line)));
  find("key-form").hidden = true;
  find("go").disabled = !usable.length;
  if (chosen) find("line").value = chosen.line;
  useLine(find("line").value);
  await showPart();
  if (!chosen) throw new Error("There is no product line: add a YAML file to deployments/products.");
  if (chosen.problem) throw new Error(chosen.problem);
  await showLine(chosen.line);
}

window.addEventListener("hashchange", () => run(showPart));
find("line").addEventListener("change", () => run(chooseLine));
find("key-form").addEventListener("submit", (event) => {
  event.preventDefault();
  useKey(find("key").value);
  run(begin);
});
watchForm(run);
watchReview(run);
run(begin);
