// A server that owns its thread: its event loop never turns. It sleeps between requests, or looks for them again and again.
import { expose, parent } from 'remoteobj';
import { add } from './service.mjs';

let turning = false;
const service = {
  add,
  turn: () => void (turning = true),
  rest: () => void (turning = false),
};

const listener = expose(service, parent(), { manual: true });
while (listener.listening) {
  if (!turning) listener.wait();
  listener.processRequests();
}
