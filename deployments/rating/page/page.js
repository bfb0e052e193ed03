// What the rating page does: shows a picture, takes an answer, sends it, goes on. It knows no more than it shows.
"use strict";

const byId = (id) => document.getElementById(id);
const REMEMBERED = "rater";

let sitting = null; // {rater, questions: [{name, text, low, high}], pictures: [{token, answers: {name: score}}]}
let at = 0; // which question of which picture: picture * questions + question
let sent = Promise.resolve(); // answers go out one by one, in order, while the next picture is shown already

const steps = () => sitting.pictures.length * sitting.questions.length;
const place = (step) => ({
  picture: sitting.pictures[Math.floor(step / sitting.questions.length)],
  question: sitting.questions[step % sitting.questions.length],
});
const answered = (step) => place(step).question.name in place(step).picture.answers;
const judged = () => sitting.pictures.filter((p) => sitting.questions.every((q) => q.name in p.answers)).length;

function nextOpen(from) {
  for (let n = 0; n < steps(); n += 1) {
    const step = (from + n) % steps();
    if (!answered(step)) return step;
  }
  return steps(); // the end
}

async function begin(name) {
  try {
    sitting = await (await request(`sitting?rater=${encodeURIComponent(name)}`)).json();
  } catch (error) {
    ask();
    return complain(error);
  }
  localStorage.setItem(REMEMBERED, sitting.rater);
  byId("name").textContent = sitting.rater;
  byId("questions").replaceChildren(...sitting.questions.map(questionBox));
  complain(null);
  go(nextOpen(0));
}

function questionBox(question, index) {
  const box = element("section", { className: "question", tabIndex: -1 });
  const title = element("h2", { id: `q-${question.name}`, textContent: question.text });
  box.setAttribute("role", "group");
  box.setAttribute("aria-labelledby", title.id);
  const scale = element("div", { className: "scale" });
  for (let score = 1; score <= 5; score += 1) {
    const meaning = { 1: `, ${question.low}`, 5: `, ${question.high}` }[score] || "";
    const button = element("button", { type: "button", textContent: String(score) });
    button.setAttribute("aria-label", `${score}${meaning}`);
    button.addEventListener("click", () => answer(pictureStart() + index, score));
    scale.append(button);
  }
  const ends = element("div", { className: "ends" });
  ends.append(element("span", { textContent: question.low }), element("span", { textContent: question.high }));
  box.append(title, scale, ends);
  return box;
}

const pictureStart = () => at - (at % sitting.questions.length);

function answer(step, score) {
  if (step >= steps() || !byId("picture").complete) return; // nobody judges what is not there yet
  const { picture, question } = place(step);
  picture.answers[question.name] = score;
  const rater = sitting.rater;
  sent = sent.then(() => send({ rater, token: picture.token, question: question.name, score }, picture));
  go(nextOpen(step + 1));
}

async function send(given, picture) {
  try {
    const headers = { "Content-Type": "application/json" };
    await request("answers", { method: "POST", headers, body: JSON.stringify(given) });
    complain(null);
  } catch (error) {
    delete picture.answers[given.question];
    if (sitting) go(nextOpen(0));
    complain(error);
  }
}

async function request(path, options) {
  const response = await fetch(path, options).catch(() => {
    throw new Error("Nobody answers: is the page still served? Earlier answers are kept.");
  });
  if (response.ok) return response;
  const { detail } = await response.json().catch(() => ({}));
  throw new Error(typeof detail === "string" ? detail : `The answer was refused (${response.status}).`);
}

function go(step) {
  at = step;
  const over = at >= steps();
  show(over ? "end" : "sitting");
  if (over) {
    byId("thanks").textContent = `You have judged all ${sitting.pictures.length} pictures. Everything is kept.`;
    byId("end").focus();
    return;
  }
  showPicture();
  showQuestions();
}

function showPicture() {
  const number = sitting.pictures.indexOf(place(at).picture);
  byId("place").textContent = `Picture ${number + 1} of ${sitting.pictures.length}`;
  byId("progress").max = sitting.pictures.length;
  byId("progress").value = judged();
  byId("back").disabled = at === 0;
  const source = address(sitting.pictures[number]);
  if (byId("picture").getAttribute("src") !== source) {
    byId("picture").src = source;
    window.scrollTo(0, 0);
  }
  const following = sitting.pictures[number + 1];
  if (following) new Image().src = address(following); // so that it is there at once
}

const address = (picture) => `pictures/${picture.token}`;

function showQuestions() {
  const { picture, question } = place(at);
  [...byId("questions").children].forEach((box, index) => {
    const { name } = sitting.questions[index];
    box.classList.toggle("current", name === question.name);
    box.querySelectorAll("button").forEach((button, n) => {
      button.setAttribute("aria-pressed", String(picture.answers[name] === n + 1));
    });
    if (name === question.name) box.focus({ preventScroll: true });
  });
}

function back() {
  if (sitting && at > 0) go(at - 1);
}

function show(id) {
  for (const part of ["start", "sitting", "end"]) byId(part).hidden = part !== id;
  byId("who").hidden = id === "start";
}

function complain(error) {
  byId("error").hidden = !error;
  if (error) byId("error").textContent = error.message;
}

function ask() {
  sitting = null;
  show("start");
  byId("rater").value = "";
  byId("rater").focus();
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}

document.addEventListener("keydown", (event) => {
  if (!sitting || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  if (/^[1-5]$/.test(event.key)) answer(at, Number(event.key));
  else if (event.key === "Backspace") back();
  else return;
  event.preventDefault();
});
byId("start").addEventListener("submit", (event) => {
  event.preventDefault();
  begin(byId("rater").value);
});
byId("back").addEventListener("click", back);
byId("again").addEventListener("click", back);
byId("other").addEventListener("click", () => { localStorage.removeItem(REMEMBERED); ask(); });

const remembered = localStorage.getItem(REMEMBERED);
if (remembered === null) ask();
else begin(remembered);
