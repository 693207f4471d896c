import { open } from 'node:fs/promises';

/** The first bytes of a file as characters; empty where it cannot be read, which whoever reads it whole reports. */
export async function firstBytes(path: string, count: number): Promise<string> {
  try {
    const file = await open(path);
    try {
      const bytes = new Uint8Array(count);
      const { bytesRead } = await file.read(bytes, 0, count, 0);
      return String.fromCharCode(...bytes.subarray(0, bytesRead));
    } finally {
      await file.close();
    }
  } catch {
    return '';
  }
}
