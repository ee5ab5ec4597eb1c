/** Module hooks for Node; run in Node's own thread for hooks. */
import { isTypeScript, translate, typescriptUrl } from './translate.js';

interface Resolved {
  readonly url: string;
  readonly format?: string;
  readonly shortCircuit?: boolean;
}

/** `./x.js` names `./x.ts` where only that exists. */
export async function resolve(
  specifier: string,
  context: { readonly parentURL?: string },
  next: (specifier: string, context: object) => Promise<Resolved>,
): Promise<Resolved> {
  const url = typescriptUrl(specifier, context.parentURL);
  return url === undefined ? next(specifier, context) : { url, format: 'module', shortCircuit: true };
}

/** TypeScript files are translated as they are loaded. */
export async function load(
  url: string,
  context: object,
  next: (url: string, context: object) => Promise<object>,
): Promise<object> {
  return isTypeScript(url) ? { format: 'module', shortCircuit: true, source: translated(url) } : next(url, context);
}

/** esbuild's errors are told as a SyntaxError with the place. */
function translated(url: string): string {
  try {
    return translate(url);
  } catch (error) {
    const [first] = (error as { errors?: { text: string; location: { file: string; line: number; column: number } | null }[] }).errors ?? [];
    if (first === undefined) throw error;
    const place = first.location === null ? url : `${first.location.file}:${first.location.line}:${first.location.column + 1}`;
    throw new SyntaxError(`${place}: ${first.text}`);
  }
}
