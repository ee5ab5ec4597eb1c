/** What tests of carried context run elsewhere: says what its caller carried. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { carryContext } from '@remoteobj/core';

const asking = new AsyncLocalStorage<{ user: string }>();
carryContext('asking', asking);

export function who(): string | undefined {
  return asking.getStore()?.user;
}

export async function whoLater(opened: () => PromiseLike<unknown>): Promise<string | undefined> {
  await opened();
  return who();
}

/** Asks its caller, in its own name if it is given one. */
export function ask(caller: () => PromiseLike<unknown>, user?: string): PromiseLike<unknown> {
  return user === undefined ? caller() : asking.run({ user }, () => caller());
}

export function exit(code: number): never {
  process.exit(code);
}
