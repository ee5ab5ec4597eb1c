export { local } from './local.js';
export { memoryPair } from './memory.js';
export { messagePort, type MessagePortOptions, type PortLike } from './message-port.js';
export { childProcess } from './child-process.js';
export { StderrTail } from './stderr-tail.js';
