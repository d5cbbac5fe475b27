// The few lines that the tests of the player need. They run in a real browser:
// tools/playertest bundles each *.test.ts, opens it there and reads `results`.

interface Result {
  name: string;
  error: string; // "" if it passed
}

const tests: { name: string; run: () => void | Promise<void> }[] = [];

declare global {
  interface Window {
    results?: Result[];
  }
}

// test adds a test. All of a file run one after the other.
export function test(name: string, run: () => void | Promise<void>): void {
  tests.push({ name, run });
  if (tests.length === 1) setTimeout(() => void all());
}

async function all(): Promise<void> {
  const results: Result[] = [];
  for (const t of tests) {
    document.body.replaceChildren();
    localStorage.clear();
    sessionStorage.clear();
    document.documentElement.lang = "en";
    try {
      await t.run();
      results.push({ name: t.name, error: "" });
    } catch (e) {
      results.push({ name: t.name, error: e instanceof Error ? `${e.message}\n${e.stack ?? ""}` : String(e) });
    }
  }
  window.results = results;
}

// same fails unless both are the same, looked at as JSON.
export function same(got: unknown, want: unknown, what = ""): void {
  const a = JSON.stringify(got), b = JSON.stringify(want);
  if (a !== b) throw new Error(`${what ? what + ": " : ""}got ${a}, want ${b}`);
}

// truly fails unless something holds.
export function truly(holds: unknown, what: string): void {
  if (!holds) throw new Error(what);
}

// until waits for something to hold; the runner ends what waits for ever.
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((r) => requestAnimationFrame(r));
}

// steps lets everything run that is only waiting for its turn.
export async function steps(n = 5): Promise<void> {
  for (let i = 0; i < n; i++) await Promise.resolve();
}
