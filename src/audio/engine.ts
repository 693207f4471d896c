import type * as WebAudio from 'node-web-audio-api';
import { BargeinError, messageOf } from '../errors.js';

export type AudioEngine = typeof WebAudio;

let loading: Promise<AudioEngine> | null = null;

/**
 * The Web Audio engine. It is loaded when something must be rendered, not before: its native part needs the system's
 * ALSA library even where nothing is played.
 *
 * @param load replaces the import, for tests
 * @throws BargeinError where the native part cannot be loaded, with the remedy
 */
export async function loadAudioEngine(load?: () => Promise<AudioEngine>): Promise<AudioEngine> {
  try {
    if (load) return await load();
    loading ??= import('node-web-audio-api');
    return await loading;
  } catch (thrown) {
    throw new BargeinError(`node-web-audio-api cannot be loaded: ${firstLine(messageOf(thrown))}`, remedyFor(messageOf(thrown)));
  }
}

/** Whether conditions can be rendered here; the reason, with the remedy, where they cannot. */
export async function audioEngineAvailable(
  load?: () => Promise<AudioEngine>,
): Promise<{ readonly ok: true } | { readonly ok: false; readonly reason: string }> {
  try {
    await loadAudioEngine(load);
    return { ok: true };
  } catch (thrown) {
    const reason = thrown instanceof BargeinError ? `${thrown.message}; ${thrown.hint}` : messageOf(thrown);
    return { ok: false, reason };
  }
}

function remedyFor(message: string): string {
  if (/libasound/.test(message)) return 'install the ALSA library: `apt-get install libasound2` (libasound2t64 on newer systems)';
  return 'reinstall the packages with `npm ci`; supported are Linux x64/arm, macOS and Windows';
}

function firstLine(text: string): string {
  return text.split('\n')[0];
}
