// The other end of synckit in a worker thread.
import { runAsWorker } from 'synckit';
import { add } from './service.mjs';

let turning = false;
const turn = () => {
  if (turning) setImmediate(turn);
};

runAsWorker((a, b, text) => {
  if (typeof a === 'number') return add(a, b, text);
  turning = a === 'turn';
  turn();
  return 0;
});
