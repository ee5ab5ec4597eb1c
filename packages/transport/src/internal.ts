export { parentPipe } from './child-process.js';
export { FrameParser, encodeFrame, END, marker } from './framing.js';
export { openSharedFile } from './shared-memory.js';
export { PipeTransport, type PipeParts } from './pipe.js';
export { Sleep } from './ring.js';
export { pairBytes, RingLink } from './ring-link.js';
