import { policyOf, type Policy } from '@remoteobj/core/internal';
import { AccessDeniedError } from '@remoteobj/except';
import { assert } from '../support/suite.js';

/** What the tests of the access rule ask with. */

export const trusted: Policy = policyOf({}, 'trusted');
export const exposed: Policy = policyOf({}, 'exposed');

/** The chain as errors print it. */
export function text(): string {
  return '(?.at)';
}

/** No function is one of the other side. */
export function nobody(): boolean {
  return false;
}

/** What an action throws; fails the test when it does not. */
export function thrown(action: () => unknown): unknown {
  let value: unknown;
  try {
    value = action();
  } catch (error) {
    return error;
  }
  return assert.unreachable(`an error was expected, but it returned ${typeof value}`);
}

/** Asserts the refusal, and that it names what was asked for. */
export function denied(action: () => unknown, name: string): void {
  const error = thrown(action);
  assert.instance(error, AccessDeniedError, `'${name}': ${String(error)}`);
  assert.ok((error as Error).message.includes(`'${name}' of (?.at)`), (error as Error).message);
}
