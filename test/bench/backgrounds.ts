import { background, remoteModule } from 'remoteobj';
import { oneByOne, type Side } from './work.js';

/** Where the function is that all sides run: `task`. */
export const taskUrl: URL = new URL('./peers/task.mjs', import.meta.url);
const module = remoteModule<{ task(i: number): number }>(taskUrl);

/** Our `background`, from the call to the result; its workers end by themselves. */
export function inBackground(strategy: 'thread' | 'process'): () => Promise<Side> {
  return async () => {
    const task = background(module.task, { strategy });
    return oneByOne(
      (i) => task(i),
      async () => {},
    );
  };
}
