import { ProtocolError } from '@remoteobj/except';
import { ByteReader } from './bytes.js';
import { ValueReader } from './codec.js';
import type { Limits } from './limits.js';
import { readEval, type EvalSource } from './decode-eval.js';
import { Kind, magic, type Context, type Message, type ProbeStep, type Values } from './message.js';
import type { Frame } from './transport.js';
import type { Importer } from './importer.js';

/** What reading a frame needs besides the importer: who is answered decides whose call stack an error gets. */
export interface FrameContext extends Importer {
  answering(id: number): void;
  /** The same for an error that was recorded in one of our Excepts: the place from which that was passed. */
  recordedIn(id: number): void;
}

/** Reads the messages of one frame, one after another, within the limits. Throws `ProtocolError` for rubbish. */
export class FrameReader implements EvalSource {
  readonly reader: ByteReader;
  readonly values: ValueReader;
  readonly limits: Limits;
  readonly #importer: FrameContext;
  #context: Context | undefined = undefined;

  constructor(frame: Frame, importer: FrameContext, limits: Limits) {
    this.reader = new ByteReader(frame.head);
    this.values = new ValueReader(this.reader, frame.blobs, importer, limits);
    this.#importer = importer;
    this.limits = limits;
  }

  next(): Message | undefined {
    const reader = this.reader;
    if (reader.done) return undefined;
    const kind = reader.u8();
    switch (kind) {
      case Kind.eval:
        return readEval(this, this.#context);
      case Kind.result:
        return this.#answer(kind, false, false);
      case Kind.failure:
        return this.#answer(kind, true, reader.u8() === 1);
      case Kind.pulled:
        return this.#answer(kind, reader.u8() === 1, false);
      case Kind.hello:
        return this.#hello();
      case Kind.listen:
      case Kind.ping:
      case Kind.pong:
        return { kind };
      case Kind.stop: {
        if (reader.varint() !== 0) throw new ProtocolError('a stop message is not well-formed');
        const reason = this.values.value();
        return { kind, reason: this.values.takeFailure()?.error ?? reason };
      }
      case Kind.probe:
        return this.#probe();
      case Kind.context:
        return (this.#context = this.#carried());
      case Kind.pull:
      case Kind.flush:
      case Kind.return:
      case Kind.cancel:
      case Kind.end:
      case Kind.untunnel:
        return { kind, id: reader.varint() };
      case Kind.release: {
        const tagged = reader.varint();
        return {
          kind,
          space: tagged % 2 === 0 ? 'reference' : 'result',
          id: Math.floor(tagged / 2),
          count: reader.varint(),
        };
      }
      case Kind.done:
        return { kind, count: reader.varint() };
      case Kind.credit:
      case Kind.ahead:
        return { kind, id: reader.varint(), count: reader.varint() };
      case Kind.item:
      case Kind.abort:
      case Kind.tunnel: {
        const id = reader.varint();
        const message = {
          kind,
          id,
          value: undefined as unknown,
          later: undefined as Values['later'],
          failure: undefined as Values['failure'],
        };
        message.value = this.values.value((late) => (message.value = late));
        message.later = this.values.takeLater();
        message.failure = this.values.takeFailure();
        return message;
      }
      case Kind.caught:
        return this.#caught();
      default:
        throw new ProtocolError(
          `a message of kind ${kind} came, which is not known here: do both ends use the same version?`,
        );
    }
  }

  /** Bytes that were read, blobs included. */
  get #position(): number {
    return this.reader.at + this.values.blobBytes;
  }

  #carried(): Context {
    const context = { kind: Kind.context, value: undefined as unknown };
    context.value = this.values.value((late) => (context.value = late));
    const { value } = context;
    if (value !== undefined && (typeof value !== 'object' || value === null))
      throw new ProtocolError('what callers carry along came without names');
    return Object.assign(context, {
      value: value as Context['value'],
      later: this.values.takeLater(),
      failure: this.values.takeFailure(),
    });
  }

  #caught(): Message {
    const rethrown = this.reader.u8() === 1;
    const id = this.reader.varint();
    this.#importer.recordedIn(id);
    const value = this.values.value(() => {}); // an array, filled in its places
    return {
      kind: Kind.caught,
      id,
      rethrown,
      value: value as Context['value'],
      later: this.values.takeLater(),
      failure: this.values.takeFailure(),
    };
  }

  #hello(): Message {
    for (const byte of magic) {
      if (this.reader.u8() !== byte) throw new ProtocolError('the other end does not speak this protocol');
    }
    return {
      kind: Kind.hello,
      version: this.reader.varint(),
      callsInFlight: this.reader.varint(),
      frameBytes: this.reader.varint(),
    };
  }

  #probe(): Message {
    const id = this.reader.varint();
    const object = id === 0 ? this.reader.varint() : 0;
    const count = this.reader.varint();
    if (count < 1 || count > this.limits.chainLength)
      throw new ProtocolError(
        `a probe of ${count} waits came; at least 1 and at most ${this.limits.chainLength} are allowed`,
      );
    const steps: ProbeStep[] = [];
    for (let i = 0; i < count; i++) {
      const origin = this.reader.varint();
      const number = this.reader.varint();
      const waited = this.reader.varint();
      steps.push({ origin, number, waited, process: this.reader.text(1024), view: this.reader.text(1024) });
    }
    return { kind: Kind.probe, id, object, steps };
  }

  #answer(
    kind: typeof Kind.result | typeof Kind.failure | typeof Kind.pulled,
    failed: boolean,
    unasked: boolean,
  ): Message {
    const before = this.#position;
    const id = this.reader.varint();
    this.#importer.answering(id);
    const answer = {
      kind,
      id,
      failed,
      unasked,
      value: undefined as unknown,
      bytes: 0,
      later: undefined as Values['later'],
      failure: undefined as Values['failure'],
    };
    answer.value = this.values.value((late) => (answer.value = late));
    answer.bytes = this.#position - before;
    answer.later = this.values.takeLater();
    answer.failure = this.values.takeFailure();
    return answer;
  }
}
