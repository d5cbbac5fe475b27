// The JSON API, spoken to from our own pages: the cookie signs us in.

const base = "/api/v1";

// Problem is an answer that says no (RFC 9457).
export class Problem extends Error {
  constructor(readonly status: number, readonly code: string, readonly title: string, readonly field: string, readonly args: Record<string, unknown> = {}) {
    super(title || String(status));
  }
}

interface Options {
  signal?: AbortSignal;
  keepalive?: boolean;
}

// call asks the API and gives its answer. A refusal throws a Problem, a broken
// line what fetch throws.
export async function call<T>(method: string, path: string, body?: unknown, options: Options = {}): Promise<T> {
  const request: RequestInit = { method, credentials: "same-origin", headers: { Accept: "application/json" }, ...options };
  if (body !== undefined) {
    request.body = JSON.stringify(body);
    request.headers = { Accept: "application/json", "Content-Type": "application/json" };
  }
  const response = await fetch(base + path, request);
  if (!response.ok) throw await problem(response);
  if (response.status === 204) return undefined as T;
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

async function problem(response: Response): Promise<Problem> {
  let said: { type?: string; title?: string; detail?: string; field?: string; args?: Record<string, unknown> } = {};
  try {
    said = await response.json();
  } catch {
    // no problem+json: the status says enough
  }
  return new Problem(response.status, said.type?.split("/").pop() ?? "", said.title || said.detail || "", said.field ?? "", said.args);
}

export const get = <T>(path: string, options?: Options): Promise<T> => call<T>("GET", path, undefined, options);
export const post = <T>(path: string, body: unknown): Promise<T> => call<T>("POST", path, body);
export const put = <T>(path: string, body?: unknown): Promise<T> => call<T>("PUT", path, body);
export const patch = <T>(path: string, body: unknown): Promise<T> => call<T>("PATCH", path, body);
export const remove = <T>(path: string): Promise<T> => call<T>("DELETE", path);
