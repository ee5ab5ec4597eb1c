export { local } from './local.js';
export { memoryPair } from './memory.js';
export { messagePort, type MessagePortOptions, type PortLike } from './message-port.js';
