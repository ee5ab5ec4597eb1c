import { AccessDeniedError } from '@remoteobj/except';
import { keepingContext } from './context.js';
import { callFunction, constructObject } from './calls.js';
import { isPromise } from './kinds.js';
import { thenDo } from './later.js';
import { deleteMember, getMember, hasMember, lengthOf, listKeys, setMember } from './members.js';
import { aheadOf } from './items-ahead.js';
import { isFunctionMember } from './function-members.js';
import { Op, type Step } from './operation.js';
import type { Policy } from './policy.js';
import { iteratorOf } from './protocols.js';
import { remoteOf, viewOfRemote } from './proxy.js';
import { isRefusedValue } from './refused.js';
import { View, printStep, type Recorder } from './view.js';
import { opened, Wrapped } from './wrappers.js';

/** One evaluation of a chain: what it needs of the server, and how it is told of results that are kept. */
export interface Evaluation {
  readonly policy: Policy;
  readonly steps: readonly Step[];
  /** Cancelled chains stop before their next step. */
  readonly cancelled: boolean;
  /** Whoever asks waits for this thread, which blocks: another connection is waited for, too. */
  readonly awaited?: boolean;
  /** The value so far is the result of an earlier request, too. */
  keep(id: number, value: unknown): void;
}

/** What `iterate` yields: not a value of the user, so it cannot be confused with one. */
export class OpenIterator {
  // oxlint-disable-next-line no-unused-private-class-members -- asked for by `in`
  readonly #brand = true;
  readonly iterator: Iterator<unknown> | AsyncIterator<unknown>;
  readonly async: boolean;
  readonly credit: number;
  constructor(iterator: Iterator<unknown> | AsyncIterator<unknown>, async: boolean, credit: number) {
    this.iterator = iterator;
    this.async = async;
    this.credit = credit;
  }

  /** Not `instanceof`, which asks a Proxy. */
  static is(value: unknown): value is OpenIterator {
    return typeof value === 'object' && value !== null && #brand in value;
  }
}

/** Why a cancelled chain did not go on; never leaves the server. */
export const cancelled: unique symbol = Symbol('cancelled');

/**
 * Applies the steps to a real object; the only file that touches users' objects.
 *
 * All synchronous steps run in one turn. Only a real promise suspends the chain, then the result is a promise. Throws what the
 * user's code throws.
 */
export function evaluate(evaluation: Evaluation, base: unknown): unknown {
  refusePowerful(base, evaluation.steps, 0); // the result of an earlier request may have become anything
  return run(evaluation, base, undefined, 0, 0);
}

/** The chain that is evaluated in this turn, for the texts of errors. */
let current: readonly Step[] = [];
let position = 0;

function text(): string {
  return printSteps(current, position);
}

function run(evaluation: Evaluation, base: unknown, holder: unknown, from: number, above: number): unknown {
  const { steps, policy } = evaluation;
  const before = current;
  const positionBefore = position;
  let value = base;
  let self = holder;
  let up = above;
  try {
    for (let i = from; i < steps.length; i++) {
      const step = steps[i] as Step;
      if (step.op === Op.keep) {
        evaluation.keep(step.id, value);
        continue;
      }
      if (Wrapped.is(value)) {
        value = opened(value);
        refusePowerful(value, steps, i);
      }
      if (isPromise(value)) return thenDo(value, (settled) => resume(evaluation, settled, i));
      if (typeof value === 'function' && viewOfRemote(value) !== undefined) {
        value = forward(evaluation, value, step);
        continue;
      }
      // Code of the user may run and evaluate other chains in between.
      current = steps;
      position = i;
      switch (step.op) {
        case Op.get: {
          const member = getMember(value, step.key, policy, text, up);
          self = value;
          value = member;
          up = 0;
          break;
        }
        case Op.call:
          value = callFunction(value, self, step.args, text, isForeign);
          self = undefined;
          break;
        case Op.set:
          setMember(value, step.key, step.value, policy, text, up);
          value = undefined;
          break;
        case Op.delete:
          value = deleteMember(value, step.key, policy, text);
          break;
        case Op.has:
          value = hasMember(value, step.key, policy, text, up);
          break;
        case Op.keys:
          value = listKeys(value, policy, text);
          break;
        case Op.length:
          value = lengthOf(value, policy, text);
          break;
        case Op.construct:
          value = constructObject(value, step.args, policy, text);
          break;
        case Op.super:
          up++;
          break;
        case Op.pass:
          value = pass(value, step, policy);
          self = undefined;
          break;
        case Op.iterate: {
          const { iterator, async } = iteratorOf(value, policy, text);
          value = new OpenIterator(keepingContext(iterator), async, Math.min(step.credit, aheadOf(value)));
          break;
        }
        default:
          step satisfies never;
      }
      refusePowerful(value, steps, i + 1);
    }
    return finish(evaluation, value);
  } finally {
    current = before;
    position = positionBefore;
  }
}

function resume(evaluation: Evaluation, value: unknown, from: number): unknown {
  if (evaluation.cancelled) throw cancelled;
  refusePowerful(value, evaluation.steps, from);
  return run(evaluation, value, undefined, from, 0);
}

/** Whatever a step or a promise came to, some built-ins are no holder for the next step and no answer. */
function refusePowerful(value: unknown, steps: readonly Step[], end: number): void {
  if (((typeof value === 'object' && value !== null) || typeof value === 'function') && isRefusedValue(value)) {
    throw new AccessDeniedError(
      `${printSteps(steps, end)} is a built-in that gives away the whole process and is never passed on`,
      { executed: 'yes' },
    );
  }
}

/** What another connection still has to evaluate is evaluated before it is answered. */
function finish(evaluation: Evaluation, value: unknown): unknown {
  const view = typeof value === 'function' ? viewOfRemote(value) : undefined;
  const recorder = view?.root.recorder;
  if (view === undefined || view.depth === 0 || recorder === undefined) return value;
  const result = passOn(evaluation, recorder, view);
  if (isPromise(result)) passedOn.set(result, view);
  return result;
}

function passOn({ awaited }: Evaluation, recorder: Recorder | undefined, view: View): unknown {
  return awaited && recorder?.blocks ? recorder.evaluateBlocking(view) : recorder?.evaluate(view);
}

/** Promises of what another connection evaluates, with the views of it. */
const passedOn = new WeakMap<Promise<unknown>, View>();

/** The view behind a promise, where a call was passed on to another connection. */
export function viewPassedOn(promise: Promise<unknown>): View | undefined {
  return passedOn.get(promise);
}

/** A remote of another connection passes the steps on. */
function forward(evaluation: Evaluation, remote: unknown, step: Step): unknown {
  // The cast says what a remote is: anything may be done with it.
  const target = remote as Record<string, unknown> &
    ((...args: unknown[]) => unknown) &
    (new (...args: unknown[]) => object);
  const view = viewOfRemote(remote) as View;
  const { recorder } = view.root;
  switch (step.op) {
    case Op.get:
      // Those would act here, although no peer may reach them.
      return isFunctionMember(step.key) ? remoteOf(view.extend(Op.get, step.key)) : target[step.key];
    case Op.call:
      return target(...step.args);
    case Op.construct:
      return new target(...step.args);
    case Op.set:
      return passOn(evaluation, recorder, view.extend(Op.set, step.key, [step.value]));
    case Op.delete:
    case Op.has:
      return passOn(evaluation, recorder, view.extend(step.op, step.key));
    case Op.pass:
      return passOn(evaluation, recorder, view.extend(Op.pass, '', [step.fn, ...step.args]));
    case Op.iterate:
      // How far ahead its producer may be is known only there, and what is asked for here is gone there.
      return new OpenIterator((recorder as NonNullable<typeof recorder>).iterate(view), true, Math.min(step.credit, 1));
    case Op.keys:
    case Op.length:
      return passOn(evaluation, recorder, view.extend(step.op));
    case Op.super:
    case Op.keep:
      throw new AccessDeniedError(`${view}: super of an object behind a second connection cannot be reached`, {
        executed: 'no',
      });
    default:
      return step satisfies never;
  }
}

function pass(value: unknown, step: Step & { op: typeof Op.pass }, policy: Policy): unknown {
  if (policy.mode === 'exposed') {
    throw new AccessDeniedError(`${text()}: this server does not run functions of its clients`, { executed: 'no' });
  }
  const fn = step.fn;
  if (typeof fn !== 'function')
    throw new TypeError(`${text()}: passTo was given ${fn === null ? 'null' : `a ${typeof fn}`}, not a function`);
  if (isForeign(fn)) {
    throw new AccessDeniedError(
      `${text()}: passTo runs a function where the object lives, but this one lives on the caller's side: name it with remoteModule(url) or send it with inline(fn)`,
      { executed: 'no' },
    );
  }
  return callFunction(fn, undefined, [value, ...step.args], text, isForeign);
}

function isForeign(value: unknown): boolean {
  return typeof value === 'function' && viewOfRemote(value) !== undefined;
}

/** Takes what a request starts from, or why there is nothing, before it is needed. */
export function takenNow(start: () => unknown): () => unknown {
  try {
    const value = start();
    if (isPromise(value)) value.catch(() => {}); // heard when it is needed
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

/** The first steps of a chain as text. */
export function printSteps(steps: readonly Step[], end: number = steps.length): string {
  let printed = '(?';
  for (const step of steps.slice(0, end)) {
    const key = 'key' in step ? step.key : '';
    const args = 'args' in step ? step.args : 'value' in step ? [step.value] : [];
    printed += printStep(step.op, key, step.op === Op.pass ? [step.fn, ...args] : args);
  }
  return `${printed})`;
}
