// The server. Addresses are relative: a proxy may have put all of it below a path.

export class Refusal extends Error {
  constructor(status, problem) {
    super((problem && problem.detail) || "HTTP " + status);
    this.status = status;
    this.problem = problem;
  }
}

async function answer(response) {
  const body = await response.json().catch(() => null);

  if (!response.ok) throw new Refusal(response.status, body);
  return { body, at: response.headers.get("Date") };
}

export function query(parameters) {
  const search = new URLSearchParams();

  for (const [name, value] of Object.entries(parameters))
    if (value !== "" && value !== null && value !== undefined) search.append(name, value);
  return search.size > 0 ? "?" + search : "";
}

export async function get(path, parameters = {}, signal = undefined) {
  return answer(await fetch(path + query(parameters), { signal, headers: { Accept: "application/json" } }));
}

export async function post(path, body) {
  return answer(await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Crfd-Review": "1" },
    body: JSON.stringify(body)
  }));
}
