import type { Caller } from './caller.js';
import { inContext } from './context.js';
import type { Later } from './later.js';
import { viewOfRemote } from './proxy.js';
import type { References } from './references.js';
import type { View } from './view.js';

interface Read {
  readonly later: Later;
  /** How often the other side has named it. */
  mentions: number;
}

/** Promises of the other side that are awaited here: each is read once, however often it is met meanwhile. */
export class Promised {
  readonly #link: { readonly references: References; readonly caller: Caller };
  readonly #open = new Map<number, Read>();

  constructor(link: { readonly references: References; readonly caller: Caller }) {
    this.#link = link;
  }

  /** The value of a promise of the other side, once it is known. */
  value(id: number): Later {
    const { references, caller } = this.#link;
    const remote = references.import(id);
    const known = this.#open.get(id);
    if (known !== undefined) {
      known.mentions++;
      return known.later;
    }
    // No steps: what stands under the number is a promise, which its own side awaits before it answers. No call of anybody's code
    // either, so nothing is carried along: that could be the promise itself.
    const later = inContext(undefined, () => caller.read(viewOfRemote(remote) as View));
    const read: Read = { later, mentions: 1 };
    this.#open.set(id, read);
    later.whenSettled(() => {
      this.#open.delete(id);
      for (let i = 0; i < read.mentions; i++) references.dropMention(id);
    });
    return later;
  }
}
