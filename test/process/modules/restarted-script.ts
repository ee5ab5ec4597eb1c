/** A program in which nothing but `exited` of a child is waited for, which dies, is started anew, and dies again. */
import { spawn } from '@remoteobj/process';

const child = await spawn(new URL('./waiting.js', import.meta.url), { restart: { times: 1, delay: 50 } });
const first = child.pid as number;
process.kill(first, 'SIGKILL');
// Which does not keep this program alive.
const waiting = setInterval(() => {
  if (child.pid === first) return;
  clearInterval(waiting);
  process.kill(child.pid as number, 'SIGKILL');
}, 5).unref();
console.log(JSON.stringify(await child.exited));
