// The rating page: show a picture, take an answer, send it, go on. It has no data that it does not show.
"use strict";

const byId = (id) => document.getElementById(id);
const REMEMBERED = "rater";

let session = null; // {rater, questions: [{name, text, low, high}], pictures: [{token, answers: {name: score}}]}
let at = 0; // the current question of all pictures: picture * questions + question
let sent = Promise.resolve(); // answers are sent one by one, in order, while the page shows the next picture

const steps = () => session.pictures.length * session.questions.length;
const place = (step) => ({
  picture: session.pictures[Math.floor(step / session.questions.length)],
  question: session.questions[step % session.questions.length],
});
const answered = (step) => place(step).question.name in place(step).picture.answers;
const rated = () => session.pictures.filter((p) => session.questions.every((q) => q.name in p.answers)).length;

function nextOpen(from) {
  for (let n = 0; n < steps(); n += 1) {
    const step = (from + n) % steps();
    if (!answered(step)) return step;
  }
  return steps(); // the end
}

async function begin(name) {
  try {
    session = await (await request(`session?rater=${encodeURIComponent(name)}`)).json();
  } catch (error) {
    ask();
    return complain(error);
  }
  localStorage.setItem(REMEMBERED, session.rater);
  byId("name").textContent = session.rater;
  byId("questions").replaceChildren(...session.questions.map(questionBox));
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

const pictureStart = () => at - (at % session.questions.length);

function answer(step, score) {
  if (step >= steps() || !byId("picture").complete) return; // the picture is not loaded yet
  const { picture, question } = place(step);
  picture.answers[question.name] = score;
  const rater = session.rater;
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
    if (session) go(nextOpen(0));
    complain(error);
  }
}

async function request(path, options) {
  const response = await fetch(path, options).catch(() => {
    throw new Error("The server does not answer: start `rate` again. Earlier answers are kept.");
  });
  if (response.ok) return response;
  const { detail } = await response.json().catch(() => ({}));
  throw new Error(typeof detail === "string" ? detail : `The answer was refused (${response.status}).`);
}

function go(step) {
  at = step;
  const over = at >= steps();
  show(over ? "end" : "session");
  if (over) {
    byId("thanks").textContent = `You have rated all ${session.pictures.length} pictures. Everything is kept.`;
    byId("end").focus();
    return;
  }
  showPicture();
  showQuestions();
}

function showPicture() {
  const number = session.pictures.indexOf(place(at).picture);
  byId("place").textContent = `Picture ${number + 1} of ${session.pictures.length}`;
  byId("progress").max = session.pictures.length;
  byId("progress").value = rated();
  byId("back").disabled = at === 0;
  const source = address(session.pictures[number]);
  if (byId("picture").getAttribute("src") !== source) {
    byId("picture").src = source;
    window.scrollTo(0, 0);
  }
  const following = session.pictures[number + 1];
  if (following) new Image().src = address(following); // preload the next picture
}

const address = (picture) => `pictures/${picture.token}`;

function showQuestions() {
  const { picture, question } = place(at);
  [...byId("questions").children].forEach((box, index) => {
    const { name } = session.questions[index];
    box.classList.toggle("current", name === question.name);
    box.querySelectorAll("button").forEach((button, n) => {
      button.setAttribute("aria-pressed", String(picture.answers[name] === n + 1));
    });
    if (name === question.name) box.focus({ preventScroll: true });
  });
}

function back() {
  if (session && at > 0) go(at - 1);
}

function show(id) {
  for (const part of ["start", "session", "end"]) byId(part).hidden = part !== id;
  byId("who").hidden = id === "start";
}

function complain(error) {
  byId("error").hidden = !error;
  if (error) byId("error").textContent = error.message;
}

function ask() {
  session = null;
  show("start");
  byId("rater").value = "";
  byId("rater").focus();
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}

document.addEventListener("keydown", (event) => {
  if (!session || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
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
