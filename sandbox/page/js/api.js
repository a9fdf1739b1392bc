// The control API of the sandbox, one function a verb. Nothing here knows about the page.

// `refused` marks what the sandbox itself did not do, with its sentence in `say`. What an app failed to do
// comes as a notice in the view instead, and is told from there.
async function answer(response) {
  try {
    const said = await response.json();
    return response.ok ? said : { ok: false, ...said, refused: true };
  } catch {
    const say = `The sandbox answered ${response.status} without words.`;
    return { ok: false, refused: true, error: "not_json", say };
  }
}

async function send(method, address, body, signal) {
  const headers = body === undefined ? {} : { "content-type": "application/json" };
  try {
    const response = await fetch(address, {
      method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body),
    });
    return await answer(response);
  } catch (trouble) {
    if (trouble.name === "AbortError") throw trouble;
    return { ok: false, refused: true, error: "unreachable", say: "The sandbox does not answer. Is it still running?" };
  }
}

const get = (address, signal) => send("GET", address, undefined, signal);
const post = (address, body = {}) => send("POST", address, body);

// Which workspace is meant; without a name the first one.
let base = "/control";
export function inTeam(team) {
  base = team ? `/control/teams/${encodeURIComponent(team)}` : "/control";
}
const person = (who, verb) => `${base}/people/${encodeURIComponent(who)}/${verb}`;

export const teams = () => get("/control/teams");
export const people = () => get(`${base}/people`);
export const view = (who, since, wait, signal) =>
  get(`${person(who, "view")}?since=${since}&wait=${wait}`, signal);

export const command = (who, channel, text) => post(person(who, "command"), { channel, text });
export const say = (who, channel, text, threadTs) =>
  post(person(who, "say"), { channel, text, ...(threadTs ? { thread_ts: threadTs } : {}) });
export const press = (who, body) => post(person(who, "press"), body);
export const fillIn = (who, body) => post(person(who, "fill"), body);
export const suggest = (who, body) => post(person(who, "suggest"), body);
export const submit = (who, viewId) => post(person(who, "submit"), { view_id: viewId });
export const close = (who, viewId, all) => post(person(who, "close"), { view_id: viewId, all });
export const openHome = (who, app) => post(person(who, "home"), { app });
export const shortcut = (who, body) => post(person(who, "shortcut"), body);
export const react = (who, body) => post(person(who, "react"), body);
export const uninstall = (who, app) => post(person(who, "uninstall"), { app });
export const join = (who, channel) => post(person(who, "join"), { channel });

export const skip = (seconds) => post("/control/clock", { skip_seconds: seconds });
export const traffic = (since) => get(`${base}/traffic?since=${since}`);

/** Hands over a file for a file_input; the answer carries Slack's file object: {ok, file}. */
export async function upload(who, file) {
  const bytes = await new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.readAsDataURL(file);
  });
  return post(person(who, "upload"), { name: file.name, content: bytes.slice(bytes.indexOf(",") + 1) });
}
