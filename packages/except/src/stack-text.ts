/** Stands in a stack between the frames of the other side and those of the call made here. */
export const remoteCallLine = '    at --- remote call ---';

/** The first line or lines of a stack, as engines write them. */
export function stackHeader(name: string, message: string): string {
  if (name === '') return message;
  return message === '' ? name : `${name}: ${message}`;
}

/** The frames of a stack without what stands above them; an empty string when there are none. */
export function framesOf(stack: string, message: string): string {
  if (stack.startsWith(frameStart.slice(1))) return stack;
  const header = headerOf(stack, message);
  const at = stack.indexOf(frameStart, header.end);
  if (at !== -1) return header.source + stack.slice(at + 1);
  // Engines other than V8 write `f@file:1:2` and no header.
  return /@\S*:\d+:\d+$/m.test(stack) ? stack : header.source.trimEnd();
}

/** The message that the header of a stack tells, or an empty string. */
export function messageOf(stack: string): string {
  const at = stack.indexOf(frameStart);
  const header = at === -1 ? stack : stack.slice(0, at);
  const colon = header.indexOf(': ');
  return colon === -1 || header.lastIndexOf('\n', colon) !== -1 ? '' : header.slice(colon + 2);
}

const frameStart = '\n    at ';

/** Where the header ends. The text of a message may itself look like frames, so it is skipped first. */
function headerOf(stack: string, message: string): { end: number; source: string } {
  const at = message === '' ? -1 : stack.indexOf(message);
  if (at === -1) return { end: 0, source: '' };
  const before = stack.slice(0, at);
  if (!before.includes('\n')) return { end: at + message.length, source: '' };
  // For syntax errors Node writes `file:line` and the piece of source above the header: the place is worth a frame.
  const place = before.slice(0, before.indexOf('\n'));
  return /^\S.*:\d+$/.test(place) ? { end: at + message.length, source: `    at ${place}\n` } : { end: 0, source: '' };
}
