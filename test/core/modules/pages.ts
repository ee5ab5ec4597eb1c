import { sync } from '@remoteobj/core';
import { gate } from '../../support/pair.js';

export interface Page {
  readonly n: number;
  readonly body: PromiseLike<string>;
}

type Text = ReturnType<typeof gate<string>>;

/** Pages whose texts are here when the test wants. */
export class Pages {
  readonly #texts = new Map<number, Text>();
  made = 0;
  cleaned = 0;

  text(n: number): Text {
    const known = this.#texts.get(n) ?? gate<string>();
    this.#texts.set(n, known);
    return known;
  }

  /** Pages 1 to `count`; those that are listed have a text that is awaited. */
  async *read(count: number, late: readonly number[]): AsyncGenerator<unknown> {
    try {
      for (let n = 1; n <= count; n++) {
        this.made++;
        yield late.includes(n) ? { n, body: this.text(n).opened } : n;
      }
    } finally {
      this.cleaned++;
    }
  }

  /** The same, and what is thrown after them. */
  async *failing(count: number, late: readonly number[]): AsyncGenerator<unknown> {
    yield* this.read(count, late);
    throw new RangeError('no more pages');
  }
}

/** Each text comes by itself, the later ones first; the one of page `failing` does not come. */
export function* soon(count: number, failing = 0): Generator<Page> {
  for (let n = 1; n <= count; n++) yield { n, body: textSoon(n, count, failing) };
}

async function textSoon(n: number, count: number, failing: number): Promise<string> {
  for (let i = n; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
  if (n === failing) throw new RangeError(`page ${n} is torn`);
  return `text ${n}`;
}

/** Reads pages, blocking or not, and gives their texts. */
export async function textsOf(pages: AsyncIterable<Page>): Promise<string[]> {
  const texts: string[] = [];
  for await (const { body } of pages) texts.push(await body);
  return texts;
}

/** The same without turning the event loop. */
export function textsOfBlocking(pages: AsyncIterable<Page>): string[] {
  return Array.from(sync(pages as unknown as Iterable<Page>), ({ body }) => String(body));
}

export const pages: Pages = new Pages();

export function open(n: number): void {
  pages.text(n).open(`text ${n}`);
}
