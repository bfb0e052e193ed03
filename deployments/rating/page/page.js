// The rating page: show a picture or a text, take an answer, send it, go on. It has no data that it does not show.
"use strict";

const byId = (id) => document.getElementById(id);
const REMEMBERED = "rater";

let session = null; // {rater, form, noun, plural, questions: [{name, text, low, high}], items: [{token, answers: {name: score}, about}]}
let at = 0; // the current question of all items: item * questions + question
let loaded = ""; // the token of the text that is shown
let sent = Promise.resolve(); // answers are sent one by one, in order, while the page shows the next item

const steps = () => session.items.length * session.questions.length;
const place = (step) => ({
  item: session.items[Math.floor(step / session.questions.length)],
  question: session.questions[step % session.questions.length],
});
const answered = (step) => place(step).question.name in place(step).item.answers;
const rated = () => session.items.filter((p) => session.questions.every((q) => q.name in p.answers)).length;

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
    button.addEventListener("click", () => answer(itemStart() + index, score));
    scale.append(button);
  }
  const ends = element("div", { className: "ends" });
  ends.append(element("span", { textContent: question.low }), element("span", { textContent: question.high }));
  box.append(title, scale, ends);
  return box;
}

const itemStart = () => at - (at % session.questions.length);

function answer(step, score) {
  if (step >= steps() || !form().isShown(place(at).item)) return; // it is not loaded yet
  const { item, question } = place(step);
  item.answers[question.name] = score;
  const rater = session.rater;
  sent = sent.then(() => send({ rater, token: item.token, question: question.name, score }, item));
  go(nextOpen(step + 1));
}

async function send(given, item) {
  try {
    const headers = { "Content-Type": "application/json" };
    await request("answers", { method: "POST", headers, body: JSON.stringify(given) });
    complain(null);
  } catch (error) {
    delete item.answers[given.question];
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
    byId("thanks").textContent = `You have rated all ${session.items.length} ${session.plural}. Everything is kept.`;
    byId("end").focus();
    return;
  }
  showItem();
  showQuestions();
}

function showItem() {
  const number = session.items.indexOf(place(at).item);
  const noun = session.noun[0].toUpperCase() + session.noun.slice(1);
  byId("place").textContent = `${noun} ${number + 1} of ${session.items.length}`;
  byId("progress").max = session.items.length;
  byId("progress").value = rated();
  byId("back").disabled = at === 0;
  form().show(session.items[number]);
  const following = session.items[number + 1];
  if (following) form().preload(address(following));
}

const address = (item) => `items/${item.token}`;

// How each form of an output is shown: `show` changes the page, `isShown` says whether a rater can see it yet.
const FORMS = {
  image: {
    show(item) {
      byId("picture").hidden = false;
      if (byId("picture").getAttribute("src") === address(item)) return;
      byId("picture").src = address(item);
      window.scrollTo(0, 0);
    },
    isShown: () => byId("picture").complete,
    preload(source) { new Image().src = source; },
  },
  text: {
    async show(item) {
      byId("text").hidden = false;
      if (loaded === item.token) return;
      loaded = "";
      try {
        const words = await (await request(address(item))).text();
        if (session === null || place(at).item !== item) return; // the rater went on meanwhile
        byId("words").textContent = words;
      } catch (error) {
        return complain(error);
      }
      byId("about").replaceChildren(...Object.entries(item.about || {}).flatMap(([name, value]) => [
        element("dt", { textContent: name }), element("dd", { textContent: value }),
      ]));
      loaded = item.token;
      byId("text").scrollTop = 0;
      window.scrollTo(0, 0);
    },
    isShown: (item) => loaded === item.token,
    preload(source) { fetch(source).catch(() => {}); }, // its failure is told when it is shown
  },
};
const form = () => FORMS[session.form];

function showQuestions() {
  const { item, question } = place(at);
  [...byId("questions").children].forEach((box, index) => {
    const { name } = session.questions[index];
    box.classList.toggle("current", name === question.name);
    box.querySelectorAll("button").forEach((button, n) => {
      button.setAttribute("aria-pressed", String(item.answers[name] === n + 1));
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
