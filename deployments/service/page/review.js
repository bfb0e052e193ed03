// The gallery and the review queue: what was made, and what people decide about it.

import { card, find, make, words } from "./cards.js";
import { fileOf, lineAddress, read, send } from "./server.js";

const STEP = 24; // products of a page of the gallery, as the service gives them
const NAME = "atelier-reviewer";
let line = "";
let start = 0;
let skipped = [];
let shown = null;

export function useLine(name) {
  line = name;
  start = 0;
  skipped = [];
}

export async function showGallery() {
  const state = find("state").value;
  const found = await read(`${lineAddress(line)}/products?state=${state}&start=${start}`);
  count(found.counts);
  const { open, approved, rejected } = found.counts;
  const from = found.of ? `${start + 1} to ${start + found.products.length} of ${found.of}. ` : "Nothing to show. ";
  find("gallery-status").textContent = `${from}${approved} approved, ${rejected} rejected, ${open} not reviewed.`;
  find("gallery-list").replaceChildren(...found.products.map((product) => card(product, "", [history(product)])));
  find("newer").disabled = start === 0;
  find("older").disabled = start + STEP >= found.of;
  find("download").disabled = approved === 0;
  const tables = await read(`${lineAddress(line)}/rejections`);
  find("rejections").replaceChildren(...rejectionTables(tables.by));
}

function rejectionTables(by) {
  const made = Object.entries(by).map(([column, values]) => {
    const rows = Object.entries(values).sort((one, other) => other[1].rejected - one[1].rejected)
      .map(([value, { rejected, decided }]) => make("tr", {}, make("th", { scope: "row", textContent: value }),
        make("td", { class: "number", textContent: `${rejected} of ${decided}` })));
    return make("table", {}, make("caption", { textContent: words(column) }), make("tbody", {}, ...rows));
  });
  return made.length ? made : [make("p", { class: "soft", textContent: "Nothing was decided yet." })];
}

function history(product) {
  const lines = product.reviews.map((review) => {
    const when = new Date(review.time * 1000).toLocaleString();
    const why = review.reason ? `: ${review.reason}` : "";
    return make("li", { textContent: `${review.by}, ${when}: ${review.action}${why}` });
  });
  return lines.length ? make("ul", { class: "checks soft", "aria-label": "Reviews" }, ...lines) : null;
}

export async function showReview() {
  const { product, counts } = await nextOpen();
  count(counts);
  shown = product;
  const left = counts.open;
  find("review-status").textContent = shown ? `${left} to review.`
    : left ? "You skipped all that is left." : "Nothing to review: generate products first.";
  find("review-card").replaceChildren(shown ? card(shown, "", [decisions()]) : "");
}

// The newest product that is neither reviewed nor skipped, from as many pages as it takes.
async function nextOpen() {
  for (let from = 0; ; from += STEP) {
    const found = await read(`${lineAddress(line)}/products?state=open&start=${from}`);
    const product = found.products.find((one) => !skipped.includes(one.id)) ?? null;
    if (product || from + STEP >= found.of) return { product, counts: found.counts };
  }
}

function decisions() {
  const reason = make("input", { id: "reason", maxLength: 1000 });
  const text = make("textarea", { id: "text", value: shown.description, maxLength: 10000 });
  const approve = button("Approve", "good", () => decide({ action: "approve" }));
  const reject = button("Reject", "danger", () => decide({ action: "reject", reason: reason.value }));
  const edit = button("Save the text", "", () => decide({ action: "edit", text: text.value }));
  const skip = button("Skip", "", async () => { skipped.push(shown.id); await showReview(); });
  return make("div", { class: "decisions" },
    make("div", { class: "actions" }, approve, make("label", {}, "Reason of a rejection", reason), reject, skip),
    make("details", { id: "edit" }, make("summary", { textContent: "Edit the text" }),
      make("label", {}, "Text", text), edit),
    history(shown), make("p", { id: "review-problem", class: "bad", role: "alert" }));
}

function button(text, kind, act) {
  const made = make("button", { type: "button", class: kind, textContent: text });
  made.addEventListener("click", () => act());
  return made;
}

async function decide(fields) {
  try {
    await send(`${lineAddress(line)}/products/${shown.id}/reviews`, { by: find("reviewer").value, ...fields });
    await showReview();
    if (fields.action === "edit") find("review-status").textContent += " The text is saved.";
  } catch (error) {
    find("review-problem").textContent = error.message;
  }
}

function count(counts) {
  find("open-count").hidden = counts.open === 0;
  find("open-count").textContent = counts.open;
}

export function watchReview(run) {
  find("reviewer").value = localStorage.getItem(NAME) ?? "";
  find("reviewer").addEventListener("change", () => localStorage.setItem(NAME, find("reviewer").value));
  find("state").addEventListener("change", () => run(() => { start = 0; return showGallery(); }));
  find("newer").addEventListener("click", () => run(() => { start = Math.max(0, start - STEP); return showGallery(); }));
  find("older").addEventListener("click", () => run(() => { start += STEP; return showGallery(); }));
  find("download").addEventListener("click", () => run(download));
  document.addEventListener("keydown", pressed);
}

async function download() {
  const file = await fileOf(`${lineAddress(line)}/approved.zip`);
  const link = make("a", { href: URL.createObjectURL(file), download: `${line}-approved.zip` });
  link.click();
  URL.revokeObjectURL(link.href);
}

function pressed(event) {
  const typing = event.target.matches("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey;
  if (find("review").hidden || !shown || typing) return;
  const act = { a: "Approve", s: "Skip" }[event.key.toLowerCase()];
  if (act) [...find("review-card").querySelectorAll("button")].find((one) => one.textContent === act).click();
  if (event.key.toLowerCase() === "r") { event.preventDefault(); find("reason").focus(); }
  if (event.key.toLowerCase() === "e") { event.preventDefault(); find("edit").open = true; find("text").focus(); }
}
