// The part of the page that generates: constraints as fields, products beside each other, one thing changed.

import { card, find, make, option, words } from "./cards.js";
import { lineAddress, read, send } from "./server.js";

const HIDDEN = ["year", "price", "discount", "id", "productDisplayName"]; // numbers and names are no choices
let line = null;

export async function showLine(name) {
  find("results").replaceChildren();
  line = await read(lineAddress(name));
  find("about").textContent = line.about;
  find("seed").value = find("seed").dataset.own ? find("seed").value : line.seed;
  find("count").max = line.most;
  const choices = Object.entries(line.fields).filter(([column]) => !HIDDEN.includes(column));
  const fields = choices.map(([column, values]) => field(column, values, "any"));
  const fixed = Object.entries(line.fixed).map(([column, value]) => `${words(column)}: ${[value].flat().join(" or ")}`);
  find("fields").replaceChildren(make("legend", { textContent: "Constraints" }),
    fixed.length ? make("p", { class: "soft small", textContent: fixed.join(", ") }) : "", ...fields);
  find("compare").disabled = line.challengers.length === 0;
  find("compare").checked = false;
  find("compare-hint").textContent = line.challengers.length
    ? `The Challenger of: ${line.challengers.join(", ")}.` : "No model of this line has a Challenger.";
}

function field(column, values, first) {
  const choices = values.toSorted().map((value) => option(value));
  return make("label", {}, words(column), make("select", { name: column }, option("", first), ...choices));
}

function constraints() {
  const chosen = [...find("fields").querySelectorAll("select")].filter((select) => select.value);
  return Object.fromEntries(chosen.map((select) => [select.name, select.value]));
}

async function generate(fields) {
  return send("/generate/product", { line: line.line, ...fields });
}

export function watchForm(run) {
  find("seed").addEventListener("input", () => { find("seed").dataset.own = "yes"; });
  find("form").addEventListener("submit", (event) => {
    event.preventDefault();
    run(() => submit());
  });
}

async function submit() {
  const asked = { constraints: constraints(), num_samples: Number(find("count").value), seed: Number(find("seed").value) };
  const compared = find("compare").checked;
  find("go").disabled = true;
  find("status").textContent = `Generating ${asked.num_samples} products ...`;
  const began = performance.now();
  try {
    const made = await generate(asked);
    const others = compared ? await generate({ ...asked, versions: challengers() }) : null;
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    find("status").textContent = `${made.passed} of ${made.products.length} products passed their checks, in ${seconds} s.`;
    find("results").replaceChildren(others ? pairs(made, others) : cards(made));
  } catch (error) {
    find("status").textContent = "";
    throw error;
  } finally {
    find("go").disabled = false;
  }
}

const challengers = () => Object.fromEntries(line.challengers.map((gives) => [gives, "Challenger"]));

function cards(made) {
  return make("div", { class: "cards" }, ...made.products.map((product) => card(product, "", [changer(product)])));
}

function pairs(made, others) {
  const rows = made.products.map((product, place) => make("div", { class: "pair" },
    card(product, "Production"), card(others.products[place], "Challenger")));
  return make("div", { class: "cards" }, ...rows);
}

// Change one attribute of a product, keep all others and the seed.
function changer(product) {
  const columns = Object.keys(line.fields).filter((column) => !HIDDEN.includes(column) && product.attributes[column]);
  const column = make("select", {}, ...columns.map((name) => option(name, words(name))));
  const value = make("select", {});
  const fill = () => value.replaceChildren(...line.fields[column.value]
    .filter((known) => known !== product.attributes[column.value]).toSorted().map((known) => option(known)));
  column.addEventListener("change", fill);
  if (columns.length) fill();
  const button = make("button", { type: "button", textContent: "Regenerate" });
  const place = make("div", { class: "changed" });
  button.addEventListener("click", () => change(product, column.value, value.value, button, place));
  return make("div", {}, make("div", { class: "actions" },
    make("label", {}, "Change", column), make("label", {}, "to", value), button), place);
}

async function change(product, column, value, button, place) {
  const kept = Object.entries(product.attributes).filter(([name]) => line.fields[name] && !HIDDEN.includes(name));
  button.disabled = true;
  try {
    const fields = { ...Object.fromEntries(kept), [column]: value };
    const made = await generate({ constraints: fields, num_samples: 1, seed: product.seed });
    place.replaceChildren(card(made.products[0], `${words(column)} changed to ${value}, same seed`));
  } catch (error) {
    place.replaceChildren(make("p", { class: "bad", role: "alert", textContent: error.message }));
  } finally {
    button.disabled = false;
  }
}
