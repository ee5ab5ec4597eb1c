import { ProtocolError } from '@remoteobj/except';
import type { ByteReader } from './bytes.js';
import type { Chain } from './chain.js';
import type { ValueReader } from './codec.js';
import type { Later } from './later.js';
import type { Limits } from './limits.js';
import { Flag, Kind, type Base, type Context, type EvalMessage } from './message.js';
import { Op, type Step } from './operation.js';

/** Where an eval message is read from. */
export interface EvalSource {
  readonly reader: ByteReader;
  readonly values: ValueReader;
  readonly limits: Limits;
}

/** Reads an eval message behind its kind. Throws `ProtocolError` for rubbish. */
export function readEval(source: EvalSource, context: Context | undefined): EvalMessage {
  const { reader, values, limits } = source;
  const base = readBase(reader);
  const steps: Step[] = [];
  for (;;) {
    const op = reader.u8();
    if (op === Op.root) break;
    if (steps.length >= 2 * limits.chainLength)
      throw new ProtocolError(`a chain has more than ${limits.chainLength} operations`);
    steps.push(readStep(source, op as Op));
  }
  const flags = reader.u8();
  const id = reader.varint();
  return {
    kind: Kind.eval,
    base,
    steps,
    flags,
    id,
    chain: (flags & Flag.chain) === 0 ? undefined : readChain(reader),
    context,
    later: both(values.takeLater(), context?.later),
    failure: values.takeFailure() ?? context?.failure,
  };
}

function both(own: Later[] | undefined, carried: readonly Later[] | undefined): readonly Later[] | undefined {
  return own === undefined || carried === undefined ? (own ?? carried) : [...own, ...carried];
}

function readChain(reader: ByteReader): Chain {
  return { origin: reader.varint(), number: reader.varint(), depth: reader.varint() + 1 };
}

function readBase(reader: ByteReader): Base {
  const kind = reader.u8();
  switch (kind) {
    case 0:
      return root;
    case 1:
      return { kind: 'reference', id: reader.varint() };
    case 2:
      return { kind: 'result', id: reader.varint() };
    case 3:
      return { kind: 'module', url: reader.text(65_536) };
    default:
      throw new ProtocolError(`a chain starts from base ${kind}, which is not known here`);
  }
}

const root: Base = { kind: 'root' };

function readStep(source: EvalSource, op: Op): Step {
  switch (op) {
    case Op.get:
    case Op.delete:
    case Op.has:
      return { op, key: readKey(source) };
    case Op.set: {
      const step: { op: typeof Op.set; key: string; value: unknown } = { op, key: readKey(source), value: undefined };
      step.value = source.values.value((late) => (step.value = late));
      return step;
    }
    case Op.keys:
    case Op.length:
    case Op.super:
      return { op };
    case Op.call:
    case Op.construct:
      return { op, args: readArgs(source) };
    case Op.pass: {
      const step: { op: typeof Op.pass; fn: unknown; args: unknown[] } = { op, fn: undefined, args: [] };
      step.fn = source.values.value((late) => (step.fn = late));
      step.args = readArgs(source);
      return step;
    }
    case Op.iterate:
      return { op, credit: source.reader.varint() };
    case Op.keep:
      return { op, id: source.reader.varint() };
    case Op.root:
    default:
      throw new ProtocolError(`a chain has the operation ${op}, which is not known here`);
  }
}

function readKey({ reader, limits }: EvalSource): string {
  const key = reader.text(3 * limits.keyLength);
  if (key.length > limits.keyLength)
    throw new ProtocolError(`a member's name has more than ${limits.keyLength} characters`);
  return key;
}

function readArgs({ reader, values }: EvalSource): unknown[] {
  const count = reader.varint();
  if (count > 65_535) throw new ProtocolError(`a call has ${count} arguments`);
  const args: unknown[] = [];
  for (let i = 0; i < count; i++) args.push(values.value((late) => (args[i] = late)));
  return args;
}
