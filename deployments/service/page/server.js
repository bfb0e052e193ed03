// The service, as the page asks it. Errors are its sentences.

const KEY = "atelier-key";

export class ServiceError extends Error {
  constructor(sentence, status) {
    super(sentence);
    this.status = status;
  }
}

export function useKey(key) {
  sessionStorage.setItem(KEY, key);
}

function headers(more = {}) {
  const key = sessionStorage.getItem(KEY);
  return key ? { ...more, Authorization: `Bearer ${key}` } : more;
}

async function ask(address, options = {}) {
  let response;
  try {
    response = await fetch(address, { ...options, headers: headers(options.headers) });
  } catch {
    throw new ServiceError("The service does not answer: start it again with `make serve`.", 0);
  }
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  throw new ServiceError(problem.detail || `The service answered with status ${response.status}.`, response.status);
}

export async function read(address) {
  return (await ask(address)).json();
}

export async function send(address, fields) {
  const body = JSON.stringify(fields);
  return (await ask(address, { method: "POST", body, headers: { "Content-Type": "application/json" } })).json();
}

export async function fileOf(address) {
  return (await ask(address)).blob();
}

// An <img> sends no key, so with one the picture is fetched first.
export async function showPicture(image, address) {
  if (!sessionStorage.getItem(KEY)) {
    image.src = address;
    return;
  }
  const file = await fileOf(address);
  const reader = new FileReader();
  reader.onload = () => { image.src = reader.result; };
  reader.readAsDataURL(file);
}

export const lineAddress = (line) => `/product-lines/${encodeURIComponent(line)}`;
