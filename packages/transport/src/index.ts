export { local } from './local.js';
export { memoryPair } from './memory.js';
export type { MessagePortOptions, PortLike } from './message-port.js';
export { messagePort } from './thread-port.js';
export { childProcess } from './child-process.js';
export { StderrTail } from './stderr-tail.js';
