export { parentPipe } from './child-process.js';
export { FrameParser, encodeFrame, endMarker } from './framing.js';
export { PipeTransport, type PipeParts } from './pipe.js';
