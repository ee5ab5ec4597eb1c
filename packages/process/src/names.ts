const counts = new Map<string, number>();

/** Names that count up per module and kind: `counter-process-1`, `counter-process-2`. */
export function nameFor(url: string, kind: 'process' | 'thread'): string {
  const file = url.slice(url.lastIndexOf('/') + 1).replace(/[?#].*$/, '');
  return countedName(decodeURIComponent(file).replace(/\.[cm]?[jt]sx?$/, '') || 'module', kind);
}

/** The same for a function or whatever else has a name: `countTo-process-1`. */
export function countedName(stem: string, kind: 'process' | 'thread'): string {
  const key = `${stem}-${kind}`;
  const count = (counts.get(key) ?? 0) + 1;
  counts.set(key, count);
  return `${key}-${count}`;
}
