// Elements of the page, and the card of a product: picture, text, checks and attributes side by side.

import { showPicture } from "./server.js";

export const find = (id) => document.getElementById(id);

export function make(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "class") made.className = value;
    else if (name in made) made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

// `baseColour` is written `base colour`.
export function words(column) {
  const spaced = column.replace(/([a-z])([A-Z])/g, "$1 $2").replaceAll("_", " ").toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

export function option(value, text = value) {
  return make("option", { value, textContent: text });
}

export function card(product, title = "", more = []) {
  const picture = make("img", { alt: `Generated picture: ${product.name}`, width: 128, height: 128 });
  showPicture(picture, product.picture);
  const state = product.state && product.state !== "open" ? make("span", { class: "badge", textContent: product.state }) : null;
  const head = make("div", { class: "head" }, picture, make("div", {},
    title ? make("p", { class: "soft small", textContent: title }) : null,
    make("h3", { textContent: product.name || "A product" }),
    make("p", {}, badge(product), " ", state ?? ""),
    make("p", { class: "soft small", textContent: `seed ${product.seed}, ${product.id}` })));
  const flagged = product.passed ? "" : " flagged";
  return make("article", { class: `card${flagged}`, "data-id": product.id }, head,
    make("p", { class: "text", textContent: product.description }), checks(product.checks), attributes(product), ...more);
}

function badge(product) {
  const failed = product.checks.filter((check) => check.required && !check.passed).length;
  const said = product.passed ? "all checks passed" : `${failed} ${failed === 1 ? "check" : "checks"} failed`;
  return make("span", { class: `badge ${product.passed ? "good" : "bad"}`, textContent: said });
}

function checks(found) {
  const items = found.map((check) => make("li", {
    class: check.passed ? "good" : check.required ? "bad" : "bad soft",
    title: check.sentence,
    textContent: check.passed ? `${words(check.of)}: ${words(check.name).toLowerCase()}` : `${words(check.of)}: ${check.sentence}`,
  }));
  return make("ul", { class: "checks", "aria-label": "Checks" }, ...items);
}

function attributes(product) {
  const rows = Object.entries(product.attributes).flatMap(([column, value]) =>
    [make("dt", { textContent: words(column) }), make("dd", { textContent: value })]);
  const models = Object.entries(product.provenance.models).map(([gives, origin]) =>
    `${gives}: ${origin.model} version ${origin.version}`);
  return make("details", {}, make("summary", { textContent: "Attributes and origin" }),
    make("dl", {}, ...rows), make("p", { class: "soft small", textContent: models.join(", ") }));
}
