/** Where a worker thread's code is, and what Node must be told to run it. */
export interface ThreadFile {
  readonly url: URL;
  readonly execArgv: string[] | undefined;
}

/**
 * The file of a thread beside the module that starts it.
 * @param name without its ending
 * @param from `import.meta.url` of that module: where it is TypeScript, so is the thread, and jiti translates it
 */
export function threadFile(name: string, from: string): ThreadFile {
  const translated = new URL(from).pathname.endsWith('.ts');
  return { url: new URL(`./${name}.${translated ? 'ts' : 'js'}`, from), execArgv: translated ? ['--import', 'jiti/register'] : undefined };
}
