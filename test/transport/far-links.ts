/** Makers of links to run the contract on, with one end in a child process or in a thread. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { MessageChannel, Worker } from 'node:worker_threads';
import { childProcess, messagePort } from '@remoteobj/transport';
import { EndElsewhere, type LinkUnderTest } from '@remoteobj/transport/contract';
import { overlong, rubbish } from './links.js';
import { descriptorOf } from './socket-pair.js';
import { watchListeners, watchLoop } from './watch.js';

/** Milliseconds after which a script counts as kept alive by its link, and is ended. */
const patience = 15_000;

/** `a`, who sends most, is the end in the child, or the end here. */
export async function childLink(a: 'there' | 'here'): Promise<LinkUnderTest> {
  const script = fileURLToPath(new URL('./modules/far-child.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', '@remoteobj/process/ts', script], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe', 'ipc'],
    serialization: 'advanced',
  });
  const exited = once(child, 'exit');
  // Its second argument takes the error of a channel that was closed meanwhile.
  const post = (message: unknown): void => void child.send(message as object, () => {});
  const there = new EndElsewhere({
    post,
    listen: (onMessage, onEnd) => {
      child.on('message', onMessage);
      child.once('disconnect', onEnd);
    },
  });
  const channel = child.stdio[3] as Socket;
  channel.unref(); // it is the transport's business whether it is
  const fd = descriptorOf(channel);
  const holdsLoop = watchLoop();
  const here = childProcess(child);
  const dispose = (): Promise<void> => {
    if (child.connected) child.disconnect();
    return endsByItself(exited, () => void child.kill('SIGKILL'));
  };
  if (a === 'there') {
    const cut = (): void => void child.kill('SIGKILL');
    return { a: there, b: here, rubbish: () => post(rubbish), overlong: () => post(overlong), cut, holdsLoop, dispose };
  }
  return {
    a: here,
    b: there,
    rubbish: () => void writeSync(fd, rubbish),
    overlong: () => void writeSync(fd, overlong),
    cut: () => void here.close(new Error('crash')),
    holdsLoop,
    dispose,
  };
}

/** The same with a worker thread, as a user starts one. */
export async function threadLink(a: 'there' | 'here'): Promise<LinkUnderTest> {
  const { port1, port2: wire } = new MessageChannel();
  const worker = new Worker(new URL('./modules/far-thread.ts', import.meta.url), {
    workerData: { wire },
    transferList: [wire],
  });
  const exited = once(worker, 'exit');
  const there = new EndElsewhere({
    post: (message) => port1.postMessage(message),
    listen: (onMessage, onEnd) => {
      port1.on('message', onMessage);
      port1.once('close', onEnd);
    },
  });
  await once(worker, 'online');
  const [holdsLoop, listeners] = [watchLoop(), watchListeners(worker)];
  const here = messagePort(worker);
  const dispose = (): Promise<void> => {
    port1.close();
    return endsByItself(exited, () => void worker.terminate());
  };
  if (a === 'there') {
    const cut = (): void => void worker.terminate();
    return { a: there, b: here, rubbish: () => port1.postMessage('rubbish'), cut, holdsLoop, listeners, dispose };
  }
  return { a: here, b: there, rubbish: () => worker.postMessage({ not: 'ours' }), holdsLoop, listeners, dispose };
}

/** Waits for a script that has nothing to do any more; a closed link must not keep it. */
async function endsByItself(exited: Promise<unknown>, end: () => void): Promise<void> {
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    end();
  }, patience);
  await exited;
  clearTimeout(timer);
  if (late) throw new Error(`the script of the other end was still there ${patience} ms after its link was closed`);
}
