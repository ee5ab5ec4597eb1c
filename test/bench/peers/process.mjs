// The other end of `fork`: answers each message with one.
import { add } from './service.mjs';

process.on('message', (message) => {
  if (Array.isArray(message)) process.send([message[0], add(message[1], message[2], message[3])]);
  else process.send(message);
});
process.on('disconnect', () => process.exit());
