import { LimitError } from '@remoteobj/except';
import type { Chain } from './chain.js';
import { writeCounted } from './encode.js';
import { endedError, stoppedError } from './errors.js';
import type { OpenIterator } from './evaluator.js';
import { streamWindow, type Limits } from './limits.js';
import { Flag, Kind } from './message.js';
import { Op } from './operation.js';
import type { Outbox } from './outbox.js';
import type { Request } from './request.js';
import { StreamSink, type StreamItem } from './stream-sink.js';
import { StreamSource, type Iterating } from './stream-source.js';
import type { Unheard } from './unheard.js';
import type { View } from './view.js';
import { iterating } from './waiting.js';

/** What iterations need of their connection. */
export interface StreamsLink {
  readonly outbox: Outbox;
  readonly caller: { readonly unheard: Unheard; record(view: View, flags: number, blockingIn?: Chain): Request };
  readonly limits: Limits;
  busyChanged(): void;
}

/** Iterations across one connection, both ways. */
export class Streams {
  readonly #link: StreamsLink;
  readonly #sources = new Map<number, StreamSource>();
  readonly #sinks = new Map<number, StreamSink>();
  readonly #dropped = new FinalizationRegistry<StreamSink>((sink) => sink.stop());

  constructor(link: StreamsLink) {
    this.#link = link;
  }

  get count(): number {
    return this.#sources.size + this.#sinks.size;
  }

  /** Iterations that this side waits for. */
  get waiting(): number {
    return this.#sinks.size;
  }

  /** Iterates a view; the request leaves with the first `next`. */
  iterate(view: View): AsyncIterableIterator<unknown> {
    let sink: StreamSink | undefined;
    let closed = false;
    const open = (): StreamSink => (sink ??= this.#open(view, iterator));
    const end = async (): Promise<void> => {
      closed = true;
      await sink?.return();
    };
    const iterator: AsyncIterableIterator<unknown> = {
      next: async () => (closed ? { done: true, value: undefined } : open().next()),
      return: async (value?: unknown) => {
        await end();
        return { done: true, value };
      },
      throw: async (error?: unknown) => {
        await end();
        throw error;
      },
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }

  /** Opens an iteration at once, for whoever blocks, in that chain of calls, until the items come. */
  open(view: View, iterator: object, blockingIn: Chain): StreamSink {
    return this.#open(view, iterator, blockingIn);
  }

  produce(call: Iterating, open: OpenIterator): void {
    const { outbox } = this.#link;
    const { id } = call;
    if (this.#sources.size >= this.#link.limits.streams) {
      throw new LimitError(`more than ${this.#link.limits.streams} iterations are open: finish or break out of some`, {
        executed: 'no',
      });
    }
    const source = new StreamSource(call, open, {
      get control() {
        return outbox.control;
      },
      schedule: () => outbox.schedule(),
      ended: () => {
        if (this.#sources.delete(id)) this.#link.busyChanged();
      },
    });
    this.#sources.set(id, source);
    this.#link.busyChanged();
    if (open.credit < streamWindow) {
      writeCounted(outbox.control, Kind.ahead, id, open.credit);
      outbox.schedule();
    }
    source.give(open.credit);
  }

  /** An iteration of ours that is under way. */
  source(id: number): StreamSource | undefined {
    return this.#sources.get(id);
  }

  credit(id: number, count: number): void {
    this.#sources.get(id)?.give(count);
  }

  /** The other side wants no more items; false: this iteration has ended. */
  stop(id: number): boolean {
    const source = this.#sources.get(id);
    source?.stop();
    return source !== undefined;
  }

  /** What is produced here ends, with an error for those who iterate. */
  refuse(): void {
    for (const source of this.#sources.values()) source.stop(stoppedError('iteration'));
  }

  item(id: number, item: StreamItem): void {
    this.#sinks.get(id)?.item(item);
  }

  /** Its producer is not as far ahead as it might be. */
  bounded(id: number): void {
    this.#sinks.get(id)?.bounded();
  }

  /** The iteration ended over there; false: this number is no iteration. */
  ended(id: number, failure?: { readonly error: unknown }): boolean {
    const sink = this.#sinks.get(id);
    if (sink === undefined) return false;
    this.#link.outbox.answered(1);
    sink.end(failure);
    return true;
  }

  /** The link ended. */
  end(reason: Error | undefined): void {
    for (const source of this.#sources.values()) source.abandon();
    this.#sources.clear();
    for (const sink of [...this.#sinks.values()]) sink.cut({ error: endedError(reason, 'iteration', 'unknown') });
  }

  #open(view: View, iterator: object, blockingIn?: Chain): StreamSink {
    const { outbox, caller } = this.#link;
    const request = caller.record(view.extend(Op.iterate, String(streamWindow)), Flag.ask, blockingIn);
    caller.unheard.take(request.id); // whoever iterates hears of a failure
    request.place = undefined; // an unformatted stack holds what was on it, the iterator included
    const sink = new StreamSink(request, {
      sendCredit: (id, count) => {
        writeCounted(outbox.control, Kind.credit, id, count);
        outbox.schedule();
      },
      sendReturn: (id) => {
        // Behind the request itself, which may still wait.
        outbox.sendNumbered(Kind.return, id, outbox.isHeld(request.batch));
      },
      ended: (id, failure) => {
        if (request.state === 'open') {
          request.trace?.settled(failure);
          request.settle(failure !== undefined, failure?.error);
        }
        this.#dropped.unregister(sink);
        this.#sinks.delete(id);
        iterating(request, false);
        this.#link.busyChanged();
      },
    });
    this.#sinks.set(request.id, sink);
    if (request.blocking) iterating(request, true);
    if (request.state === 'open') this.#dropped.register(iterator, sink, sink);
    // A request that fails before it is sent never gets an answer.
    request.heard = true;
    request.whenSettled((failed, outcome) => {
      if (failed) sink.cut({ error: outcome });
      else sink.instead(outcome); // unless it has ended
    });
    this.#link.busyChanged();
    return sink;
  }
}
