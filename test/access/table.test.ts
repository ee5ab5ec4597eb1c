import { readFileSync, writeFileSync } from 'node:fs';
import { deleteMember, getMember, hasMember, policyOf, setMember, type Policy } from '@remoteobj/core/internal';
import { assert, test } from '../support/suite.js';
import { holders } from './holders.js';

const page = new URL('./table.txt', import.meta.url);

/** Every own name of every prototype of the language, and some that are nobody's. */
const names = [
  ...new Set([
    ...intrinsicNames(),
    'own',
    'field',
    'method',
    'accessor',
    'fixed',
    'make',
    'extra',
    'value',
    'double',
    'k',
    '0',
    '_private',
    'prototype',
    'caller',
    'callee',
    'arguments',
    'cause',
    'errors',
    'stack',
    'code',
    'message',
    'buffer',
    'parent',
    'offset',
  ]),
].sort();

const policies: Readonly<Record<string, Policy>> = {
  trusted: policyOf({}, 'trusted'),
  exposed: policyOf({}, 'exposed'),
};

type Try = (holder: unknown, name: string, policy: Policy) => boolean;

const text = (): string => '(?)';
const operations: Readonly<Record<string, Try>> = {
  get: (holder, name, policy) => getMember(holder, name, policy, text) !== undefined,
  has: (holder, name, policy) => hasMember(holder, name, policy, text),
  set: (holder, name, policy) => {
    setMember(holder, name, 1, policy, text);
    return true;
  },
  delete: (holder, name, policy) => {
    const before = Object.hasOwn(Object(holder) as object, name);
    return deleteMember(holder, name, policy, text) && before;
  },
};

/** Names that an operation reaches on a kind of holder. */
function reached(make: () => unknown, operation: Try, policy: Policy, list: readonly string[]): string[] {
  return list.filter((name) => {
    try {
      return operation(make(), name, policy);
    } catch {
      return false;
    }
  });
}

/** The shorter of `a b c` and `all but a b c`. */
function summary(list: readonly string[], all: readonly string[]): string {
  if (list.length === 0) return '-';
  const rest = all.filter((name) => !list.includes(name));
  return list.length <= rest.length ? list.join(' ') : `all but ${rest.join(' ')}`;
}

function table(list: readonly string[]): string {
  const lines = [`names: ${list.join(' ')}`, ''];
  for (const [kind, make] of Object.entries(holders)) {
    lines.push(kind);
    for (const [policyName, policy] of Object.entries(policies)) {
      for (const [operation, attempt] of Object.entries(operations)) {
        lines.push(`  ${policyName} ${operation}: ${summary(reached(make, attempt, policy, list), list)}`);
      }
    }
  }
  return `${lines.join('\n')}\n`;
}

test('what a peer may reach is what the committed table says', () => {
  if (process.env['UPDATE_TABLE']) writeFileSync(page, table(names));
  const committed = readFileSync(page, 'utf8');
  const known = (committed.split('\n')[0] as string).replace('names: ', '').split(' ');
  assert.is(table(known), committed, 'look at each changed line, then make the table anew with UPDATE_TABLE=1');
});

test('names that a newer runtime adds to its prototypes are not reachable', () => {
  const known = new Set((readFileSync(page, 'utf8').split('\n')[0] as string).replace('names: ', '').split(' '));
  const fresh = names.filter((name) => !known.has(name));
  for (const [kind, make] of Object.entries(holders)) {
    for (const policy of Object.values(policies)) {
      for (const operation of ['get', 'has'] as const) {
        assert.equal(reached(make, operations[operation] as Try, policy, fresh), [], `${kind} ${operation}`);
      }
    }
  }
});

test('after all these attempts the language is as it was', () => {
  assert.is(({} as { own?: unknown }).own, undefined);
  assert.is(Object.prototype.toString.call([]), '[object Array]');
  for (const name of names) assert.not(Object.getOwnPropertyDescriptor(Object.prototype, name)?.value === 1, name);
});

function intrinsicNames(): string[] {
  const found: string[] = [];
  const seen = new Set<object>();
  const roots: unknown[] = Object.getOwnPropertyNames(globalThis)
    .filter(
      (name) =>
        /^[A-Z]/.test(name) &&
        !/^(?:Web|Crypto|Perf|Blob|Broad|Byte|Close|Compr|Count|Custom|DOM|Decom|Event|File|Form|Head|Mess|Nav|Read|Req|Resp|Stor|Sub|Text|Trans|URL|Writ|Abort|Error$)/.test(
          name,
        ),
    )
    .map(
      (name) =>
        (Object.getOwnPropertyDescriptor(globalThis, name)?.value as { prototype?: unknown } | undefined)?.prototype,
    );
  roots.push(
    Error.prototype,
    Object.getPrototypeOf(Uint8Array.prototype),
    Object.getPrototypeOf(function* () {}.prototype),
    Buffer.prototype,
  );
  for (const root of roots) {
    if (typeof root !== 'object' || root === null || seen.has(root)) continue;
    seen.add(root);
    found.push(...Object.getOwnPropertyNames(root));
  }
  return found.filter((name) => !name.includes(' '));
}
