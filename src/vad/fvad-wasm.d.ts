declare module '@echogarden/fvad-wasm' {
  /** The C functions of libfvad, and the memory they see. */
  export interface Fvad {
    /** A new detector, or 0 when there is no memory. */
    _fvad_new(): number;
    _fvad_free(handle: number): void;
    _fvad_reset(handle: number): void;
    /** 0, or -1 for a mode outside 0..3. */
    _fvad_set_mode(handle: number, mode: number): number;
    /** 0, or -1 for a rate that is not 8, 16, 32 or 48 kHz. */
    _fvad_set_sample_rate(handle: number, rateHz: number): number;
    /** 1 for speech, 0 for none, -1 for a length that is not 10, 20 or 30 ms. */
    _fvad_process(handle: number, samples: number, length: number): number;
    _malloc(bytes: number): number;
    _free(address: number): void;
    /** Replaced when the memory grows. */
    readonly HEAP16: Int16Array;
  }
  export default function load(): Promise<Fvad>;
}
