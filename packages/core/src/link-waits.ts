import type { Link } from './connection.js';
import { writeProbe } from './encode.js';
import type { ProbeStep } from './message.js';
import type { OpenLink, Served } from './open-waits.js';
import type { Request } from './request.js';

/** What those who look for circles of waits ask of a connection. */
export class LinkWaits implements OpenLink {
  readonly #link: Link;

  constructor(link: Link) {
    this.#link = link;
  }

  get toParent(): boolean {
    return this.#link.transport.peer === 'parent';
  }

  get serving(): Iterable<Served> {
    return this.#link.server.open;
  }

  get awaiting(): Iterable<Request> {
    return this.#link.caller.pending.values();
  }

  get hasMore(): boolean {
    return this.#link.streams.count > 0 || this.#link.server.waiting > 0;
  }

  numberOf(object: object): number | undefined {
    return this.#link.references.numberOf(object);
  }

  probeRequest(request: Request, steps: readonly ProbeStep[]): void {
    // One with a limit ends by itself.
    if (request.state === 'open' && request.disarm === undefined) this.#probe(request.id, steps);
  }

  probeHolder(object: number, steps: readonly ProbeStep[]): void {
    this.#probe(0, steps, object);
  }

  #probe(id: number, steps: readonly ProbeStep[], object?: number): void {
    const { ended, outbox } = this.#link;
    if (ended !== undefined) return;
    writeProbe(outbox.control, id, steps, object);
    outbox.flush();
  }
}
