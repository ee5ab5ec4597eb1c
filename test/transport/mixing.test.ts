import { fc } from '../support/properties.js';
import { MessageChannel } from 'node:worker_threads';
import type { Frame, Transport } from '@remoteobj/core';
import { messagePort } from '@remoteobj/transport';
import { assert, test } from '../support/suite.js';
import { turn, until } from '../support/pair.js';
import { barePortLink } from './links.js';
import { pipes, Received } from './pipes.js';

interface Ends {
  readonly a: Transport;
  readonly b: Transport;
  close?(): void;
}

const kinds: readonly (readonly [string, () => Promise<Ends>])[] = [
  ['a pipe', () => pipes(false)],
  ['a pipe that goes over to shared memory', () => pipes(true)],
  ['a port', barePortLink],
  [
    'a port with shared memory beside it',
    async () => {
      const { port1, port2 } = new MessageChannel();
      return { a: messagePort(port1), b: messagePort(port2) };
    },
  ],
];

const size = fc.oneof(
  fc.integer({ min: 0, max: 64 }),
  fc.integer({ min: 0, max: 300_000 }),
  fc.constantFrom(2 ** 20, 3 * 2 ** 20, 5 * 2 ** 20),
);
const side = fc.integer({ min: 0, max: 1 });
const step = fc.oneof(
  {
    arbitrary: fc.record({
      act: fc.constant('send' as const),
      side,
      head: size,
      blobs: fc.array(size, { maxLength: 2 }),
    }),
    weight: 4,
  },
  // `answer` and `look inside`: what the receiver of the next frame does while it has it.
  fc.record({
    act: fc.constantFrom('look' as const, 'turn' as const, 'answer' as const, 'look inside' as const),
    side,
  }),
);

for (const [name, make] of kinds) {
  test(`${name}: whatever is sent and however it is looked for, all arrives, in order, and who was told to wait is told of room`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const { a, b, close } = await make();
        const pair = [new Received(a), new Received(b)] as const;
        const sent: [number[][], number[][]] = [[], []];
        const send = (from: number, ...parts: [number, ...number[]]): void => {
          sent[from as 0 | 1].push(parts);
          pair[from as 0 | 1].send(...parts);
        };
        for (const todo of steps) {
          const end = pair[todo.side as 0 | 1];
          const inside = (act: () => void): void => {
            end.onFrame = () => {
              end.onFrame = () => {};
              act();
            };
          };
          if (todo.act === 'send') send(todo.side, todo.head, ...todo.blobs);
          else if (todo.act === 'look') end.transport.block?.(0);
          else if (todo.act === 'turn') await turn();
          else if (todo.act === 'answer') inside(() => send(todo.side, 8));
          else inside(() => end.transport.block?.(0));
        }
        const settled = (): boolean =>
          pair.every(({ waits, frames }, to) => !waits && frames.length === sent[(1 - to) as 0 | 1].length);
        await until(settled);
        assert.equal(sizes(pair[1].frames), sent[0]);
        assert.equal(sizes(pair[0].frames), sent[1]);
        send(0, 3, 2 ** 20);
        await pair[0].transport.close();
        await until(() => pair.every(({ ended }) => ended !== undefined));
        assert.equal(
          pair.map(({ ended }) => ended?.reason),
          [undefined, undefined],
        );
        assert.is(pair[1].frames.length, sent[0].length);
        close?.();
      }),
      { numRuns: 25 },
    );
  });
}

function sizes(frames: readonly Frame[]): number[][] {
  return frames.map(({ head, blobs }) => [head, ...blobs].map(({ byteLength }) => byteLength));
}
