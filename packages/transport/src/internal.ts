export { parentPipe } from './child-process.js';
export { FrameParser, encodeFrame, endMarker } from './framing.js';
