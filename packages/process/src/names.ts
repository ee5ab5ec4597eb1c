const counts = new Map<string, number>();

/** Names that count up per module and kind: `counter-process-1`, `counter-process-2`. */
export function nameFor(url: string, kind: 'process' | 'thread'): string {
  const file = url.slice(url.lastIndexOf('/') + 1).replace(/[?#].*$/, '');
  const stem = decodeURIComponent(file).replace(/\.[cm]?[jt]sx?$/, '') || 'module';
  const key = `${stem}-${kind}`;
  const count = (counts.get(key) ?? 0) + 1;
  counts.set(key, count);
  return `${key}-${count}`;
}
