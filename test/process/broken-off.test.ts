import { spawn as start } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { assert, test } from '../support/suite.js';

const entry = new URL('./entry/child.js', import.meta.resolve('@remoteobj/process'));

test('a child that breaks its link off because of rubbish says so, and does not end as if all were well', async () => {
  const assignment = {
    name: 'child',
    href: new URL('./modules/plain.mjs', import.meta.url).href,
    typescript: false,
    exposeModule: true,
    daemon: true,
  };
  const child = start(process.execPath, [entry.pathname, JSON.stringify(assignment)], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  const said = text(child.stderr as NodeJS.ReadableStream);
  const channel = child.stdio[3] as Socket;
  channel.once('data', () => channel.write(new Uint8Array(8).fill(0xee)));
  const [code] = (await once(child, 'exit')) as [number];
  assert.is(code, 1);
  assert.match(await said, /remoteobj: this process broke its link off: .+/);
  channel.destroy();
});
