import { policyOf } from './policy.js';
import { evaluate } from './evaluator.js';
import { Op, type Step } from './operation.js';
import type { View } from './view.js';

const policy = policyOf({ policy: 'trusted' }, 'trusted');

/** Applies recorded operations to an object of this process, the result may be a promise: for `defaultLocal`, and for results that arrived as copies. */
export function evaluateLocally(target: unknown, views: readonly View[]): unknown {
  const steps = views.map(stepOf);
  return evaluate({ policy, steps, cancelled: false, keep: () => {} }, target);
}

function stepOf(view: View): Step {
  const args = [...(view.args ?? [])];
  switch (view.op) {
    case Op.get:
    case Op.delete:
    case Op.has:
      return { op: view.op, key: view.key };
    case Op.set:
      return { op: view.op, key: view.key, value: args[0] };
    case Op.call:
    case Op.construct:
      return { op: view.op, args };
    case Op.pass:
      return { op: view.op, fn: args[0], args: args.slice(1) };
    case Op.keys:
    case Op.length:
    case Op.super:
      return { op: view.op };
    case Op.iterate:
      return { op: view.op, credit: 1 };
    case Op.root:
    case Op.keep:
      throw new TypeError('a root is no step');
    default:
      return view.op satisfies never;
  }
}
