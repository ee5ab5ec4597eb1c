import { ProtocolError } from '@remoteobj/except';
import { ByteReader } from './bytes.js';
import { ValueReader } from './codec.js';
import type { Limits } from './limits.js';
import {
  Flag,
  Kind,
  magic,
  type Base,
  type EvalMessage,
  type Message,
  type ProbeStep,
  type Values,
} from './message.js';
import { Op, type Step } from './operation.js';
import type { Frame } from './transport.js';
import type { Importer } from './unmarshal.js';

/** What reading a frame needs besides the importer: who is answered decides whose call stack an error gets. */
export interface FrameContext extends Importer {
  answering(id: number): void;
  /** The same for an error that was recorded in one of our Excepts: the place from which that was passed. */
  recordedIn(id: number): void;
}

/** Reads the messages of one frame, one after another, within the limits. Throws `ProtocolError` for rubbish. */
export class FrameReader {
  readonly #reader: ByteReader;
  readonly #values: ValueReader;
  readonly #limits: Limits;
  readonly #context: FrameContext;

  constructor(frame: Frame, context: FrameContext, limits: Limits) {
    this.#reader = new ByteReader(frame.head);
    this.#values = new ValueReader(this.#reader, frame.blobs, context, limits);
    this.#context = context;
    this.#limits = limits;
  }

  next(): Message | undefined {
    const reader = this.#reader;
    if (reader.done) return undefined;
    const kind = reader.u8();
    switch (kind) {
      case Kind.eval:
        return this.#eval();
      case Kind.result:
        return this.#answer(kind, false, false);
      case Kind.failure:
        return this.#answer(kind, true, reader.u8() === 1);
      case Kind.pulled:
        return this.#answer(kind, reader.u8() === 1, false);
      case Kind.hello:
        return this.#hello();
      case Kind.listen:
        return { kind };
      case Kind.stop: {
        if (reader.varint() !== 0) throw new ProtocolError('a stop message is not well-formed');
        const reason = this.#values.value();
        return { kind, reason: this.#values.takeFailure()?.error ?? reason };
      }
      case Kind.probe:
        return this.#probe();
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
        message.value = this.#values.value((late) => (message.value = late));
        message.later = this.#values.takeLater();
        message.failure = this.#values.takeFailure();
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

  #caught(): Message {
    const rethrown = this.#reader.u8() === 1;
    const id = this.#reader.varint();
    this.#context.recordedIn(id);
    const value = this.#values.value(() => {}); // an array, filled in its places
    return {
      kind: Kind.caught,
      id,
      rethrown,
      value,
      later: this.#values.takeLater(),
      failure: this.#values.takeFailure(),
    };
  }

  #hello(): Message {
    for (const byte of magic) {
      if (this.#reader.u8() !== byte) throw new ProtocolError('the other end does not speak this protocol');
    }
    return {
      kind: Kind.hello,
      version: this.#reader.varint(),
      callsInFlight: this.#reader.varint(),
      frameBytes: this.#reader.varint(),
    };
  }

  #probe(): Message {
    const id = this.#reader.varint();
    const count = this.#reader.varint();
    if (count < 1 || count > this.#limits.chainLength)
      throw new ProtocolError(
        `a probe of ${count} waits came; at least 1 and at most ${this.#limits.chainLength} are allowed`,
      );
    const steps: ProbeStep[] = [];
    for (let i = 0; i < count; i++) {
      const origin = this.#reader.varint();
      const number = this.#reader.varint();
      const waited = this.#reader.varint();
      steps.push({ origin, number, waited, process: this.#reader.text(1024), view: this.#reader.text(1024) });
    }
    return { kind: Kind.probe, id, steps };
  }

  #answer(
    kind: typeof Kind.result | typeof Kind.failure | typeof Kind.pulled,
    failed: boolean,
    unasked: boolean,
  ): Message {
    const id = this.#reader.varint();
    this.#context.answering(id);
    const answer = {
      kind,
      id,
      failed,
      unasked,
      value: undefined as unknown,
      later: undefined as Values['later'],
      failure: undefined as Values['failure'],
    };
    answer.value = this.#values.value((late) => (answer.value = late));
    answer.later = this.#values.takeLater();
    answer.failure = this.#values.takeFailure();
    return answer;
  }

  #eval(): EvalMessage {
    const base = this.#base();
    const steps: Step[] = [];
    for (;;) {
      const op = this.#reader.u8();
      if (op === Op.root) break;
      if (steps.length >= 2 * this.#limits.chainLength)
        throw new ProtocolError(`a chain has more than ${this.#limits.chainLength} operations`);
      steps.push(this.#step(op as Op));
    }
    const flags = this.#reader.u8();
    const id = this.#reader.varint();
    return {
      kind: Kind.eval,
      base,
      steps,
      flags,
      id,
      chain: (flags & Flag.chain) === 0 ? undefined : { origin: this.#reader.varint(), number: this.#reader.varint() },
      later: this.#values.takeLater(),
      failure: this.#values.takeFailure(),
    };
  }

  #base(): Base {
    const kind = this.#reader.u8();
    switch (kind) {
      case 0:
        return root;
      case 1:
        return { kind: 'reference', id: this.#reader.varint() };
      case 2:
        return { kind: 'result', id: this.#reader.varint() };
      case 3:
        return { kind: 'module', url: this.#reader.text(65_536) };
      default:
        throw new ProtocolError(`a chain starts from base ${kind}, which is not known here`);
    }
  }

  #step(op: Op): Step {
    switch (op) {
      case Op.get:
      case Op.delete:
      case Op.has:
        return { op, key: this.#key() };
      case Op.set: {
        const key = this.#key();
        const step: { op: typeof Op.set; key: string; value: unknown } = { op, key, value: undefined };
        step.value = this.#values.value((late) => (step.value = late));
        return step;
      }
      case Op.keys:
      case Op.length:
      case Op.super:
        return { op };
      case Op.call:
      case Op.construct:
        return { op, args: this.#args() };
      case Op.pass: {
        const step: { op: typeof Op.pass; fn: unknown; args: unknown[] } = { op, fn: undefined, args: [] };
        step.fn = this.#values.value((late) => (step.fn = late));
        step.args = this.#args();
        return step;
      }
      case Op.iterate:
        return { op, credit: this.#reader.varint() };
      case Op.keep:
        return { op, id: this.#reader.varint() };
      case Op.root:
      default:
        throw new ProtocolError(`a chain has the operation ${op}, which is not known here`);
    }
  }

  #key(): string {
    const key = this.#reader.text(3 * this.#limits.keyLength);
    if (key.length > this.#limits.keyLength)
      throw new ProtocolError(`a member's name has more than ${this.#limits.keyLength} characters`);
    return key;
  }

  #args(): unknown[] {
    const count = this.#reader.varint();
    if (count > 65_535) throw new ProtocolError(`a call has ${count} arguments`);
    const args: unknown[] = [];
    for (let i = 0; i < count; i++) args.push(this.#values.value((late) => (args[i] = late)));
    return args;
  }
}

const root: Base = { kind: 'root' };
